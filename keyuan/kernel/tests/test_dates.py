"""Periods and ages (domain.md 0.1; 民法典 200 to 204)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyuan.kernel.calendars import Calendar, CalendarYear
from keyuan.kernel.dates import (
    LeapDay,
    add_days,
    add_months,
    add_years,
    anniversary,
    completed_years,
    next_anniversary,
)

SIGNED = date(2025, 3, 1)


@pytest.mark.parametrize(
    "days, end",
    [(10, date(2025, 3, 11)), (15, date(2025, 3, 16)), (20, date(2025, 3, 21)), (60, date(2025, 4, 30))],
)
def test_the_starting_day_does_not_count(days, end):
    assert add_days(SIGNED, days) == end
    assert add_days(SIGNED, days, include_start_day=True) == end - timedelta(days=1)


def test_a_last_day_on_a_sunday_rolls_to_monday():
    assert add_days(SIGNED, 15, roll_on_holiday=True) == date(2025, 3, 17)


def test_a_last_day_in_a_holiday_rolls_behind_it():
    national = CalendarYear(2025, frozenset(date(2025, 10, day) for day in range(1, 9)), frozenset())

    end = add_days(date(2025, 9, 21), 10, roll_on_holiday=True, calendar=Calendar.of([national]))

    assert end == date(2025, 10, 9)


@pytest.mark.parametrize(
    "_case, start, months, end, end_if_start_counts",
    [
        ("same number", date(2025, 3, 1), 1, date(2025, 4, 1), date(2025, 3, 31)),
        ("common February", date(2025, 1, 31), 1, date(2025, 2, 28), date(2025, 2, 28)),
        ("leap February", date(2024, 1, 31), 1, date(2024, 2, 29), date(2024, 2, 29)),
        ("31 to 30 days", date(2025, 3, 31), 1, date(2025, 4, 30), date(2025, 4, 30)),
        ("last day that exists", date(2025, 1, 28), 1, date(2025, 2, 28), date(2025, 2, 27)),
        ("across the year", date(2025, 11, 30), 3, date(2026, 2, 28), date(2026, 2, 28)),
        ("December", date(2025, 11, 15), 1, date(2025, 12, 15), date(2025, 12, 14)),
        ("backwards", date(2025, 3, 31), -1, date(2025, 2, 28), date(2025, 2, 28)),
    ],
)
def test_a_period_of_months_ends_on_the_same_number_or_the_last_day(_case, start, months, end, end_if_start_counts):
    assert add_months(start, months) == end
    assert add_months(start, months, include_start_day=True) == end_if_start_counts


@pytest.mark.parametrize(
    "start, years, end, end_if_start_counts",
    [
        (date(2024, 2, 29), 1, date(2025, 2, 28), date(2025, 2, 28)),
        (date(2024, 2, 29), 4, date(2028, 2, 29), date(2028, 2, 28)),
        (date(2025, 3, 1), 1, date(2026, 3, 1), date(2026, 2, 28)),
        (date(2023, 3, 1), 1, date(2024, 3, 1), date(2024, 2, 29)),
        (date(2025, 1, 1), 1, date(2026, 1, 1), date(2025, 12, 31)),
    ],
)
def test_a_period_of_years_ends_by_the_same_rule(start, years, end, end_if_start_counts):
    assert add_years(start, years) == end
    assert add_years(start, years, include_start_day=True) == end_if_start_counts


def test_months_roll_as_days_do():
    assert add_months(date(2025, 1, 16), 2, roll_on_holiday=True) == date(2025, 3, 17)
    assert add_years(date(2024, 3, 16), 1, roll_on_holiday=True) == date(2025, 3, 17)


@pytest.mark.parametrize(
    "_case, birth_on, today, years, strictly",
    [
        ("day before", date(1990, 5, 10), date(2025, 5, 9), 34, 34),
        ("birthday", date(1990, 5, 10), date(2025, 5, 10), 35, 34),
        ("day after", date(1990, 5, 10), date(2025, 5, 11), 35, 35),
        ("day of birth", date(2025, 5, 10), date(2025, 5, 10), 0, 0),
        ("leap birthday, leap year", date(2000, 2, 29), date(2024, 2, 28), 23, 23),
        ("leap birthday, common year", date(2000, 2, 29), date(2025, 2, 28), 25, 24),
    ],
)
def test_age_counts_from_the_birthday_or_strictly_from_the_day_after(_case, birth_on, today, years, strictly):
    assert completed_years(birth_on, today) == years
    assert completed_years(birth_on, today, strict=True) == strictly


def test_a_leap_birthday_may_fall_on_the_first_of_march():
    born = date(2000, 2, 29)

    assert completed_years(born, date(2025, 2, 28), leap_day=LeapDay.MARCH_1) == 24
    assert completed_years(born, date(2025, 3, 1), leap_day=LeapDay.MARCH_1) == 25
    assert anniversary(born, 2025, leap_day=LeapDay.MARCH_1) == date(2025, 3, 1)
    assert anniversary(born, 2028, leap_day=LeapDay.MARCH_1) == date(2028, 2, 29)


def test_nobody_has_an_age_before_birth():
    with pytest.raises(ValueError, match="born"):
        completed_years(date(2025, 1, 2), date(2025, 1, 1))


@pytest.mark.parametrize(
    "today, following",
    [
        (date(2025, 2, 27), date(2025, 2, 28)),
        (date(2025, 2, 28), date(2025, 2, 28)),
        (date(2025, 3, 1), date(2026, 2, 28)),
        (date(2027, 12, 31), date(2028, 2, 29)),
    ],
)
def test_the_next_anniversary_is_today_or_later(today, following):
    assert next_anniversary(date(2000, 2, 29), today) == following


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(0, 600))
def test_a_period_of_months_never_leaves_its_final_month(start, months):
    end = add_months(start, months)

    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == months
    assert end.day <= start.day
