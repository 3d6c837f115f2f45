"""The numbers behind value: versioned, shown beside every result; each is a default that the house may set (GK).

Shares are in basis points, money in minor units of CNY.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

WHOLE = 10_000
YUAN = 100
#: Value tiers from the top; ``NONE`` holds no lifetime value.
TIERS = ("TOP", "HIGH", "MEDIUM", "LOW", "NONE")
#: Profit of a yearly premium by product kind, before service costs.
MARGINS: Mapping[str, int] = {
    "LIFE": 2500, "ANNUITY": 1200, "ENDOWMENT": 1200, "CRITICAL_ILLNESS": 3000, "MEDICAL": 1500, "ACCIDENT": 2500,
    "GROUP": 800, "MOTOR": 500, "PROPERTY": 1000, "OTHER": 1000,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What lifetime value, classes and tiers are reckoned by.

    ``persist_1`` to ``persist_3`` say how many contracts of a year pay the next year's premium, after the first,
    second and third year; ``persist_later`` from then on. ``measured`` takes the book's own persistency by channel
    instead, where a cohort base of at least ``measured_from`` stands behind it.
    """

    discount: int = 300
    horizon: int = 20
    cross_sell: int = 553
    service_cost: int = 60 * YUAN
    persist_1: int = 8800
    persist_2: int = 9300
    persist_3: int = 9500
    persist_later: int = 9700
    measured: bool = True
    measured_from: int = 1_000_000 * YUAN
    abc_a: int = 7000
    abc_b: int = 9000
    tier_top: int = 100_000 * YUAN
    tier_high: int = 30_000 * YUAN
    tier_medium: int = 10_000 * YUAN
    margins: Mapping[str, int] = field(default_factory=lambda: dict(MARGINS))


def to_json(terms: Assumptions) -> dict[str, Any]:
    """Return ``terms`` as a version keeps them."""
    return asdict(terms)


def from_json(stored: Mapping[str, Any]) -> Assumptions:
    """Return stored assumptions; what a version does not know yet takes its default."""
    known = {one.name for one in fields(Assumptions)}
    given = {name: value for name, value in stored.items() if name in known}
    return Assumptions(**{**given, "margins": {**MARGINS, **given.get("margins", {})}})


def faults(terms: Assumptions) -> list[tuple[str, str]]:
    """Return (field, code) of what contradicts itself."""
    found = []
    shares = ("discount", "cross_sell", "persist_1", "persist_2", "persist_3", "persist_later", "abc_a", "abc_b")
    found += [(name, "value.share") for name in shares if not 0 <= getattr(terms, name) <= WHOLE]
    if not 1 <= terms.horizon <= 40:
        found.append(("horizon", "value.horizon"))
    if not terms.abc_a < terms.abc_b:
        found.append(("abc_b", "value.abc_order"))
    if not terms.tier_top > terms.tier_high > terms.tier_medium > 0:
        found.append(("tier_high", "value.tier_order"))
    return found
