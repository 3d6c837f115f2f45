"""Forms of new business: entering with the product's questions, and the acts of underwriting (POL-10)."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from keyuan.customers.forms.inputs import AmountField, DayField
from keyuan.customers.selectors.labels import RELATIONS
from keyuan.policies.forms.choosing import chooser, monitored_field
from keyuan.policies.forms.entry import FAMILY
from keyuan.policies.rules.applications.declaration import Answer
from keyuan.policies.selectors.applications.labels import ANSWERS, CONCLUSIONS, RISK_LEVELS, SIGNED_HOW
from keyuan.products.forms.rates import offer_terms
from keyuan.products.models import Package, Product, ProductQuestion
from keyuan.products.selectors.labels import DIMENSION_NAMES, NEEDS

PEOPLE, AGENTS = reverse_lazy("policies:application-people"), reverse_lazy("policies:application-agents")
RIDERS, BENEFICIARIES = 2, 3
#: "What the insured is to the holder": oneself first.
RELATION_CHOICES = [("00", _("The policyholder")), *((str(code), word) for code, word in FAMILY.items())]
PLAIN_RELATIONS = [("", "--"), *((str(code), word) for code, word in RELATIONS.items() if len(str(code)) == 2)]


class ApplicationForm(forms.Form):
    """One application; the product's questions and terms make part of it."""

    holder = chooser(_("Policyholder"), PEOPLE, required=True)
    insured = chooser(_("Insured"), PEOPLE, help_text=_("Empty: the policyholder."))
    relation = forms.ChoiceField(label=_("Insured's relation to the policyholder"), choices=RELATION_CHOICES)
    agent = chooser(_("Sold by"), AGENTS, help_text=_("Empty: yourself, where you sell."))
    effective_on = DayField(label=_("Cover begins on"), required=True)
    sum_insured = AmountField(label=_("Sum insured (yuan)"))
    premium = AmountField(label=_("Premium (yuan)"), help_text=_("Only where no rate table prices the product."))
    cover_term = forms.ChoiceField(label=_("Cover term"), required=False)
    pay_term = forms.ChoiceField(label=_("Payment term"), required=False)
    pay_mode = forms.ChoiceField(label=_("Payment frequency"), required=False)
    plan = forms.CharField(label=DIMENSION_NAMES["plan"], max_length=20, required=False)
    occupation = forms.ChoiceField(
        label=_("Occupation class"), choices=[("", "--"), *((str(n), str(n)) for n in range(1, 7))], required=False
    )
    purposes = forms.MultipleChoiceField(
        label=_("What the customer wants to provide for"), choices=list(NEEDS.items()), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    yearly_income = AmountField(label=_("Yearly income (yuan)"))
    budget = AmountField(label=_("Yearly budget for premiums (yuan)"))
    risk_level = forms.ChoiceField(
        label=_("Result of the risk test"), choices=[("", "--"), *RISK_LEVELS.items()], required=False
    )
    insist_note = forms.CharField(
        label=_("Why the customer insists although advised against"), max_length=200, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    insured_agreed = forms.BooleanField(
        label=_("The insured agrees to the cover and its sum, in writing"), required=False
    )
    interest_agreed = forms.BooleanField(label=_("The insured agrees that this person insures them"), required=False)
    risk_sentence = forms.BooleanField(
        label=_("The customer wrote the risk sentence: benefits are not certain"), required=False
    )
    signed_on = DayField(label=_("Signed by the policyholder on"))
    signed_how = forms.ChoiceField(label=_("Signed"), choices=[("", "--"), *SIGNED_HOW.items()], required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, product: Product, package: Package | None = None, riders: Iterable[Product] = (),
        questions: Sequence[ProductQuestion] = (), answered: frozenset[str] = frozenset(), **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.questions = list(questions)
        offer_terms(self, product)
        # The token of a term that the product does not state may stay empty.
        rider_names = self._riders([] if package else list(riders))
        people = self._beneficiaries() if product.kind not in ("MOTOR", "PROPERTY", "OTHER") else []
        asked = self._questions(answered)
        money = ["sum_insured", "premium", "cover_term", "pay_term", "pay_mode", "plan", "occupation"]
        self.sections = [
            ("people", _("Parties"), ["holder", "insured", "relation", "agent", "effective_on", "version"]),
            ("money", _("Sum and premium"), [*money, *rider_names]),
            ("need", _("Need and means"), ["purposes", "yearly_income", "budget", "risk_level", "insist_note"]),
            ("declaration", _("Declaration"), asked),
            ("beneficiaries", _("Beneficiaries"), people),
            ("consent", _("Consent and signature"), [
                "insured_agreed", "interest_agreed", "risk_sentence", "signed_on", "signed_how",
            ]),
        ]  # fmt: skip

    def _riders(self, products: list[Product]) -> list[str]:
        names = []
        choices = [("", "--"), *((one.pk, one.name) for one in products)]
        for place in range(1, RIDERS + 1 if products else 1):
            self.fields[f"rider_{place}"] = forms.TypedChoiceField(
                label=_("Rider %(n)s") % {"n": place}, coerce=int, choices=choices, required=False, empty_value=None
            )
            self.fields[f"rider_sum_{place}"] = AmountField(label=_("Sum of rider %(n)s (yuan)") % {"n": place})
            names += [f"rider_{place}", f"rider_sum_{place}"]
        return names

    def _beneficiaries(self) -> list[str]:
        names = []
        for place in range(1, BENEFICIARIES + 1):
            self.fields[f"ben_{place}"] = chooser(_("Beneficiary %(n)s") % {"n": place}, PEOPLE)
            self.fields[f"ben_relation_{place}"] = forms.ChoiceField(
                label=_("Relation to the insured"), choices=PLAIN_RELATIONS, required=False
            )
            self.fields[f"ben_share_{place}"] = forms.DecimalField(
                label=_("Share (%)"), min_value=0, max_value=100, decimal_places=2, required=False,
                widget=forms.TextInput(attrs={"inputmode": "decimal"}),
            )  # fmt: skip
            names += [f"ben_{place}", f"ben_relation_{place}", f"ben_share_{place}"]
        return names

    def _questions(self, answered: frozenset[str]) -> list[str]:
        names = []
        for question in self.questions:
            name = f"q_{question.code}"
            hint = _("Answered; leave it empty to keep the answer.") if question.code in answered else ""
            self.fields[name] = answer_field(question, hint)
            names.append(name)
            if question.asks_detail:
                self.fields[f"{name}_detail"] = forms.CharField(
                    label=_("Details"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 1})
                )
                names.append(f"{name}_detail")
        return names

    def clean(self) -> dict[str, Any]:
        """Refuse details without their answer: only answers are kept, and what was typed would be lost (POL-10)."""
        values = super().clean() or self.cleaned_data
        for question in self.questions:
            name = f"q_{question.code}"
            if values.get(f"{name}_detail") and name in values and values[name] in (None, ""):
                self.add_error(name, _("Choose the answer that these details belong to."))
        return values

    def answers(self) -> dict[str, Answer]:
        """Return the answers that were given now."""
        values = self.cleaned_data
        return {
            question.code: Answer(str(values[f"q_{question.code}"]), values.get(f"q_{question.code}_detail", ""))
            for question in self.questions
            if values[f"q_{question.code}"] not in (None, "")
        }


def answer_field(question: ProductQuestion, hint: Any) -> forms.Field:
    """Return the field by which a question is answered."""
    more: dict[str, Any] = {"label": question.text, "required": False, "help_text": hint}
    if question.kind == ProductQuestion.Kind.YES_NO:
        return forms.ChoiceField(choices=[("", "--"), *ANSWERS.items()], **more)
    if question.kind == ProductQuestion.Kind.CHOICE:
        return forms.ChoiceField(choices=[("", "--"), *((text, text) for text in question.options)], **more)
    if question.kind == ProductQuestion.Kind.NUMBER:
        return forms.IntegerField(min_value=0, max_value=999_999, **more)
    return forms.CharField(max_length=300, **more)


class ActForm(forms.Form):
    """An act without more than its version."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class ReasonedForm(ActForm):
    """An act with its reason."""

    reason = forms.CharField(label=_("Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class ExamForm(ActForm):
    """A medical examination to be booked."""

    items = forms.CharField(label=_("What is examined"), max_length=200)
    clinic = forms.CharField(label=_("Where"), max_length=80)
    booked_on = DayField(label=_("On"), required=True)
    escort = forms.CharField(label=_("Accompanied by"), max_length=40, required=False)


class ReportForm(ActForm):
    """The report of the examination."""

    report_on = DayField(label=_("Report received on"), required=True)
    result = forms.CharField(
        label=_("Result"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4}), help_text=_("Kept sealed.")
    )


class VerdictForm(ActForm):
    """The underwriting conclusion."""

    conclusion = forms.ChoiceField(label=_("Underwriting conclusion"), choices=list(CONCLUSIONS.items()))
    loading = forms.DecimalField(
        label=_("Higher by (percent)"), min_value=0, max_value=500, decimal_places=2, required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )  # fmt: skip
    sum_insured = AmountField(label=_("Reduced sum insured (yuan)"))
    exclusion = forms.CharField(
        label=_("What is excluded"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept sealed; the customer is told the conclusion."),
    )  # fmt: skip


class MoneyForm(ActForm):
    """Premium that was taken; more than is due (``initial`` amount) is asked about once more."""

    amount = AmountField(label=_("Amount (yuan)"), required=True)
    paid_on = DayField(label=_("Paid on"), required=True)
    is_more = forms.BooleanField(label=_("The customer did pay more than is due"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            del self.fields["is_more"]

    def clean(self) -> dict[str, Any]:
        """Ask only where the amount is above what is due."""
        values = super().clean() or self.cleaned_data
        if (values.get("amount") or 0) <= self.initial["amount"]:
            del self.fields["is_more"]
        return values


class IssueForm(ActForm):
    """Issuing, with what was checked where people are monitored."""

    monitored = monitored_field()


class OutcomeForm(forms.Form):
    """What was found out about a doubt."""

    outcome = forms.CharField(
        label=_("What was found out"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept sealed."),
    )  # fmt: skip
