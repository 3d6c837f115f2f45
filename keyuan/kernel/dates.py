"""Periods and ages of the civil code, 民法典 200–204 (domain.md 0.1). Calendar dates only; a period ends at 24:00.

The starting day does not count unless ``include_start_day`` says that contract or statute counts it. With
``roll_on_holiday`` a last day that is a rest day of ``calendar`` moves to the day after the rest period.
"""

from calendar import monthrange
from datetime import date, timedelta
from enum import StrEnum

from keyuan.kernel.calendars import WEEKENDS, Calendar

MONTHS_A_YEAR = 12


class LeapDay(StrEnum):
    """When a person born on 29 February has the birthday in a common year."""

    FEBRUARY_28 = "02-28"
    MARCH_1 = "03-01"


def _last_day(day: date, roll_on_holiday: bool, calendar: Calendar) -> date:
    return calendar.roll(day) if roll_on_holiday else day


def add_days(
    start: date,
    days: int,
    *,
    include_start_day: bool = False,
    roll_on_holiday: bool = False,
    calendar: Calendar = WEEKENDS,
) -> date:
    """Return the last day of a period of ``days`` calendar days from ``start``."""
    end = start + timedelta(days=days - include_start_day)
    return _last_day(end, roll_on_holiday, calendar)


def add_months(
    start: date,
    months: int,
    *,
    include_start_day: bool = False,
    roll_on_holiday: bool = False,
    calendar: Calendar = WEEKENDS,
) -> date:
    """Return the last day of a period of ``months`` from ``start``: the same-numbered day, or the month's last.

    With ``include_start_day`` the period ends the day before the same-numbered day, as a cover term does
    (1 March + 1 year = 28 or 29 February); where that number is missing, it ends on the month's last day.
    """
    month_index = start.year * MONTHS_A_YEAR + start.month - 1 + months
    year, month = divmod(month_index, MONTHS_A_YEAR)
    length = monthrange(year, month + 1)[1]
    if start.day > length:
        end = date(year, month + 1, length)
    else:
        end = date(year, month + 1, start.day) - timedelta(days=int(include_start_day))
    return _last_day(end, roll_on_holiday, calendar)


def add_years(
    start: date,
    years: int,
    *,
    include_start_day: bool = False,
    roll_on_holiday: bool = False,
    calendar: Calendar = WEEKENDS,
) -> date:
    """Return the last day of a period of ``years`` from ``start``, by the rule of `add_months`."""
    return add_months(
        start,
        years * MONTHS_A_YEAR,
        include_start_day=include_start_day,
        roll_on_holiday=roll_on_holiday,
        calendar=calendar,
    )


def anniversary(day: date, year: int, *, leap_day: LeapDay = LeapDay.FEBRUARY_28) -> date:
    """Return the anniversary of ``day`` in ``year``; ``leap_day`` decides for 29 February in common years."""
    if (day.month, day.day) == (2, 29) and monthrange(year, 2)[1] == 28:
        return date(year, 3, 1) if leap_day is LeapDay.MARCH_1 else date(year, 2, 28)
    return day.replace(year=year)


def next_anniversary(day: date, today: date, *, leap_day: LeapDay = LeapDay.FEBRUARY_28) -> date:
    """Return the first anniversary of ``day`` that is not before ``today``."""
    this_year = anniversary(day, today.year, leap_day=leap_day)
    return this_year if this_year >= today else anniversary(day, today.year + 1, leap_day=leap_day)


def completed_years(
    birth_on: date, today: date, *, strict: bool = False, leap_day: LeapDay = LeapDay.FEBRUARY_28
) -> int:
    """Return the age in completed years (周岁) on ``today``.

    Insurers count from the birthday itself; ``strict`` is the legal count, which starts the day after. Raises
    ValueError when ``today`` is before birth.
    """
    if today < birth_on:
        raise ValueError("not born yet")
    birthday = anniversary(birth_on, today.year, leap_day=leap_day)
    reached = today > birthday if strict else today >= birthday
    return max(0, today.year - birth_on.year - (not reached))
