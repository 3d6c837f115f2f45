"""A year's target against what came so far and what the year will probably bring (ANA-12)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from keyuan.analytics.rules.boards.indicators import Figures, Indicator, Take, figure_of, taken
from keyuan.analytics.rules.boards.measures import KINDS, Kind
from keyuan.analytics.rules.boards.periods import YEAR, Period
from keyuan.analytics.rules.boards.projecting import TWELVE, Projection, flow_ahead, level_ahead, project
from keyuan.analytics.rules.persistency.ratios import month_after


class Course(StrEnum):
    """What the projection says of a target."""

    LIKELY = "likely"
    OPEN = "open"
    UNLIKELY = "unlikely"


@dataclass(frozen=True, slots=True)
class Outlook:
    """What came in the year until ``month`` (its last whole month), and the figure for the whole year."""

    month: date
    so_far: float | None
    projection: Projection | None


def outlook_of(indicator: Indicator, figures: Figures, month: date) -> Outlook:
    """Return how the year of ``month``, the last whole month, goes on.

    Nothing is projected for ratios of two flows, nor for what was counted for less than two years.
    """
    so_far = figure_of(indicator, figures, Period(date(month.year, 1, 1), month, YEAR))
    ahead = TWELVE - month.month
    if not ahead:
        return Outlook(month, so_far, None)
    return Outlook(month, so_far, projected(indicator, figures, month, ahead))


def projected(indicator: Indicator, figures: Figures, month: date, ahead: int) -> Projection | None:
    """Return an indicator ``ahead`` months after ``month``: flows and yearly shares of the year they end in."""
    takes = {part.take for part in indicator.top}
    if takes == {Take.END} and indicator.bottom is None:
        return project(_levels(indicator, figures, month), ahead, level_ahead)
    if takes & {Take.END} or (indicator.bottom and indicator.bottom.take is not Take.OPENING) or ahead >= TWELVE:
        return None
    so_far, flows = _flows(indicator, figures, month)
    found = project(flows, ahead, flow_ahead)
    if found is None or so_far is None:
        return None
    whole = found.scaled(1.0, so_far)
    if indicator.bottom is None:
        return whole
    opening = taken(indicator.bottom, figures, Period(month, month))
    return whole.scaled(indicator.scale / opening) if opening else None


def _history(figures: Figures, month: date) -> list[date]:
    """Return the months without a gap until ``month``."""
    found, at = [], month
    while at in figures:
        found.append(at)
        at = month_after(at, -1)
    return found[::-1]


def _levels(indicator: Indicator, figures: Figures, month: date) -> list[float]:
    if KINDS[indicator.top[0].measure] is Kind.STATE:
        months = [at for at in _history(figures, month) if indicator.top[0].measure in figures[at]]
    else:
        months = _history(figures, month)
    found = [figure_of(indicator, figures, Period(at, at)) for at in months]
    return [value for value in found if value is not None]


def _flows(indicator: Indicator, figures: Figures, month: date) -> tuple[float | None, list[float]]:
    """Return the top's sum in the year until ``month``, and its months."""
    months = _history(figures, month)
    flows = [sum(figures[at].get(part.measure, 0) * part.tenths for part in indicator.top) / TENTHS for at in months]
    year = [value for at, value in zip(months, flows, strict=True) if at.year == month.year]
    return (sum(year) if len(year) == month.month else None), flows


TENTHS = 10


def course_of(indicator: Indicator, target: float, outlook: Outlook) -> Course | None:
    """Return whether the year will probably meet its target; None where nothing can be said.

    Open: the target lies within the bounds of the projection, or no bounds are known.
    """
    if indicator.rises is None:
        return None
    found = outlook.projection
    if found is None:
        if outlook.so_far is None or outlook.month.month < TWELVE:
            return None
        found = Projection(outlook.so_far, outlook.so_far, outlook.so_far)
    if found.low is None or found.high is None:
        return Course.OPEN
    worst, best = (found.low, found.high) if indicator.rises else (-found.high, -found.low)
    goal = target if indicator.rises else -target
    if worst >= goal:
        return Course.LIKELY
    return Course.UNLIKELY if best < goal else Course.OPEN
