"""The numbers behind the axes: defaults of domain.md §A.10 and §I.1 (GK), what may be set, and what is wrong."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

#: Touch points in the order in which they win where several apply: the rarest occasion first.
TOUCH_ORDER = ("MATURITY", "LAPSE", "CLAIM", "APPOINTMENT", "RENEWAL")
#: Least and most of each number. Amounts in minor units of CNY.
BOUNDS = {
    "active_months": (1, 120),
    "half_dormant_months": (2, 240),
    "maturity_days": (1, 730),
    "lapse_months": (1, 60),
    "claim_days": (0, 730),
    "appointment_days": (1, 365),
    "renewal_days": (1, 180),
    "near_vip_from": (0, 100_000_000_00),
    "near_vip_below": (1, 100_000_000_00),
    "mass_premium": (0, 1_000_000_00),
}
MONEY = ("near_vip_from", "near_vip_below", "mass_premium")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """One version of the thresholds.

    Active up to ``active_months`` since the last purchase, half-dormant up to ``half_dormant_months``, then dormant.
    Touch points: a contract matures within ``maturity_days``; one was suspended within ``lapse_months``; a claim is
    open or was settled within ``claim_days``; an appointment stands within ``appointment_days``; a premium falls due
    within ``renewal_days`` or is in grace. Near-VIP: annual premium from ``near_vip_from`` to below
    ``near_vip_below``. Small mass lines (口子业务): only short contracts, none above ``mass_premium`` a year.
    """

    active_months: int = 24
    half_dormant_months: int = 60
    maturity_days: int = 90
    lapse_months: int = 24
    claim_days: int = 90
    appointment_days: int = 30
    renewal_days: int = 40
    near_vip_from: int = 20_000_00
    near_vip_below: int = 50_000_00
    mass_premium: int = 200_00
    touch_order: tuple[str, ...] = TOUCH_ORDER


def to_json(thresholds: Thresholds) -> dict[str, Any]:
    """Return ``thresholds`` as they are stored."""
    return asdict(thresholds) | {"touch_order": list(thresholds.touch_order)}


def from_json(stored: Mapping[str, Any]) -> Thresholds:
    """Return stored thresholds; what a version did not know yet takes its default."""
    known = {field.name for field in fields(Thresholds)}
    given = {name: value for name, value in stored.items() if name in known}
    return Thresholds(**given | {"touch_order": tuple(stored.get("touch_order", TOUCH_ORDER))})


def faults(thresholds: Thresholds) -> list[tuple[str, str, dict[str, int]]]:
    """Return what is wrong as (field, code, parameters); empty when they can be used."""
    found = [
        (name, "class_rules.out_of_bounds", {"least": least, "most": most})
        for name, (least, most) in BOUNDS.items()
        if not least <= getattr(thresholds, name) <= most
    ]
    if thresholds.half_dormant_months <= thresholds.active_months:
        found.append(("half_dormant_months", "class_rules.months_order", {"months": thresholds.active_months}))
    if thresholds.near_vip_below <= thresholds.near_vip_from:
        found.append(("near_vip_below", "class_rules.premium_order", {}))
    if sorted(thresholds.touch_order) != sorted(TOUCH_ORDER):
        found.append(("touch_order", "class_rules.touch_order", {}))
    return found
