"""Rest days, make-up working days and unknown years (domain.md 0.1 items 3 and 5, decision 9)."""

from datetime import date

import pytest

from keyuan.kernel.calendars import WEEKENDS, Calendar, CalendarYear, builtin_calendar, builtin_years

NATIONAL_DAYS = CalendarYear(
    2025,
    frozenset(date(2025, 10, day) for day in range(1, 9)),
    frozenset({date(2025, 9, 28), date(2025, 10, 11)}),
)
CALENDAR = Calendar.of([NATIONAL_DAYS])


@pytest.mark.parametrize(
    "_case, day, rests",
    [
        ("weekday", date(2025, 9, 26), False),
        ("weekend", date(2025, 9, 27), True),
        ("worked Sunday", date(2025, 9, 28), False),
        ("holiday on a weekday", date(2025, 10, 1), True),
        ("worked Saturday", date(2025, 10, 11), False),
    ],
)
def test_a_rest_day_is_a_holiday_or_a_weekend_day_not_worked(_case, day, rests):
    assert CALENDAR.is_rest_day(day) is rests
    assert CALENDAR.is_working_day(day) is not rests


@pytest.mark.parametrize(
    "_case, start, days, end",
    [
        ("none", date(2025, 10, 1), 0, date(2025, 10, 1)),
        ("over the holidays", date(2025, 9, 30), 1, date(2025, 10, 9)),
        ("make-up Saturday counts", date(2025, 9, 30), 3, date(2025, 10, 11)),
        ("next Monday", date(2025, 9, 30), 4, date(2025, 10, 13)),
    ],
)
def test_working_days_skip_holidays_and_count_make_up_days(_case, start, days, end):
    assert CALENDAR.add_working_days(start, days) == end
    assert CALENDAR.working_days_between(start, end) == days


def test_working_days_are_not_counted_backwards():
    with pytest.raises(ValueError, match="forwards"):
        CALENDAR.add_working_days(date(2025, 1, 1), -1)


def test_a_day_in_a_rest_period_rolls_to_the_day_after_it():
    assert CALENDAR.roll(date(2025, 10, 1)) == date(2025, 10, 9)
    assert CALENDAR.roll(date(2025, 10, 9)) == date(2025, 10, 9)


def test_an_unknown_year_falls_back_to_weekends_and_says_so():
    assert CALENDAR.is_known(2025)
    assert not CALENDAR.is_known(2031)
    assert CALENDAR.is_rest_day(date(2031, 10, 1)) is False
    assert WEEKENDS.is_rest_day(date(2031, 10, 4))


def test_a_later_table_of_a_year_replaces_the_earlier():
    corrected = CalendarYear(2025, frozenset({date(2025, 10, 1)}), frozenset())

    calendar = Calendar.of([NATIONAL_DAYS, corrected])

    assert calendar.is_working_day(date(2025, 10, 2))
    assert calendar.is_rest_day(date(2025, 9, 28))


def test_the_built_in_years_begin_in_2004_and_know_the_spring_festival():
    calendar = builtin_calendar()

    assert builtin_years()[0].year == 2004
    assert calendar.is_known(2025)
    assert calendar.is_rest_day(date(2025, 1, 29))
    assert calendar.is_working_day(date(2025, 1, 26))
