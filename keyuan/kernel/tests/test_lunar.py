"""Lunar birthdays, leap months and short months (CUS-1, CUS-13)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyuan.kernel.lunar import LunarDay, lunar_birthday_in, lunar_day, next_lunar_birthday


@pytest.mark.parametrize(
    "on, lunar",
    [
        (date(2025, 1, 29), LunarDay(2025, 1, 1)),
        (date(2025, 1, 28), LunarDay(2024, 12, 29)),
        (date(2025, 7, 24), LunarDay(2025, 6, 30)),
        (date(2025, 7, 25), LunarDay(2025, 6, 1, is_leap=True)),
        (date(2020, 5, 23), LunarDay(2020, 4, 1, is_leap=True)),
        (date(2033, 12, 22), LunarDay(2033, 11, 1, is_leap=True)),
    ],
)
def test_a_solar_date_has_one_lunar_day(on, lunar):
    assert lunar_day(on) == lunar


@pytest.mark.parametrize(
    "_case, birth, year, on",
    [
        ("ordinary", LunarDay(1990, 8, 15), 2025, date(2025, 10, 6)),
        ("leap month that recurs", LunarDay(1987, 6, 10, is_leap=True), 2025, date(2025, 8, 3)),
        ("leap month that does not", LunarDay(1987, 6, 10, is_leap=True), 2024, date(2024, 7, 15)),
        ("ordinary month in a year with both", LunarDay(1990, 6, 10), 2025, date(2025, 7, 4)),
        ("30th of a short month", LunarDay(1990, 2, 30), 2025, date(2025, 3, 28)),
        ("end of the lunar year", LunarDay(1990, 12, 29), 2025, date(2026, 2, 16)),
    ],
)
def test_the_birthday_of_a_lunar_year_follows_the_written_rule(_case, birth, year, on):
    assert lunar_birthday_in(birth, year) == on


@pytest.mark.parametrize(
    "today, following",
    [
        (date(2025, 10, 5), date(2025, 10, 6)),
        (date(2025, 10, 6), date(2025, 10, 6)),
        (date(2025, 10, 7), date(2026, 9, 25)),
    ],
)
def test_the_next_birthday_is_today_or_later(today, following):
    assert next_lunar_birthday(LunarDay(1990, 8, 15), today) == following


def test_a_birthday_of_last_lunar_year_can_still_lie_ahead():
    assert next_lunar_birthday(LunarDay(1990, 12, 29), date(2026, 1, 5)) == date(2026, 2, 16)


@given(st.dates(date(1900, 2, 1), date(2099, 1, 1)))
def test_the_lunar_day_of_birth_leads_back_to_the_day_of_birth(born):
    assert lunar_birthday_in(lunar_day(born), lunar_day(born).year) == born


def test_years_without_a_table_are_refused():
    with pytest.raises(ValueError, match="table"):
        lunar_day(date(1800, 1, 1))
