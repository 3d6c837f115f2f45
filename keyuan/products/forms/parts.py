"""Forms of a product's benefits, papers and questions."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.products.forms.inputs import ShareField, YuanField, day
from keyuan.products.selectors.labels import PAPERS, QUESTION_KINDS, QUESTION_SECTIONS, SEXES


class LinesField(forms.CharField):
    """Short texts, one a line."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**{"required": False, "widget": forms.Textarea(attrs={"rows": 3}), **more})

    def to_python(self, value: Any) -> Any:
        """Return the lines."""
        text: str = super().to_python(value) or ""
        return [line.strip()[:60] for line in text.splitlines() if line.strip()]

    def prepare_value(self, value: Any) -> Any:
        """Show stored lines as they are typed."""
        return "\n".join(map(str, value)) if isinstance(value, list) else value


class BenefitForm(forms.Form):
    """What is paid, when."""

    code = forms.CharField(label=_("Code"), max_length=20)
    name = forms.CharField(label=_("Benefit"), max_length=60)
    condition = forms.CharField(label=_("Condition"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    amount_bp = ShareField(label=_("Share of the sum insured (%)"))
    amount = YuanField(label=_("Fixed amount or limit (yuan)"))
    is_income = forms.BooleanField(label=_("Paid every year while the insured lives"), required=False)
    income_from = forms.IntegerField(label=_("Paid from"), min_value=0, max_value=120, required=False)
    income_from_unit = forms.ChoiceField(
        label=_("Counted in"), choices=[("Y", _("Policy year")), ("A", _("Age"))], required=False
    )
    income_times = forms.IntegerField(
        label=_("Times"), min_value=1, max_value=120, required=False, help_text=_("Empty: for life or to the end.")
    )
    position = forms.IntegerField(label=pgettext_lazy("place", "Position"), min_value=0, max_value=999, initial=0)


class ClauseForm(forms.Form):
    """A version of one of the product's papers; its file is added on the product's page."""

    kind = forms.ChoiceField(label=_("Paper"), choices=list(PAPERS.items()))
    version_label = forms.CharField(label=_("Version"), max_length=20)
    filing_no = forms.CharField(label=_("Filing number"), max_length=60, required=False)
    valid_from = day(_("Valid from"), required=True)
    valid_until = day(_("Valid until"))
    text = forms.CharField(label=_("Text"), required=False, widget=forms.Textarea(attrs={"rows": 8}))


class QuestionForm(forms.Form):
    """A question of the declaration."""

    code = forms.CharField(label=_("Code"), max_length=30)
    section = forms.ChoiceField(label=_("Section"), choices=list(QUESTION_SECTIONS.items()))
    text = forms.CharField(label=_("Question"), max_length=400, widget=forms.Textarea(attrs={"rows": 2}))
    kind = forms.ChoiceField(label=_("Answered by"), choices=list(QUESTION_KINDS.items()))
    options = LinesField(label=_("Answers to choose from"), help_text=_("One a line."))
    adverse = LinesField(label=_("Answers that need underwriting"), help_text=_("One a line; YES for yes-or-no."))
    low = forms.IntegerField(label=_("Smallest unobtrusive number"), required=False)
    high = forms.IntegerField(label=_("Largest unobtrusive number"), required=False)
    asks_detail = forms.BooleanField(label=_("Ask for details then"), required=False, initial=True)
    sex = forms.ChoiceField(label=_("Only asked of"), choices=[("", _("Anybody")), *SEXES.items()], required=False)
    position = forms.IntegerField(label=pgettext_lazy("place", "Position"), min_value=0, max_value=999, initial=0)
    is_active = forms.BooleanField(label=_("Is asked"), required=False, initial=True)


FORMS: dict[str, type[forms.Form]] = {"benefit": BenefitForm, "clause": ClauseForm, "question": QuestionForm}
