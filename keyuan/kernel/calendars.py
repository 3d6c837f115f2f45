"""Rest days and working days (domain.md 0.1, decision 9): statutory holidays and make-up working days as data.

The table of a year is published late in the year before. A year without a table falls back to weekends, and
`Calendar.is_known` says so, so that a face can warn.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from chinese_calendar import constants

SATURDAY = 5
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """The published table of one year: days off, and weekend days worked in exchange (调休)."""

    year: int
    holidays: frozenset[date]
    working_days: frozenset[date]


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days are rest days; equal data makes equal calendars."""

    holidays: frozenset[date] = frozenset()
    working_days: frozenset[date] = frozenset()
    years: frozenset[int] = frozenset()

    @classmethod
    def of(cls, years: Iterable[CalendarYear]) -> "Calendar":
        """Join the tables of ``years``; a later table of the same year replaces an earlier one."""
        tables = {table.year: table for table in years}.values()
        return cls(
            frozenset().union(*(table.holidays for table in tables)),
            frozenset().union(*(table.working_days for table in tables)),
            frozenset(table.year for table in tables),
        )

    def is_known(self, year: int) -> bool:
        """Tell whether the table of ``year`` is loaded; otherwise answers for it rest on weekends alone."""
        return year in self.years

    def is_rest_day(self, day: date) -> bool:
        """Tell whether ``day`` is a holiday, or a weekend day that is not worked in exchange."""
        if day in self.holidays:
            return True
        return day.weekday() >= SATURDAY and day not in self.working_days

    def is_working_day(self, day: date) -> bool:
        """Tell whether ``day`` is worked."""
        return not self.is_rest_day(day)

    def roll(self, day: date) -> date:
        """Return ``day``, or the first working day after the rest period in which it falls (民法典 203)."""
        while self.is_rest_day(day):
            day += ONE_DAY
        return day

    def add_working_days(self, start: date, days: int) -> date:
        """Return the ``days``-th working day after ``start``, which itself does not count; 0 returns ``start``.

        Raises ValueError for a negative number.
        """
        if days < 0:
            raise ValueError("working days are counted forwards")
        day = start
        while days:
            day += ONE_DAY
            days -= self.is_working_day(day)
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """Count the working days after ``start`` up to and including ``end``; 0 when ``end`` is not later."""
        span = range(1, (end - start).days + 1)
        return sum(self.is_working_day(start + timedelta(days=offset)) for offset in span)


#: Saturdays and Sundays are rest days and nothing else is.
WEEKENDS = Calendar()


@cache
def builtin_years() -> tuple[CalendarYear, ...]:
    """Return the published years that ship with us, the seed of the loadable table."""
    holidays, working_days = set(constants.holidays), set(constants.workdays)
    return tuple(
        CalendarYear(
            year,
            frozenset(day for day in holidays if day.year == year),
            frozenset(day for day in working_days if day.year == year),
        )
        for year in sorted({day.year for day in holidays})
    )


@cache
def builtin_calendar() -> Calendar:
    """Return the calendar of all built-in years."""
    return Calendar.of(builtin_years())
