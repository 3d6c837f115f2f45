"""An indicator over a period beside what it is compared with (ANA-12)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from keyuan.analytics.models import IndicatorTerms
from keyuan.analytics.rules.boards.indicators import BOARDS, BY_KEY, Figures, Indicator, change_of, figure_of
from keyuan.analytics.rules.boards.outlook import Course, Outlook, course_of, outlook_of
from keyuan.analytics.rules.boards.periods import Period, last_complete
from keyuan.analytics.selectors.boards.terms import target_of


@dataclass(frozen=True, slots=True)
class Told:
    """An indicator over a period, beside the period before, the year before and the year's target.

    Values are in the indicator's unit, amounts in minor units of CNY; None where nothing is known. ``period`` is what
    was asked, or the month of the night for how things stand now.
    """

    indicator: Indicator
    period: Period
    value: float | None
    before: float | None
    year_before: float | None
    target: float | None
    outlook: Outlook
    course: Course | None

    @property
    def change(self) -> float | None:
        """Return the change against the period before."""
        return change_of(self.indicator, self.value, self.before)

    @property
    def year_change(self) -> float | None:
        """Return the change against the year before."""
        return change_of(self.indicator, self.value, self.year_before)


def period_told(indicator: Indicator, period: Period, day: date) -> Period:
    """Return the period an indicator is told of: the newest one stands for tonight where it says how things stand."""
    if indicator.is_level and period.last == last_complete(day, period.length).last:
        month = day.replace(day=1)
        return Period(month, month, period.length)
    return period


def told(indicator: Indicator, figures: Figures, asked: Period, target: float | None, day: date) -> Told:
    """Return an indicator with what it is compared with; ``target`` is that of the period's year."""
    period = period_told(indicator, asked, day)
    whole = min(period.last, last_complete(day).last)
    outlook = outlook_of(indicator, figures, whole)
    is_complete = period.last_day <= day or indicator.is_level
    return Told(
        indicator,
        period,
        figure_of(indicator, figures, period),
        figure_of(indicator, figures, period.before) if is_complete and _is_like(indicator, period) else None,
        figure_of(indicator, figures, period.year_before) if is_complete else None,
        target,
        outlook,
        course_of(indicator, target, outlook) if target is not None else None,
    )


def _is_like(indicator: Indicator, period: Period) -> bool:
    """Tell whether the period before counts as many months: since 1 January, a month before counts one fewer."""
    return not indicator.is_yearly or period.before.last.month == period.last.month


def board_told(
    board: str, figures: Figures, period: Period, terms: Mapping[str, IndicatorTerms], day: date
) -> list[Told]:
    """Return every figure of a board."""
    year = period.last.year
    return [told(BY_KEY[key], figures, period, target_of(terms, key, year), day) for key in BOARDS[board]]
