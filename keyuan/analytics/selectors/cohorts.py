"""Cohorts of persistency as a page, a chart and programs show them (ANA-10)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from keyuan.analytics.rules.persistency.measuring import CUTS
from keyuan.analytics.rules.persistency.ratios import NOTHING, Choice, Ratio, month_after, observed_from, ratio_of
from keyuan.analytics.selectors.figures import Cell

#: Cohorts that a figure accumulates.
YEAR = 12
#: Cohorts that a table and a chart show.
SHOWN = 36


@dataclass(frozen=True, slots=True)
class Cohort:
    """A month's contracts: what came in by each cut, over which base, and together with the eleven before it.

    ``is_complete``: the last day of the cut is over; ``total`` counts complete cohorts only.
    """

    month: date
    ratio: Ratio
    cuts: tuple[Ratio, ...]
    is_complete: bool
    total: Ratio


def cohorts_of(cells: Iterable[Cell], months: int, choice: Choice, today: date) -> list[Cohort]:
    """Return the cohorts of one measure, the oldest first."""
    found: list[Cohort] = []
    for cell in sorted((cell for cell in cells if cell["months"] == months), key=lambda one: one["cohort"]):
        complete = observed_from(cell["cohort"], months, choice.cut) <= today
        ratio = ratio_of(cell, choice)
        cuts = tuple(ratio_of(cell, replace(choice, cut=cut)) for cut in CUTS)
        found.append(Cohort(cell["cohort"], ratio, cuts, complete, NOTHING))
    return [replace(one, total=_together(found, one.month)) for one in found][-SHOWN:]


def _together(cohorts: Sequence[Cohort], until: date) -> Ratio:
    first = month_after(until, 1 - YEAR)
    total = NOTHING
    for one in cohorts:
        if one.is_complete and first <= one.month <= until:
            total = total.plus(one.ratio)
    return total


def last_complete(cells: Iterable[Cell], months: int, choice: Choice, today: date) -> Cohort | None:
    """Return the last cohort that is complete; its total are the twelve until it. None where none is."""
    complete = [one for one in cohorts_of(cells, months, choice, today) if one.is_complete]
    return complete[-1] if complete else None
