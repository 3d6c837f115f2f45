"""Periods of the calendar of orders: whole weeks of a month, a week from Monday, a day (SRV-2)."""

from dataclasses import dataclass
from datetime import date, timedelta

MONTH, WEEK, DAY = MODES = ("month", "week", "day")
WEEK_DAYS = 7


@dataclass(frozen=True, slots=True)
class Period:
    """What one page of the calendar shows: ``first`` to ``last``, both included; ``day`` is the day it stands at."""

    mode: str
    day: date
    first: date
    last: date

    @property
    def days(self) -> list[date]:
        """The days, in order."""
        return [self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1)]

    @property
    def weeks(self) -> list[list[date]]:
        """The days in rows of a week; of one day that day alone."""
        return [self.days[start : start + WEEK_DAYS] for start in range(0, len(self.days), WEEK_DAYS)]


def period_of(mode: str, day: date) -> Period:
    """Return the period around a day; an unknown mode is a month."""
    if mode == DAY:
        return Period(DAY, day, day, day)
    if mode == WEEK:
        return Period(WEEK, day, _monday(day), _monday(day) + timedelta(days=WEEK_DAYS - 1))
    last = _next_month(day) - timedelta(days=1)
    return Period(MONTH, day, _monday(day.replace(day=1)), _monday(last) + timedelta(days=WEEK_DAYS - 1))


def before(period: Period) -> date:
    """Return the day at which the period before stands."""
    if period.mode == MONTH:
        return (period.day.replace(day=1) - timedelta(days=1)).replace(day=1)
    return period.day - timedelta(days=1 if period.mode == DAY else WEEK_DAYS)


def after(period: Period) -> date:
    """Return the day at which the period behind stands."""
    if period.mode == MONTH:
        return _next_month(period.day)
    return period.day + timedelta(days=1 if period.mode == DAY else WEEK_DAYS)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _next_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)
