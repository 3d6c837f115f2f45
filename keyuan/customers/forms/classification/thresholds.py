"""The form of the thresholds: months, days and amounts in yuan, and the order of touch points (CUS-5)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from keyuan.customers.forms.classification.words import VALUES
from keyuan.customers.rules.classification import Thresholds
from keyuan.customers.rules.classification.thresholds import BOUNDS, MONEY, TOUCH_ORDER

FEN = 100
PLACES = ("first", "second", "third", "fourth", "fifth")
NUMBERS: dict[str, tuple[Any, Any]] = {
    "active_months": (_("Active up to (months)"), _("Months since the last purchase")),
    "half_dormant_months": (_("Semi-dormant up to (months)"), _("Later than that a customer is dormant")),
    "maturity_days": (_("Maturity: days ahead"), ""),
    "lapse_months": (_("Lapse: months back"), _("A suspended contract can be reinstated for two years")),
    "claim_days": (_("Claim: days after settlement"), _("An open claim always counts")),
    "appointment_days": (_("Appointment: days ahead"), ""),
    "renewal_days": (_("Renewal: days ahead"), _("A premium in grace always counts")),
    "near_vip_from": (_("Near-VIP from (CNY a year)"), _("Annual premium in force")),
    "near_vip_below": (_("Near-VIP below (CNY a year)"), _("From here on a customer is VIP")),
    "mass_premium": (_("Small mass lines up to (CNY a year)"), _("The dearest contract costs no more than this")),
}


class ThresholdsForm(forms.Form):
    """Every threshold, the reason, and the version that was read."""

    sections = (
        ("activity", _("Activity"), ("active_months", "half_dormant_months")),
        (
            "touch",
            _("Touch points"),
            ("maturity_days", "lapse_months", "claim_days", "appointment_days", "renewal_days", *PLACES),
        ),
        ("marks", _("Marks"), ("near_vip_from", "near_vip_below", "mass_premium")),
        ("reason", _("Reason"), ("reason",)),
    )
    reason = forms.CharField(
        label=_("Why they change"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (label, hint) in NUMBERS.items():
            least, most = BOUNDS[name]
            scale = FEN if name in MONEY else 1
            self.fields[name] = forms.IntegerField(
                label=label, help_text=hint, min_value=least // scale, max_value=most // scale
            )
        choices = [(code, VALUES["touch"][code]) for code in TOUCH_ORDER]
        for number, name in enumerate(PLACES, 1):
            label = _("Order of touch points: first") if number == 1 else _("then")
            self.fields[name] = forms.ChoiceField(label=label, choices=choices)

    def thresholds(self) -> Thresholds:
        """Return what was typed; only of a valid form."""
        data = self.cleaned_data
        numbers = {name: data[name] * (FEN if name in MONEY else 1) for name in NUMBERS}
        return Thresholds(**numbers, touch_order=tuple(data[name] for name in PLACES))


def initial_of(thresholds: Thresholds, version: int) -> dict[str, Any]:
    """Return what the form begins with."""
    numbers = {name: getattr(thresholds, name) // (FEN if name in MONEY else 1) for name in NUMBERS}
    return numbers | dict(zip(PLACES, thresholds.touch_order, strict=True)) | {"version": version}
