"""The form of the assumptions of value: shares in per cent, amounts in yuan (ANA-2)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.analytics.rules.value.assumptions import MARGINS, Assumptions
from keyuan.policies.selectors.labels import PRODUCT_KINDS

PERCENT = Decimal(100)
FEN = 100
SHARES: Mapping[str, tuple[Any, Any]] = {
    "discount": (_("Discount a year (%)"), ""),
    "cross_sell": (_("Further purchases (% of premium)"), _("What customers buy besides, as part of what they pay")),
    "persist_1": (_("Survival after the first year (%)"), _("Where the book's own persistency does not stand")),
    "persist_2": (_("Survival after the second year (%)"), ""),
    "persist_3": (_("Survival after the third year (%)"), ""),
    "persist_later": (_("Survival of later years (%)"), ""),
    "abc_a": (_("Class A up to (% of all premium)"), ""),
    "abc_b": (_("Class B up to (% of all premium)"), ""),
}
AMOUNTS: Mapping[str, tuple[Any, Any]] = {
    "service_cost": (_("Serving a contract (CNY a year)"), ""),
    "measured_from": (_("Own persistency from a base of (CNY)"), ""),
    "tier_top": (_("Tier top from (CNY)"), _("Lifetime value")),
    "tier_high": (_("Tier high from (CNY)"), ""),
    "tier_medium": (_("Tier medium from (CNY)"), ""),
}
MARGIN = "margin_"


class TermsForm(forms.Form):
    """Every assumption, the reason, and the version that was read."""

    horizon = forms.IntegerField(label=_("Horizon (years)"), min_value=1, max_value=40)
    measured = forms.BooleanField(label=_("Take survival from the book's own persistency"), required=False)
    reason = forms.CharField(
        label=_("Why they change"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
    sections = (
        (
            "lifetime",
            _("Lifetime value"),
            ("discount", "horizon", "cross_sell", "service_cost", "measured", "measured_from", "persist_1", "persist_2",
             "persist_3", "persist_later"),
        ),
        ("margins", _("Margin by kind of product (% of premium)"), tuple(f"{MARGIN}{kind}" for kind in MARGINS)),
        ("classes", pgettext_lazy("value", "Classes and tiers"),
         ("abc_a", "abc_b", "tier_top", "tier_high", "tier_medium")),
        ("reason", _("Reason"), ("reason",)),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (label, hint) in SHARES.items():
            self.fields[name] = _share(label, hint)
        for kind in MARGINS:
            self.fields[f"{MARGIN}{kind}"] = _share(PRODUCT_KINDS.get(kind, kind), "")
        for name, (label, hint) in AMOUNTS.items():
            self.fields[name] = forms.IntegerField(label=label, help_text=hint, min_value=0, max_value=10**9)

    def terms(self) -> Assumptions:
        """Return what was typed; only of a valid form."""
        data = self.cleaned_data
        return Assumptions(
            horizon=data["horizon"],
            measured=data["measured"],
            margins={kind: int(data[f"{MARGIN}{kind}"] * PERCENT) for kind in MARGINS},
            **{name: int(data[name] * PERCENT) for name in SHARES},
            **{name: data[name] * FEN for name in AMOUNTS},
        )


def _share(label: Any, hint: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, help_text=hint, min_value=0, max_value=100, decimal_places=2, max_digits=5)


def initial_of(terms: Assumptions, version: int) -> dict[str, Any]:
    """Return what the form begins with."""
    found = {name: Decimal(getattr(terms, name)) / PERCENT for name in SHARES}
    found |= {f"{MARGIN}{kind}": Decimal(margin) / PERCENT for kind, margin in terms.margins.items()}
    amounts = {name: getattr(terms, name) // FEN for name in AMOUNTS}
    return {**found, **amounts, "horizon": terms.horizon, "measured": terms.measured, "version": version}


def spoken(terms: Assumptions) -> list[tuple[Any, Any]]:
    """Return every assumption with its name, for showing beside results."""
    values = initial_of(terms, 0)
    named = {name: label for name, (label, _hint) in {**SHARES, **AMOUNTS}.items()}
    rows = [(label, values[name]) for name, label in named.items()]
    measured = (_("Take survival from the book's own persistency"), _("Yes") if terms.measured else _("No"))
    margins = [
        (format_lazy("{}: {}", _("Margin (% of premium)"), PRODUCT_KINDS.get(kind, kind)), values[f"{MARGIN}{kind}"])
        for kind in terms.margins
    ]
    return [(_("Horizon (years)"), terms.horizon), measured, *rows, *margins]
