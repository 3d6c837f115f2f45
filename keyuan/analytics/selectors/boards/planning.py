"""The five-year plan beside what came and where the years to come will probably stand (ANA-12)."""

from dataclasses import dataclass
from datetime import date

from keyuan.analytics.rules.boards.indicators import BY_KEY, Figures, Indicator, figure_of
from keyuan.analytics.rules.boards.outlook import Course, Outlook, course_of, projected
from keyuan.analytics.rules.boards.periods import Period, last_complete
from keyuan.analytics.rules.boards.plan import Plan, PlanYear, targets_of

HOLDERS, REPEAT = BY_KEY["long_holders"], BY_KEY["second_purchase"]
DECEMBER = 12


@dataclass(frozen=True, slots=True)
class Met:
    """What a year wants of an indicator and what came; None where nothing is known. Unit of the indicator."""

    target: float | None
    actual: float | None
    outlook: Outlook
    course: Course | None


@dataclass(frozen=True, slots=True)
class PlanTold:
    """One year of the plan."""

    plan: PlanYear
    holders: Met
    repeat: Met


def plan_rows(wanted: Plan, figures: Figures, day: date) -> list[PlanTold]:
    """Return for each year of the plan target, actual, projection and course of holders and second purchase."""
    start = Period(date(wanted.start - 1, DECEMBER, 1), date(wanted.start - 1, DECEMBER, 1))
    counted = figure_of(HOLDERS, figures, start)
    last = last_complete(day).last
    return [_year(one, figures, last) for one in targets_of(wanted, None if counted is None else round(counted))]


def _year(one: PlanYear, figures: Figures, last: date) -> PlanTold:
    """Return one year; ``last`` is the last whole month that was counted."""
    holders = _met(HOLDERS, one.year, one.holders, figures, last)
    return PlanTold(one, holders, _met(REPEAT, one.year, one.repeat, figures, last))


def _met(indicator: Indicator, year: int, target: float | None, figures: Figures, last: date) -> Met:
    december = date(year, DECEMBER, 1)
    until = min(december, last)
    actual = figure_of(indicator, figures, Period(until, until)) if year <= last.year else None
    ahead = (december.year - last.year) * DECEMBER + december.month - last.month
    outlook = Outlook(until, actual, projected(indicator, figures, last, ahead) if ahead > 0 else None)
    course = course_of(indicator, target, outlook) if target is not None else None
    return Met(target, actual, outlook, course)
