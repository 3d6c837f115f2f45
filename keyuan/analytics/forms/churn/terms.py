"""The form of the terms of retention work (ANA-6)."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keyuan.analytics.forms.churn.words import LEVELS
from keyuan.analytics.rules.churn.terms import MOST_CONTROL, Terms

PERCENT = 100


class ChurnTermsForm(forms.Form):
    """Whom cases are about, who is left alone, the reason, and the version that was read."""

    from_level = forms.TypedChoiceField(
        label=_("Open cases from the level"), coerce=int, choices=[(key, word) for key, (word, _tone) in LEVELS.items()]
    )
    control = forms.DecimalField(
        label=_("Left alone, to compare with (%)"),
        help_text=_("By lot, always the same customers. With 0 nothing is measured."),
        min_value=0,
        max_value=Decimal(MOST_CONTROL) / PERCENT,
        decimal_places=2,
    )
    seed = forms.IntegerField(
        label=_("Number of the lot"),
        help_text=_("Another number draws other customers: do not change it while something is being measured."),
        min_value=0,
        max_value=2**31 - 1,
    )
    reason = forms.CharField(
        label=_("Why they change"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def terms(self) -> Terms:
        """Return what was typed; only of a valid form."""
        data = self.cleaned_data
        return Terms(int(data["control"] * PERCENT), data["seed"], data["from_level"])


def initial_of(terms: Terms, version: int) -> dict[str, Any]:
    """Return what the form begins with."""
    control = Decimal(terms.control_bp) / PERCENT
    return {"from_level": terms.from_level, "control": control, "seed": terms.seed, "version": version}


def spoken(terms: Terms) -> list[tuple[Any, Any]]:
    """Return every term with its name, for showing beside results."""
    return [
        (_("Open cases from the level"), LEVELS[terms.from_level][0] if terms.from_level in LEVELS else ""),
        (_("Left alone, to compare with (%)"), Decimal(terms.control_bp) / PERCENT),
        (_("Number of the lot"), terms.seed),
    ]
