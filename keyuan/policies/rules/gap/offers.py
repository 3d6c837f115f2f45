"""Which products close which gap: kind of product, the need its catalogue entry names, and the benefit it must pay.

The benefit keeps those out that pay for a part only: cover against cancer alone closes no gap of critical illness.
"""

from collections.abc import Mapping

from keyuan.policies.rules.gap.needs import ACCIDENT, DEATH, ILLNESS, MEDICAL, PENSION

OFFERS: Mapping[str, tuple[str, str, str]] = {
    DEATH: ("LIFE", "LIFE", "DEATH"),
    ILLNESS: ("CRITICAL_ILLNESS", "CRITICAL_ILLNESS", "CI"),
    MEDICAL: ("MEDICAL", "MEDICAL", "INPATIENT"),
    ACCIDENT: ("ACCIDENT", "ACCIDENT", "INJURY"),
    PENSION: ("ANNUITY", "PENSION", "ANNUITY"),
}
PRODUCT_KINDS: Mapping[str, str] = {need: kind for need, (kind, _tag, _benefit) in OFFERS.items()}
