"""Lunar birthdays (农历生日): from a solar date to its lunar day, and to the next solar date of a lunar day.

Our rule where custom varies: a person born in a leap month has the birthday in that leap month in years that have
it, otherwise in the ordinary month of the same number; born in an ordinary month, always in the ordinary month.
The 30th falls on the 29th where the month has only 29 days.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from lunar_python import LunarYear, Solar

#: The lunar years for which the tables are sound.
FIRST_YEAR, LAST_YEAR = 1850, 2150


@dataclass(frozen=True, slots=True)
class LunarDay:
    """A day of the lunar calendar; ``is_leap`` marks the second of two months with one number (闰月)."""

    year: int
    month: int
    day: int
    is_leap: bool = False


@dataclass(frozen=True, slots=True)
class _Month:
    month: int
    is_leap: bool
    first: date
    days: int


@lru_cache(maxsize=400)
def _months(year: int) -> tuple[_Month, ...]:
    # Costs milliseconds a year to compute and is asked for every birthday: hence the cache.
    found = []
    for item in LunarYear.fromYear(year).getMonthsInYear():
        first = Solar.fromJulianDay(item.getFirstJulianDay())
        on = date(first.getYear(), first.getMonth(), first.getDay())
        found.append(_Month(abs(item.getMonth()), item.isLeap(), on, item.getDayCount()))
    return tuple(found)


def lunar_day(on: date) -> LunarDay:
    """Return the lunar day of a solar date. Raises ValueError outside the years of the table."""
    if not FIRST_YEAR < on.year < LAST_YEAR:
        raise ValueError("no lunar table for this year")
    for year in (on.year, on.year - 1):
        for month in _months(year):
            offset = (on - month.first).days
            if 0 <= offset < month.days:
                return LunarDay(year, month.month, offset + 1, month.is_leap)
    raise ValueError("no lunar table for this year")


def lunar_birthday_in(birth: LunarDay, year: int) -> date:
    """Return the solar date of the birthday in lunar ``year``, which may lie in the solar year after it."""
    months = [item for item in _months(year) if item.month == birth.month]
    # The leap month follows the ordinary one of its number, so it is the last of the two.
    month = months[-1] if birth.is_leap else months[0]
    return month.first + timedelta(days=min(birth.day, month.days) - 1)


def next_lunar_birthday(birth: LunarDay, today: date) -> date:
    """Return the first solar date, not before ``today``, on which the lunar birthday is kept."""
    for year in range(today.year - 1, today.year + 2):
        on = lunar_birthday_in(birth, year)
        if on >= today:
            return on
    raise AssertionError("a lunar year is never longer than two solar ones")
