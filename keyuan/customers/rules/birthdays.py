"""Birthdays as they are kept: solar with the leap-day rule, lunar with leap months (CUS-1, CUS-13)."""

from dataclasses import dataclass
from datetime import date

from keyuan.kernel.dates import next_anniversary
from keyuan.kernel.errors import Refused
from keyuan.kernel.lunar import LunarDay, lunar_day, next_lunar_birthday

MONTHS = 12
LONGEST_MONTH = 30


@dataclass(frozen=True, slots=True)
class LunarBirthday:
    """Month and day of a lunar birthday as stored: a negative ``month`` is the leap month of that number."""

    month: int
    day: int

    def on(self, year: int) -> LunarDay:
        """Return the lunar day in lunar ``year``."""
        return LunarDay(year, abs(self.month), self.day, self.month < 0)


def lunar_of(birth_on: date) -> LunarBirthday | None:
    """Return the lunar birthday of somebody born on ``birth_on``; None where the tables end."""
    try:
        found = lunar_day(birth_on)
    except ValueError:
        return None
    return LunarBirthday(-found.month if found.is_leap else found.month, found.day)


def checked_lunar(month: int | None, day: int | None) -> LunarBirthday | None:
    """Return the lunar birthday typed as month and day, None when neither is given.

    Raises `Refused` customer.lunar_incomplete or customer.lunar_impossible.
    """
    if month is None and day is None:
        return None
    if month is None or day is None:
        raise Refused("customer.lunar_incomplete", field="lunar_day")
    if not 1 <= abs(month) <= MONTHS or not 1 <= day <= LONGEST_MONTH:
        raise Refused("customer.lunar_impossible", field="lunar_day")
    return LunarBirthday(month, day)


def next_birthday(birth_on: date | None, lunar: LunarBirthday | None, today: date) -> date | None:
    """Return the first day, not before ``today``, on which the birthday is kept; None when it is unknown."""
    if lunar is not None:
        return next_lunar_birthday(lunar.on(today.year), today)
    return next_anniversary(birth_on, today) if birth_on else None
