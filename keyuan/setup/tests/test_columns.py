"""Columns of dates obey the rules for single ones (domain.md §0.1); numbers pass their checks (domain.md §G)."""

from datetime import date, timedelta

import numpy as np
import pytest

from keyuan.kernel import dates
from keyuan.kernel.identifiers.bank_card import parse_bank_card
from keyuan.kernel.identifiers.phones import parse_phone
from keyuan.kernel.identifiers.resident_id import parse_resident_id
from keyuan.kernel.identifiers.uscc import parse_uscc
from keyuan.kernel.identifiers.vehicle import parse_plate, parse_vin
from keyuan.policies.rules.dates import cover_end as one_cover_end
from keyuan.setup.demo import numbers
from keyuan.setup.demo.contracts import cover_end
from keyuan.setup.demo.days import (
    FAR_PAST,
    FOREVER,
    NO_DAY,
    add_months,
    ages_on,
    date_of,
    day_of,
    day_texts,
    local_day,
    local_moment,
    moment_texts,
    month_day,
)
from keyuan.setup.demo.draws import Draws
from keyuan.setup.demo.naming import texts

DAYS = [date(1999, 12, 31) + timedelta(days=step * 17) for step in range(600)] + [
    date(2024, 2, 29),
    date(2025, 1, 31),
    date(2025, 3, 31),
    date(2023, 12, 31),
]


def column(days: list[date]) -> np.ndarray:
    return np.array([day_of(day) for day in days], dtype=np.int64)


@pytest.mark.parametrize("months", [1, 3, 6, 12, 37, 120, -1, -12])
def test_months_are_added_as_the_kernel_adds_them(months):
    found = [date_of(day) for day in add_months(column(DAYS), months)]

    assert found == [dates.add_months(day, months) for day in DAYS]


def test_ages_are_completed_years():
    today = date(2026, 2, 28)
    births = [day for day in DAYS if day <= today]

    found = ages_on(column(births), day_of(today)).tolist()

    assert found == [dates.completed_years(day, today) for day in births]


@pytest.mark.parametrize("years", [1, 6, 20])
def test_cover_ends_as_the_rule_of_policies_says(years):
    found = [date_of(day) for day in cover_end(column(DAYS), np.full(len(DAYS), years))]

    assert found == [one_cover_end(day, years, "Y") for day in DAYS]


def test_whole_life_never_ends():
    assert cover_end(column(DAYS[:2]), np.array([0, 0])).tolist() == [FOREVER, FOREVER]


def test_days_become_iso_dates_and_sentinels():
    days = np.array([day_of(date(2024, 2, 29)), NO_DAY, FOREVER, FAR_PAST], dtype=np.int64)

    assert day_texts(days) == ["2024-02-29", None, "9999-12-31", "0001-01-01"]


def test_local_moments_are_written_in_utc():
    moments = local_moment(np.array([day_of(date(2026, 11, 24)), NO_DAY], dtype=np.int64), 86_399)

    assert moment_texts(moments) == ["2026-11-24 15:59:59", None]
    assert local_day(moments)[0] == day_of(date(2026, 11, 24))


def test_birthdays_are_kept_as_month_and_day():
    assert month_day(column([date(1980, 6, 14), date(1999, 12, 31)])).tolist() == [614, 1231]


def test_numbers_of_people_and_things_pass_their_checks():
    draws, size = Draws(1, "test"), 200
    births, sexes = column(DAYS[:size]), draws.between(1, 2, size)
    resident = numbers.resident_ids(draws, texts(["310115"] * size), births, sexes)

    for number, birth, sex in zip(resident, DAYS, sexes.tolist(), strict=False):
        parsed = parse_resident_id(number)
        assert (parsed.birth_on, parsed.sex, parsed.warnings) == (birth, str(sex), ())
    for number in (*numbers.mobiles(draws, size), *numbers.landlines(draws, size)):
        assert parse_phone(number).number == number
    for number in numbers.cards(draws, draws.below(8, size)):
        assert parse_bank_card(number) == number
    for number in numbers.credit_codes(draws, texts(["440106"] * size)):
        assert parse_uscc(number).warnings == ()
    for number in numbers.vehicle_numbers(draws, texts(["LSVAB4BR"] * size)):
        assert parse_vin(number).warnings == ()
    for number in numbers.plates(draws, texts(["沪"] * size), draws.chance(0.5, size)):
        assert parse_plate(number).number == number


def test_scattered_numbers_never_meet():
    found = numbers.scattered(np.arange(100_000, dtype=np.int64))

    assert len(set(found.tolist())) == 100_000
    assert int(found.max()) < 10**9
