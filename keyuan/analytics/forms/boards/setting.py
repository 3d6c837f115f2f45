"""The forms of targets and of the five-year plan: amounts in ten thousand yuan, shares in per cent (ANA-12)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.analytics.forms.boards import words
from keyuan.analytics.models import BoardPlan, IndicatorTerms
from keyuan.analytics.rules.boards.indicators import CNY, Indicator
from keyuan.analytics.rules.boards.plan import GROWTH, LONGEST_FOCUS, REPEATS, YEARS, Plan
from keyuan.analytics.services.boards.keeping import Wanted

#: Years whose targets the form offers: the last one, this one and those of a plan.
BACK, AHEAD = 1, 4
WAN = Decimal(1_000_000)
HUNDRED = Decimal(100)
TARGET = "target_"


def reason_field() -> forms.CharField:
    """Return the field of the reason; that it is given is said by the service."""
    return forms.CharField(label=_("Reason"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class TargetForm(forms.Form):
    """Who answers for an indicator, and its targets by year."""

    owner = forms.CharField(
        label=_("Who answers for it"),
        help_text=_("Staff number; empty for nobody"),
        max_length=20,
        required=False,
    )

    def __init__(self, data: Any, *, indicator: Indicator, year: int, initial: Mapping[str, Any]) -> None:
        super().__init__(data, initial=dict(initial))
        self.indicator = indicator
        unit = _("ten thousand yuan") if indicator.unit == CNY else words.UNITS[indicator.unit]
        years = range(year - BACK, year + AHEAD + 1)
        for number in years:
            self.fields[f"{TARGET}{number}"] = forms.DecimalField(
                label=str(number), help_text=unit, min_value=0, max_digits=14, decimal_places=2, required=False
            )
        self.fields["reason"] = reason_field()
        self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput)
        self.sections = (
            ("owner", _("Who answers for it"), ("owner",)),
            ("targets", pgettext_lazy("indicator", "Targets"), tuple(f"{TARGET}{number}" for number in years)),
            ("reason", _("Reason"), ("reason",)),
        )

    def wanted(self) -> Wanted:
        """Return what was typed; only of a valid form. Years that the form does not offer stay as they are."""
        size = WAN if self.indicator.unit == CNY else Decimal(1)
        kept = {int(year): value for year, value in self.initial.get("kept", {}).items()}
        offered = {int(name[len(TARGET) :]): value for name, value in self.cleaned_data.items() if name[:7] == TARGET}
        others = {year: value for year, value in kept.items() if year not in offered}
        typed = {year: float(value * size) for year, value in offered.items() if value is not None}
        return Wanted(others | typed, self.cleaned_data["owner"])


def target_initial(indicator: Indicator, terms: IndicatorTerms | None, staff_no: str) -> dict[str, Any]:
    """Return what the form of targets begins with."""
    if terms is None:
        return {"version": 0}
    size = WAN if indicator.unit == CNY else Decimal(1)
    typed = {f"{TARGET}{year}": (Decimal(str(value)) / size).normalize() for year, value in terms.targets.items()}
    shown = {name: f"{value:f}" for name, value in typed.items()}
    return {**shown, "owner": staff_no, "version": terms.number, "kept": terms.targets}


class PlanForm(forms.Form):
    """The plan: where it begins, how fast it grows, how many buy again, and whom each year works on."""

    start = forms.IntegerField(label=_("First year"), min_value=2000, max_value=2100)
    base = forms.IntegerField(
        label=_("Long-term holders when it began"),
        help_text=_("Empty: as counted at the end of the year before"),
        min_value=1,
        max_value=10**10,
        required=False,
    )
    growth = forms.DecimalField(
        label=_("Growth a year (%)"), min_value=-99, max_value=100, max_digits=5, decimal_places=2
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place in range(YEARS):
            self.fields[f"repeat_{place}"] = forms.DecimalField(
                label=_("Second purchase, year %(number)d (%%)") % {"number": place + 1},
                min_value=0,
                max_value=100,
                max_digits=5,
                decimal_places=2,
            )
            self.fields[f"focus_{place}"] = forms.CharField(
                label=_("Whom year %(number)d works on") % {"number": place + 1},
                max_length=LONGEST_FOCUS,
                required=False,
            )
        self.fields["reason"] = reason_field()
        self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput)
        years = tuple(f"{name}_{place}" for place in range(YEARS) for name in ("repeat", "focus"))
        self.sections = (
            ("holders", _("Long-term holders"), ("start", "base", "growth")),
            ("years", _("Year by year"), years),
            ("reason", _("Reason"), ("reason",)),
        )

    def plan(self) -> Plan:
        """Return what was typed; only of a valid form."""
        data = self.cleaned_data
        return Plan(
            data["start"],
            data["base"],
            int(data["growth"] * HUNDRED),
            tuple(int(data[f"repeat_{place}"] * HUNDRED) for place in range(YEARS)),
            tuple(data[f"focus_{place}"].strip() for place in range(YEARS)),
        )


def plan_initial(found: tuple[Plan, BoardPlan] | None, year: int) -> dict[str, Any]:
    """Return what the form of the plan begins with; before one was set, the usual growth and shares."""
    plan = found[0] if found else Plan(year, growth=GROWTH, repeats=REPEATS)
    years: dict[str, Any] = {f"repeat_{place}": Decimal(plan.repeats[place]) / HUNDRED for place in range(YEARS)}
    years |= {f"focus_{place}": plan.focus[place] for place in range(YEARS)}
    base = {"start": plan.start, "base": plan.base, "growth": Decimal(plan.growth) / HUNDRED}
    return {**base, **years, "version": found[1].number if found else 0}
