"""What could be sold to whom: products on sale by channel, region, age, attitude to risk, as one look-up (PRD-1).

The rules are those of sale and of suitability; here they are asked once for each kind of customer, not for each one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from keyuan.analytics.rules.offers.terms import OLDEST
from keyuan.analytics.rules.propensity.arrays import Array
from keyuan.policies.rules.applications.suitability import RISK_LEVELS, Need, Offered, mismatches
from keyuan.products.rules.sale import SaleTerms, Seller, sale_refusals

#: A seller who may sell anything: whether the customer's own may is asked when a proposal is begun.
ANY_RANK = 99
#: Risk levels C1 to C5; 0: never tested.
RISKS = range(6)


@dataclass(frozen=True, slots=True)
class Ware:
    """A product as the shelf sees it; ``sold`` counts its contracts of late."""

    id: int
    family: str
    age_min: int
    age_max: int
    terms: SaleTerms
    design: str
    complexity: int
    sold: int = 0


def shelf_of(wares: Sequence[Ware], family: str, channels: Sequence[str], regions: Sequence[str], on: date) -> Array:
    """Return channel × region × risk × age: the product of a family that sells most of those that fit, 0 for none."""
    found = np.zeros((len(channels), len(regions), len(RISKS), OLDEST + 1), dtype=np.int64)
    own = [ware for ware in wares if ware.family == family]
    # The best seller is laid on top of the others.
    for ware in sorted(own, key=lambda one: (one.sold, -one.id)):
        fits = _fits(ware)
        for at, channel in enumerate(channels):
            for place, region in enumerate(regions):
                if not sale_refusals(ware.terms, Seller(channel, region, ANY_RANK, licensed=True), on):
                    found[at, place][fits] = ware.id
    return found


def _fits(ware: Ware) -> Array:
    """Tell risk × age whom a product suits, as far as that is known before anybody asks about needs."""
    ages = range(OLDEST + 1)
    return np.array([[_suits(ware, risk, age) for age in ages] for risk in RISKS])


def _suits(ware: Ware, risk: int, age: int) -> bool:
    if not ware.age_min <= age <= ware.age_max:
        return False
    if ware.design in RISK_LEVELS and not risk:
        # Uncertain benefits are for those whose attitude to risk is known (domain.md §D.3).
        return False
    offered = Offered(ware.family, ware.design, ware.complexity, (), 0, age)
    return not mismatches(Need(risk_level=risk or None), offered)
