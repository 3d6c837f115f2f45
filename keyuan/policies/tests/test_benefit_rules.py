"""When benefits fall due, how much they are, what may follow what (POL-6)."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keyuan.kernel.errors import Refused
from keyuan.policies.rules.benefits import dividends, states
from keyuan.policies.rules.benefits.keeping import Kept, balance, grown
from keyuan.policies.rules.benefits.schedule import Cover, anniversary_days, falling, next_prompt
from keyuan.products.rules.figures import BenefitFacts

D = date
FOREVER = D(9999, 12, 31)
PENSION = BenefitFacts("ANNUITY", amount_bp=800, is_income=True, income_from=60, income_from_unit="A")
YEARLY = BenefitFacts("ANNUITY", amount_bp=500, is_income=True, income_from=5, income_from_unit="Y", income_times=3)
MATURITY = BenefitFacts("MATURITY", amount_bp=10_000)


def days(cover, benefits, first, last):
    return [(one.kind, one.number, one.due_on, one.amount) for one in falling(cover, benefits, first, last)]


def test_an_income_is_paid_on_anniversaries_as_often_as_promised():
    cover = Cover(D(2016, 2, 29), FOREVER, 10_000_000, is_annuity=True)

    assert days(cover, [YEARLY], D(2015, 1, 1), D(2040, 1, 1)) == [
        ("ANNUITY", 1, D(2021, 2, 28), 500_000),
        ("ANNUITY", 2, D(2022, 2, 28), 500_000),
        ("ANNUITY", 3, D(2023, 2, 28), 500_000),
    ]
    assert days(cover, [YEARLY], D(2022, 2, 28), D(2022, 2, 28)) == [("ANNUITY", 2, D(2022, 2, 28), 500_000)]


def test_a_pension_begins_on_the_first_anniversary_at_its_age():
    # 38 when cover began, 60 between the 21st and the 22nd anniversary.
    cover = Cover(D(2004, 9, 1), FOREVER, 10_000_000, is_annuity=True, birth_on=D(1966, 3, 15))

    assert days(cover, [PENSION], D(2026, 1, 1), D(2027, 12, 31)) == [
        ("ANNUITY", 1, D(2026, 9, 1), 800_000),
        ("ANNUITY", 2, D(2027, 9, 1), 800_000),
    ]
    assert days(Cover(D(2004, 9, 1), FOREVER, 10_000_000), [PENSION], D(2026, 1, 1), D(2027, 12, 31)) == []


def test_a_maturity_is_paid_once_on_the_last_day_and_nothing_after_an_early_end():
    cover = Cover(D(2016, 3, 1), D(2026, 2, 28), 5_000_000, is_participating=True)

    assert days(cover, [MATURITY], D(2026, 1, 1), D(2026, 12, 31)) == [("MATURITY", 1, D(2026, 2, 28), 5_000_000)]
    assert [row[:3] for row in days(cover, [], D(2024, 1, 1), D(2026, 12, 31))] == [
        ("DIVIDEND", 8, D(2024, 3, 1)),
        ("DIVIDEND", 9, D(2025, 3, 1)),
    ]
    ended = Cover(D(2016, 3, 1), D(2026, 2, 28), 5_000_000, ended_on=D(2025, 6, 1))
    assert days(ended, [MATURITY], D(2020, 1, 1), D(2026, 12, 31)) == []
    assert days(Cover(D(2016, 3, 1), FOREVER, 1), [MATURITY], D(2016, 1, 1), date.max) == []


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.dates(D(1990, 1, 1), D(2026, 1, 1)), st.dates(D(2026, 1, 1), D(2027, 12, 31)), st.integers(0, 40))
def test_every_anniversary_is_found_by_its_days(begun, first, length):
    last = first + timedelta(days=length)
    cover = Cover(begun, FOREVER, 1, is_participating=True)

    found = days(cover, [], first, last)

    assert bool(found) <= (begun in anniversary_days(first, last))
    # Night by night opens what one look over all of them opens.
    by_night = [row for at in range(length + 1) for row in days(cover, [], *[first + timedelta(days=at)] * 2)]
    assert by_night == found


@pytest.mark.parametrize(
    "kind, after, told",
    [
        ("MATURITY", None, D(2025, 12, 2)),
        ("MATURITY", D(2025, 12, 2), D(2026, 1, 31)),
        ("MATURITY", D(2026, 1, 31), D(2026, 3, 2)),
        ("MATURITY", D(2026, 8, 29), D(2027, 2, 25)),
        ("MATURITY", D(2027, 3, 1), D(2027, 8, 24)),
        ("MATURITY", D(2029, 2, 14), None),
        ("ANNUITY", D(2026, 2, 1), D(2026, 3, 2)),
        ("DIVIDEND", D(2026, 3, 2), D(2026, 5, 31)),
        ("DIVIDEND", D(2026, 5, 31), None),
    ],
)
def test_payees_are_told_before_on_and_after_the_day(kind, after, told):
    assert next_prompt(kind, D(2026, 3, 2), after) == told


def test_dividends_and_what_is_left_to_grow():
    assert dividends.dividend(1_234_567, 150) == 18_519
    assert dividends.dividend(-5, 150) == 0
    assert dividends.addition(18_519) == 27_700
    assert grown(Kept(100_000, D(2024, 2, 29)), D(2025, 2, 28)) == 102_000
    assert grown(Kept(100_000, D(2024, 3, 1)), D(2026, 4, 1)) == 104_040 + 177
    assert balance([Kept(100_000, D(2024, 3, 1)), Kept(1, D(2027, 1, 1))], D(2025, 3, 1)) == 102_000


def test_only_steps_that_stand_are_possible():
    legal = {(act, state): after for act, (before, after) in states.STEPS.items() for state in before}
    every = {state for _act, state in legal} | set(legal.values())

    for act in states.STEPS:
        for state in every:
            if (act, state) in legal:
                assert states.step_to(act, state) == legal[act, state]
            else:
                with pytest.raises(Refused, match=r"benefit\.wrong_state"):
                    states.step_to(act, state)
    assert states.acts_from("CLAIMED") == ["APPROVE", "RETURN", "VOID"]
