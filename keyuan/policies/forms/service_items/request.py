"""The form of a request, built from the fields of its item; and the small forms of its acts (POL-5)."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.customers.forms.inputs import AmountField, DayField, SealedText
from keyuan.platform.choosing import offer
from keyuan.policies.forms.applications import PLAIN_RELATIONS
from keyuan.policies.forms.choosing import chooser, monitored_field
from keyuan.policies.models import Policy
from keyuan.policies.rules.service_items.catalogue import EXTRA, Item, asked_of
from keyuan.policies.rules.service_items.codes import SEALED_IN, Ask, Face, Kind, Party, Pricing
from keyuan.policies.selectors.service_items.labels import FACES, FIELDS, HOW, ROLES, SECONDS
from keyuan.policies.selectors.service_items.options import options_of
from keyuan.policies.selectors.service_items.pricing import Priced
from keyuan.policies.selectors.values.quoting import is_compulsory

PEOPLE = reverse_lazy("policies:request-people")
BENEFICIARIES = 5
HINTS = {
    "phone": _("Kept sealed."),
    "health": _("Kept sealed."),
    "rider_premium": _("Of one instalment, as underwriting priced it."),
    "new_holder": _("A customer; enter them first where they are none."),
    "paid_on": _("Interest is reckoned up to this day."),
    "extra_paid_on": _("Where a higher premium makes a difference due; it may be entered at the review too."),
}

#: Fields that say so only where they may stay empty.
HINTS_OF_FREE = {"new_sum": _("Empty: the present sum.")}


def _choice(ask: Ask, policy: Policy) -> forms.Field:
    return forms.ChoiceField(choices=[("", "--"), *options_of(ask.options, policy)], required=ask.required)


BUILD: dict[Kind, Callable[[Ask, Policy], forms.Field]] = {
    Kind.CHOICE: _choice,
    Kind.AMOUNT: lambda ask, _policy: AmountField(required=ask.required),
    Kind.NUMBER: lambda ask, _policy: forms.IntegerField(min_value=1, max_value=10_000, required=ask.required),
    Kind.DAY: lambda ask, _policy: DayField(required=ask.required),
    Kind.YES: lambda _ask, _policy: forms.BooleanField(required=False),
    Kind.PERSON: lambda ask, _policy: chooser("", PEOPLE, required=ask.required),
    Kind.HEALTH: lambda ask, _policy: forms.CharField(
        max_length=1000, required=ask.required, widget=forms.Textarea(attrs={"rows": 3})
    ),
}


def field_of(ask: Ask, policy: Policy) -> forms.Field:
    """Return the form field of one field of an item."""
    build = BUILD.get(ask.kind)
    if build is not None:
        field = build(ask, policy)
    elif ask.kind in SEALED_IN:
        field = SealedText(max_length=200, required=ask.required)
    else:
        field = forms.CharField(max_length=200, required=ask.required)
    field.label = FIELDS[ask.key]
    hints = HINTS if ask.required else HINTS | HINTS_OF_FREE
    field.help_text = field.help_text or hints.get(ask.key, "")
    return field


class RequestForm(forms.Form):
    """A request: who asks from where, what the item asks, beneficiaries, agreements."""

    applicant_role = forms.ChoiceField(label=pgettext_lazy("policy service", "Asked by"))
    applicant = chooser(_("Name of whoever asks"), PEOPLE, help_text=_("Empty: the person in this role."))
    face = forms.ChoiceField(label=_("Came in by"))
    received_on = DayField(
        label=pgettext_lazy("policy service", "Received on"), help_text=_("Limits count from this day.")
    )
    proxy_name = forms.CharField(label=_("Proxy, where somebody asks for them"), max_length=60, required=False)
    proxy_until = DayField(label=_("Power of attorney valid until"))

    def __init__(self, *args: Any, item: Item, policy: Policy, wanted: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.item, self.agreeing = item, wanted
        offer(self, "applicant_role", ((role, ROLES[role]) for role in item.applicants))
        offer(self, "face", ((face, FACES[face]) for face in Face if face != Face.PORTAL))
        asked = []
        for ask in asked_of(item, is_compulsory=is_compulsory(policy)):
            if ask.kind is Kind.PEOPLE:
                asked += self._beneficiaries()
            else:
                self.fields[ask.key] = field_of(ask, policy)
                asked.append(ask.key)
        agreed = []
        for party in wanted:
            name = f"consent_{party}"
            choices = [("", _("Not yet")), *HOW.items()]
            label = _("%(who)s agrees") % {"who": ROLES[party]}
            self.fields[name] = forms.ChoiceField(label=label, choices=choices, required=False)
            agreed.append(name)
        who = ["applicant_role", "applicant", "face", "received_on", "proxy_name", "proxy_until"]
        if item.applicants == (Party.STAFF,):
            who = ["applicant_role", "face", "received_on"]
            for name in ("applicant", "proxy_name", "proxy_until"):
                del self.fields[name]
        self.sections = [
            ("what", pgettext_lazy("policy service", "What is asked for"), asked),
            ("who", _("Who asks"), who),
            ("consent", _("Agreements"), agreed),
        ]

    def _beneficiaries(self) -> list[str]:
        names = []
        for place in range(1, BENEFICIARIES + 1):
            self.fields[f"ben_{place}"] = chooser(_("Beneficiary %(n)s") % {"n": place}, PEOPLE)
            self.fields[f"ben_relation_{place}"] = forms.ChoiceField(
                label=_("Relation to the insured"), choices=PLAIN_RELATIONS, required=False
            )
            self.fields[f"ben_order_{place}"] = forms.IntegerField(
                label=_("Order"), min_value=1, max_value=5, required=False
            )
            self.fields[f"ben_share_{place}"] = forms.DecimalField(
                label=_("Share (%)"), min_value=0, max_value=100, decimal_places=2, required=False,
                widget=forms.TextInput(attrs={"inputmode": "decimal"}),
            )  # fmt: skip
            names += [f"ben_{place}", f"ben_relation_{place}", f"ben_order_{place}", f"ben_share_{place}"]
        return names


class StepForm(forms.Form):
    """A step without more than its version."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class ReasonForm(StepForm):
    """A step with its reason."""

    reason = forms.CharField(label=_("Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class ConfirmForm(StepForm):
    """What the system that keeps the contract said."""

    reason = forms.CharField(label=_("Reference of the core system"), max_length=200)


class PassForm(StepForm):
    """Passing or approving, with another premium and what was checked of monitored people."""

    new_premium = AmountField(
        label=_("New premium of one instalment (yuan)"), help_text=_("Only where underwriting asks for another one.")
    )
    extra_paid_on = DayField(label=FIELDS["extra_paid_on"])
    monitored = monitored_field()
    reason = forms.CharField(
        label=pgettext_lazy("policy service", "Remark"), max_length=200, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def settle(self, item: Item, priced: Priced, told: str) -> None:
        """Ask only what passing ``item`` settles; the reckoned premium stands there to be confirmed, ``told`` why."""
        if item.priced is Pricing.NONE:
            del self.fields["new_premium"]
        elif priced.premium is not None or told:
            self.fields["new_premium"].initial = priced.premium
            self.fields["new_premium"].help_text = told
        if EXTRA not in item.asks:
            del self.fields["extra_paid_on"]

    def approve(self) -> None:
        """Ask nothing of what the review settled."""
        for name in ("new_premium", "extra_paid_on"):
            del self.fields[name]


class ConsentForm(forms.Form):
    """Whose agreement was given, how, when."""

    party = forms.ChoiceField(label=_("Who agrees"))
    how = forms.ChoiceField(label=_("How"), choices=list(HOW.items()))
    given_on = DayField(label=_("Given on"), required=True)
    note_text = forms.CharField(label=pgettext_lazy("policy service", "Remark"), max_length=120, required=False)

    def __init__(self, *args: Any, parties: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "party", ((party, ROLES[party]) for party in parties))


class LimitForm(forms.Form):
    """What is settled for one item."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    is_offered = forms.BooleanField(label=_("Offered"), required=False)
    second = forms.ChoiceField(label=_("Second person"), choices=list(SECONDS.items()))
    limit = AmountField(label=_("From an amount of (yuan)"))
