"""Survival as the book itself shows it, in place of the assumed one (ANA-2, ANA-10)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from keyuan.analytics.rules.persistency.ratios import NOTHING, Ratio
from keyuan.analytics.rules.value.assumptions import Assumptions
from keyuan.analytics.rules.value.lifetime import Survival, assumed

#: Less than this is a hole in the data rather than a habit of customers.
LEAST = 0.3


def survival_of(cells: Iterable[tuple[str, int, int, int]], terms: Assumptions) -> dict[str, Survival]:
    """Return survival by channel from (channel, months, received, base) of cohorts that are complete.

    After the first year it is P13, after the second P25 ÷ P13, after the third P37 ÷ P25; a year without base enough
    keeps what is assumed, and so does every later year.
    """
    if not terms.measured:
        return {}
    totals: Mapping[str, dict[int, Ratio]] = defaultdict(dict)
    for channel, months, received, base in cells:
        known = totals[channel].get(months, NOTHING)
        totals[channel][months] = known.plus(Ratio(received, base))
    return {channel: _survival(found, terms) for channel, found in totals.items()}


def _survival(found: Mapping[int, Ratio], terms: Assumptions) -> Survival:
    first, second, third, later = assumed(terms)
    shares = [
        one.share if (one := found.get(months)) is not None and one.base >= terms.measured_from else None
        for months in (13, 25, 37)
    ]
    return (
        _bounded(shares[0], 1.0, first),
        _bounded(shares[1], shares[0], second),
        _bounded(shares[2], shares[1], third),
        later,
    )


def _bounded(share: float | None, before: float | None, otherwise: float) -> float:
    if not share or not before:
        return otherwise
    return min(1.0, max(LEAST, share / before))
