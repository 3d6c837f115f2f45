"""Which products close which gap: kind of product, and the need that its catalogue entry names."""

from collections.abc import Mapping

from keyuan.analytics.rules.gap.needs import ACCIDENT, DEATH, ILLNESS, MEDICAL, PENSION

OFFERS: Mapping[str, tuple[str, str]] = {
    DEATH: ("LIFE", "LIFE"),
    ILLNESS: ("CRITICAL_ILLNESS", "CRITICAL_ILLNESS"),
    MEDICAL: ("MEDICAL", "MEDICAL"),
    ACCIDENT: ("ACCIDENT", "ACCIDENT"),
    PENSION: ("ANNUITY", "PENSION"),
}
PRODUCT_KINDS: Mapping[str, str] = {need: kind for need, (kind, _tag) in OFFERS.items()}
