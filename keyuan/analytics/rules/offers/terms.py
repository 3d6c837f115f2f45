"""What offers are chosen by; every number is a default of the house (GK). Shares in basis points, money in fen."""

from dataclasses import dataclass

WHOLE = 10_000
ADULT = 18


@dataclass(frozen=True, slots=True)
class OfferTerms:
    """How many offers a customer gets, from how far down the ranking, and how uptake is measured.

    Of each family the best ``depth`` of the customers to whom something of it could be sold are looked at. An offer
    must be at least ``least_lift`` as likely as with the average customer, and expected to bring ``least_value``.
    ``held_back`` of the customers are chosen for but not shown: what they buy by themselves is what offers are
    measured against. A purchase counts within ``counted_days``. Cards are fitted anew after ``refit_days``.
    """

    most: int = 3
    depth: int = 1000
    least_lift: int = 12_000
    least_value: int = 1000
    held_back: int = 1000
    counted_days: int = 90
    oldest: int = 75
    refit_days: int = 30


TERMS = OfferTerms()
#: What is sold to persons one by one; group business has its own ways.
FAMILIES = ("LIFE", "CRITICAL_ILLNESS", "MEDICAL", "ACCIDENT", "ANNUITY", "ENDOWMENT", "PROPERTY", "MOTOR")
#: Why an offer is turned down.
PRICE, COVERED, LATER, NO_TRUST, WRONG, OTHER = "PRICE", "COVERED", "LATER", "NO_TRUST", "WRONG", "OTHER"
REASONS = (PRICE, COVERED, LATER, NO_TRUST, WRONG, OTHER)
#: Days for which a family is not offered again, to choose from.
PAUSES = (30, 90, 180, 365)
