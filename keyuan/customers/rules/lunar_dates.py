"""Which lunar birthdays are kept on a solar day: the reverse of `next_lunar_birthday` (CUS-13)."""

from datetime import date, timedelta

from keyuan.kernel.lunar import LunarDay, lunar_birthday_in, lunar_day

LONGEST_MONTH = 30


def kept_on(on: date) -> list[tuple[int, int]]:
    """Return (month, day) as archives store them, whose birthday is kept on ``on``: leap months are negative.

    One day serves several: the 30th is kept on the 29th where the month is short, a leap month's birthday in the
    ordinary month of years without it. Empty where the tables end.
    """
    try:
        today, tomorrow = lunar_day(on), lunar_day(on + timedelta(days=1))
    except ValueError:
        return []
    days = [today.day] if tomorrow.day != 1 else list(range(today.day, LONGEST_MONTH + 1))
    return [
        (-today.month if leap else today.month, day)
        for leap in (False, True)
        for day in days
        if lunar_birthday_in(LunarDay(today.year, today.month, day, leap), today.year) == on
    ]
