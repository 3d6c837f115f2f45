"""What offers are chosen by, in versions; every number is a default of the house (GK).

Shares in basis points, money in minor units of CNY.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

WHOLE = 10_000
#: To whom something may be offered, in completed years: cards are learnt of these ages.
ADULT, OLDEST = 18, 75
#: A page has room for so many offers to a customer.
ROOM = 3
#: More than half held back would be no selling any more.
MOST_HELD_BACK = 5000
#: Within how many days a purchase may count, and after how many cards may be fitted anew.
COUNTED_DAYS, REFIT_DAYS = (7, 365), (7, 365)


@dataclass(frozen=True, slots=True)
class OfferTerms:
    """How many offers a customer gets, from how far down the ranking, and how uptake is measured.

    Of each family the best ``depth`` of the customers to whom something of it could be sold are looked at. An offer
    must be at least ``least_lift`` as likely as with the average customer, and expected to bring ``least_value``.
    ``held_back`` of the customers are chosen for but not shown: what they buy by themselves is what offers are
    measured against. A purchase counts within ``counted_days``. Cards are fitted anew after ``refit_days``.
    """

    most: int = ROOM
    depth: int = 1000
    least_lift: int = 12_000
    least_value: int = 1000
    held_back: int = 1000
    counted_days: int = 90
    refit_days: int = 30


#: As the system comes.
TERMS = OfferTerms()
#: What is sold to persons one by one; group business has its own ways.
FAMILIES = ("LIFE", "CRITICAL_ILLNESS", "MEDICAL", "ACCIDENT", "ANNUITY", "ENDOWMENT", "PROPERTY", "MOTOR")
#: Why an offer is turned down.
PRICE, COVERED, LATER, NO_TRUST, WRONG, OTHER = "PRICE", "COVERED", "LATER", "NO_TRUST", "WRONG", "OTHER"
REASONS = (PRICE, COVERED, LATER, NO_TRUST, WRONG, OTHER)
#: Days for which a family is not offered again, to choose from.
PAUSES = (30, 90, 180, 365)


def to_json(terms: OfferTerms) -> dict[str, Any]:
    """Return ``terms`` as a version keeps them."""
    return asdict(terms)


def from_json(stored: Mapping[str, Any]) -> OfferTerms:
    """Return stored terms; what a version does not know yet takes its default."""
    return OfferTerms(**{one.name: stored[one.name] for one in fields(OfferTerms) if one.name in stored})


def faults(terms: OfferTerms) -> list[tuple[str, str]]:
    """Return (field, code) of what makes no sense."""
    ranges = {
        "most": (1, ROOM), "depth": (1, WHOLE), "least_lift": (0, 100 * WHOLE), "least_value": (0, 10**12),
        "held_back": (0, MOST_HELD_BACK), "counted_days": COUNTED_DAYS, "refit_days": REFIT_DAYS,
    }  # fmt: skip
    return [
        (name, f"offer_terms.{name}")
        for name, (least, most) in ranges.items()
        if not least <= getattr(terms, name) <= most
    ]
