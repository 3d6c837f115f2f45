"""The form of the terms of offers: shares in per cent, amounts in yuan (ANA-7)."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keyuan.analytics.rules.offers.terms import COUNTED_DAYS, MOST_HELD_BACK, REFIT_DAYS, ROOM, WHOLE, OfferTerms

PERCENT, FEN = 100, 100
#: Terms as they are typed: label, hint, smallest and largest value, places behind the point.
TERMS: dict[str, tuple[Any, Any, int, int, int]] = {
    "most": (_("Offers to a customer at most"), "", 1, ROOM, 0),
    "depth": (
        _("Best part of the ranking that is offered something (%)"),
        _("Of the customers to whom something of a kind could be sold, by how likely they buy it"), 0, 100, 2,
    ),
    "least_lift": (_("At least so many times as likely as the average"), "", 0, 100, 2),
    "least_value": (
        _("Expected margin of an offer at least (CNY)"), _("Probability times what a sale would bring"), 0, 10**9, 2,
    ),
    "held_back": (
        _("Held back, to compare with (%)"),
        _("By lot, always the same customers; of a smaller part all belong to the larger. With 0 nothing is measured."),
        0, MOST_HELD_BACK // PERCENT, 2,
    ),
    "counted_days": (_("A purchase counts within (days)"), "", *COUNTED_DAYS, 0),
    "refit_days": (_("Models are fitted anew after (days)"), "", *REFIT_DAYS, 0),
}  # fmt: skip
#: What one unit typed is in the rules.
UNITS = {"depth": PERCENT, "held_back": PERCENT, "least_lift": WHOLE, "least_value": FEN}


class OfferTermsForm(forms.Form):
    """Every term, the reason, and the version that was read."""

    reason = forms.CharField(
        label=_("Why they change"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
    field_order = (*TERMS, "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (label, hint, least, most, places) in TERMS.items():
            self.fields[name] = forms.DecimalField(
                label=label, help_text=hint, min_value=least, max_value=most, decimal_places=places
            )
        self.order_fields(self.field_order)

    def terms(self) -> OfferTerms:
        """Return what was typed; only of a valid form."""
        return OfferTerms(**{name: int(self.cleaned_data[name] * UNITS.get(name, 1)) for name in TERMS})


def initial_of(terms: OfferTerms, version: int) -> dict[str, Any]:
    """Return what the form begins with."""
    return {name: Decimal(getattr(terms, name)) / UNITS.get(name, 1) for name in TERMS} | {"version": version}


def spoken(terms: OfferTerms) -> list[tuple[Any, Any]]:
    """Return every term with its name, for showing beside results."""
    values = initial_of(terms, 0)
    return [(label, values[name]) for name, (label, *_rest) in TERMS.items()]
