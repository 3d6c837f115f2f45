"""The form of a new edition of assumptions; percentages are typed, basis points kept (ANA-8)."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keyuan.analytics.forms.gap import words
from keyuan.customers.forms.inputs import AmountField, DayField
from keyuan.platform.formats import money
from keyuan.policies.rules.gap.assumptions import BP, LIMITS, MONEY, Assumptions, Limit, as_json, from_json

GROUPS = (
    ("market", _("Prices and returns"), ("inflation_bp", "return_bp", "income_growth_bp")),
    ("death", words.KINDS["DEATH"], (
        "own_share_bp", "living_share_bp", "support_years", "parents_years", "final_costs", "double_ten_times",
        "premium_share_bp",
    )),
    ("illness", words.KINDS["CRITICAL_ILLNESS"], ("illness_years", "illness_least")),
    ("medical", words.KINDS["MEDICAL"], ("medical_sum", "medical_sum_uninsured")),
    ("accident", words.KINDS["ACCIDENT"], ("accident_times", "accident_times_risky", "accident_least")),
    ("pension", words.KINDS["PENSION"], (
        "pension_target_bp", "pension_social_bp", "retirement_age_male", "retirement_age_female",
        "life_expectancy_male", "life_expectancy_female",
    )),
    ("education", words.KINDS["EDUCATION"], (
        "school_cost", "university_cost", "school_from", "university_from", "independent_at",
    )),
    ("asking", _("Questionnaire"), ("stale_months",)),
)  # fmt: skip


def shown(key: str, value: int) -> str:
    """Return an assumption as people read it: percent, yuan, or a plain number."""
    unit = LIMITS[key].unit
    if unit == BP:
        return f"{Decimal(value) / 100:.2f}".rstrip("0").rstrip(".")
    return money(value, decimals=False) if unit == MONEY else str(value)


def _field(key: str, limit: Limit) -> forms.Field:
    label = words.ASSUMPTIONS[key]
    hint = _("%(least)s to %(most)s") % {"least": shown(key, limit.least), "most": shown(key, limit.most)}
    if limit.unit == MONEY:
        return AmountField(label=label, required=True, help_text=hint)
    if limit.unit == BP:
        return forms.DecimalField(label=label, decimal_places=2, max_digits=6, help_text=hint)
    return forms.IntegerField(label=label, help_text=hint)


class AssumptionsForm(forms.Form):
    """Every assumption with its unit and limits, the day it begins and why."""

    sections = [
        *((key, label, list(fields)) for key, label, fields in GROUPS),
        ("issue", pgettext_lazy("gap assumptions", "In force"), ["valid_from", "reason"]),
    ]
    after = forms.IntegerField(widget=forms.HiddenInput)
    valid_from = DayField(label=_("In force from"), required=True)
    reason = forms.CharField(label=_("Reason of the change"), max_length=200, required=False)

    def __init__(self, data: Any = None, *, values: Assumptions, after: int, valid_from: date) -> None:
        first = {key: _first(key, value) for key, value in as_json(values).items()}
        super().__init__(data, initial={**first, "after": after, "valid_from": valid_from})
        for key, limit in LIMITS.items():
            self.fields[key] = _field(key, limit)

    @property
    def values(self) -> Assumptions:
        """The edition as it was typed."""
        return from_json({key: _stored(key, self.cleaned_data[key]) for key in LIMITS})


def _first(key: str, value: int) -> Any:
    return Decimal(value) / 100 if LIMITS[key].unit == BP else value


def _stored(key: str, value: Any) -> int:
    return int(value * 100) if LIMITS[key].unit == BP else int(value)
