"""Contract dates and sums (POL-1, POL-3; domain.md §0.1, §A.1, §A.3, §A.5)."""

from datetime import date

import pytest

from keyuan.kernel.codes import PayMode
from keyuan.kernel.errors import Refused
from keyuan.policies.rules.dates import cooling_off_end, cover_end, due_dates, grace_end
from keyuan.policies.rules.money import Share, annual_premium, check_shares, minor_cap


def test_vectors_of_the_civil_code_hold():
    assert cooling_off_end(date(2025, 3, 1), 10) == date(2025, 3, 11)
    assert cooling_off_end(date(2025, 3, 1), 15) == date(2025, 3, 16)
    assert cooling_off_end(date(2025, 3, 1), 20) == date(2025, 3, 21)
    assert cooling_off_end(date(2025, 3, 1), 0) is None
    assert grace_end(date(2025, 3, 1)) == date(2025, 4, 30)


def test_monthly_dues_of_the_31st_keep_to_month_ends():
    dues = list(due_dates(date(2024, 1, 31), PayMode.MONTHLY, 1))

    assert dues[:4] == [date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31), date(2024, 4, 30)]
    assert len(dues) == 12


def test_yearly_dues_of_a_leap_day_fall_on_the_last_of_february():
    dues = list(due_dates(date(2024, 2, 29), PayMode.YEARLY, 5))

    assert dues == [date(2024, 2, 29), date(2025, 2, 28), date(2026, 2, 28), date(2027, 2, 28), date(2028, 2, 29)]


@pytest.mark.parametrize(
    "_case, mode, count",
    [("single", PayMode.SINGLE, 1), ("irregular", PayMode.IRREGULAR, 0), ("quarterly", PayMode.QUARTERLY, 8)],
)
def test_modes_give_their_number_of_dues(_case, mode, count):
    assert len(list(due_dates(date(2024, 5, 1), mode, 2))) == count


@pytest.mark.parametrize(
    "_case, term, unit, birth, expected",
    [
        ("a year", 1, "Y", None, date(2026, 2, 28)),
        ("half a year", 6, "M", None, date(2025, 8, 31)),
        ("ninety days", 90, "D", None, date(2025, 5, 29)),
        ("to age 70", 70, "A", date(1980, 6, 14), date(2050, 6, 13)),
        ("to age of unknown birth", 70, "A", None, None),
        ("whole life", None, "O", None, None),
    ],
)
def test_cover_ends_before_its_anniversary(_case, term, unit, birth, expected):
    assert cover_end(date(2025, 3, 1), term, unit, birth) == expected


@pytest.mark.parametrize(
    "mode, annual", [("01", 10_000), ("02", 120_000), ("03", 40_000), ("04", 20_000), ("05", 10_000), ("", 10_000)]
)
def test_annual_premium_counts_the_modes(mode, annual):
    assert annual_premium(10_000, mode) == annual
    assert annual_premium(None, mode) is None


@pytest.mark.parametrize(
    "_case, shares, code",
    [
        ("one whole", [Share(1, 10_000)], None),
        ("thirds to the basis point", [Share(1, 3_333), Share(1, 3_333), Share(1, 3_334)], None),
        ("two orders, each whole", [Share(1, 10_000), Share(2, 6_000), Share(2, 4_000)], None),
        ("nothing stated", [Share(1, None), Share(1, None)], None),
        ("a basis point short", [Share(1, 3_333), Share(1, 3_333), Share(1, 3_333)], "policy.shares_sum"),
        ("stated and unstated mixed", [Share(1, 10_000), Share(1, None)], "policy.shares_sum"),
        ("more than whole", [Share(1, 10_001)], "policy.share_range"),
        ("none of it", [Share(1, 0)], "policy.share_range"),
    ],
)
def test_shares_of_each_order_are_whole(_case, shares, code):
    if code is None:
        check_shares(shares)
    else:
        with pytest.raises(Refused) as refusal:
            check_shares(shares)
        assert refusal.value.code == code


@pytest.mark.parametrize(
    "born, cap",
    [
        (date(2015, 6, 2), 20_000_000),
        (date(2015, 6, 1), 50_000_000),
        (date(2007, 6, 2), 50_000_000),
        (date(2007, 6, 1), None),
        (None, None),
    ],
)
def test_death_cover_of_minors_is_capped_by_age(born, cap):
    assert minor_cap(born, date(2025, 6, 1)) == cap
