"""What the features of models are called; one that nobody names keeps the name of its column (ANA-11)."""

from collections.abc import Mapping
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import pgettext_lazy

from keyuan.policies.selectors.labels import PRODUCT_KINDS

FEATURES: Mapping[str, Any] = {
    "age": pgettext_lazy("feature", "Age"),
    "married": pgettext_lazy("feature", "Married"),
    "channel": pgettext_lazy("feature", "Sales channel"),
    "sales_channel": pgettext_lazy("feature", "Sales channel"),
    "product_kind": pgettext_lazy("feature", "Kind of product"),
    "pay_mode": pgettext_lazy("feature", "Frequency of payment"),
    "pay_years": pgettext_lazy("feature", "Years of payment"),
    "premium": pgettext_lazy("feature", "Yearly premium"),
    "sum_insured": pgettext_lazy("feature", "Sum insured"),
    "contracts": pgettext_lazy("feature", "Contracts held"),
    "ended": pgettext_lazy("feature", "Contracts ended"),
    "given_up": pgettext_lazy("feature", "Contracts given up before"),
    "behind": pgettext_lazy("feature", "Premiums behind"),
    "tenure": pgettext_lazy("feature", "Time as a customer"),
    "months_held": pgettext_lazy("feature", "Months since the contract began"),
    "months_to_due": pgettext_lazy("feature", "Months to the next premium"),
    "months_to_end": pgettext_lazy("feature", "Months to the end"),
    "since_bought": pgettext_lazy("feature", "Time since the last purchase"),
    "months_since_bought": pgettext_lazy("feature", "Months since the last purchase"),
    "contacts": pgettext_lazy("feature", "Contacts"),
    "months_since_contact": pgettext_lazy("feature", "Months since the last contact"),
    "claims": pgettext_lazy("feature", "Claims"),
    "claims_open": pgettext_lazy("feature", "Claims not decided"),
    "is_renewal": pgettext_lazy("feature", "Renewed before"),
    "life": pgettext_lazy("feature", "Life cover"),
    "illness": pgettext_lazy("feature", "Critical illness cover"),
    "medical": pgettext_lazy("feature", "Medical cover"),
    "accident": pgettext_lazy("feature", "Accident cover"),
    "pension": pgettext_lazy("feature", "Pension"),
    "motor": pgettext_lazy("feature", "Motor cover"),
}
HELD = "held_"


def feature_name(name: str) -> Any:
    """Return what a feature is called."""
    kind = name.removeprefix(HELD)
    if kind != name and kind in PRODUCT_KINDS:
        return format_lazy("{}: {}", pgettext_lazy("feature", "Holds"), PRODUCT_KINDS[kind])
    return FEATURES.get(name, name)
