"""What time alone does to a contract (POL-2; domain.md §A.2–A.5)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keyuan.policies.rules.clocks import FOREVER, Due, Facts, Step, next_clock_on, next_step, steps_until

DAY = timedelta(days=1)
BEGUN = date(2024, 3, 1)
IN_FORCE = Facts("IN_FORCE", effective_on=BEGUN, issued_on=BEGUN, receipt_signed_on=BEGUN, since=BEGUN)
LATE = replace(IN_FORCE, next_due_on=date(2025, 3, 1), next_due_amount=100_000)


@pytest.mark.parametrize("_case, facts, due_on, rule", [
    ("begins later", Facts("NOT_EFFECTIVE", effective_on=BEGUN), BEGUN, "TAKE_EFFECT"),
    ("cooling-off runs to 24:00", replace(IN_FORCE, in_cooling_off=True, cooling_off_until=date(2024, 3, 16)),
     date(2024, 3, 17), "COOLING_OVER"),
    ("cooling-off before cover begins", Facts("NOT_EFFECTIVE", effective_on=FOREVER, in_cooling_off=True,
     cooling_off_until=date(2024, 3, 16)), date(2024, 3, 17), "COOLING_OVER"),
    ("premium due", LATE, date(2025, 3, 2), "GRACE_START"),
    ("grace of 60 days", replace(LATE, in_grace=True, grace_until=date(2025, 4, 30)), date(2025, 5, 1), "SUSPEND"),
    ("grace, loan elected and covered", replace(LATE, in_grace=True, grace_until=date(2025, 4, 30), funds=100_000),
     date(2025, 5, 1), "APL_START"),
    ("grace, cash value a fen short", replace(LATE, in_grace=True, grace_until=date(2025, 4, 30), funds=99_999),
     date(2025, 5, 1), "SUSPEND"),
    ("two years suspended", Facts("SUSPENDED", suspended_on=date(2025, 5, 1)), date(2027, 5, 2), "REINSTATE_OVER"),
    ("cover ends before the two years", Facts("SUSPENDED", suspended_on=date(2025, 5, 1), expires_on=date(2026, 2, 28)),
     date(2026, 3, 1), "REINSTATE_OVER"),
    ("cover matures at 24:00 of its last day", replace(IN_FORCE, expires_on=date(2025, 2, 28)), date(2025, 3, 1),
     "MATURE"),
    ("waiting period", replace(IN_FORCE, waiting_until=date(2024, 5, 30)), date(2024, 5, 31), "WAITING_OVER"),
    ("receipt never came", replace(IN_FORCE, receipt_signed_on=None, has_cooling_off=True), date(2024, 3, 11),
     "RECEIPT_CHASE"),
    ("maturity goes before the end of grace", replace(LATE, in_grace=True, grace_until=date(2025, 4, 30),
     expires_on=date(2025, 4, 30)), date(2025, 5, 1), "MATURE"),
])  # fmt: skip
def test_the_next_step_is_due_on_the_first_day_of_the_new_state(_case, facts, due_on, rule):
    assert next_step(facts) == Step(due_on, rule)
    assert next_clock_on(facts) == due_on


@pytest.mark.parametrize("_case, facts", [
    ("nothing due", IN_FORCE),
    ("first premium never paid", replace(IN_FORCE, next_due_on=BEGUN)),
    ("pending", Facts("PENDING", effective_on=BEGUN)),
    ("ended", Facts("TERMINATED", expires_on=BEGUN, next_due_on=date(2025, 3, 1))),
    ("unclear", Facts("OTHER", next_due_on=date(2025, 3, 1))),
    ("waiting period told already", replace(IN_FORCE, waiting_until=date(2024, 5, 30), since=date(2024, 6, 1))),
    ("product without receipt", replace(IN_FORCE, receipt_signed_on=None)),
])  # fmt: skip
def test_time_does_nothing(_case, facts):
    assert next_step(facts) is None


def test_a_long_sleep_is_made_up_for_in_order_with_the_days_of_each_step():
    steps, after = steps_until(replace(LATE, waiting_until=date(2024, 5, 30)), date(2028, 1, 1))

    assert [(str(step.rule), step.due_on) for step in steps] == [
        ("WAITING_OVER", date(2024, 5, 31)),
        ("GRACE_START", date(2025, 3, 2)),
        ("SUSPEND", date(2025, 5, 1)),
        ("REINSTATE_OVER", date(2027, 5, 2)),
    ]
    assert (after.status, after.suspended_on, after.in_grace) == ("SUSPENDED", date(2025, 5, 1), False)


def test_a_premium_loan_pays_until_the_cash_value_is_used_up():
    dues = tuple(Due(number, date(2023 + number, 3, 1), 100_000) for number in (2, 3, 4))

    steps, after = steps_until(replace(LATE, funds=250_000, dues=dues), date(2028, 1, 1))

    assert [str(step.rule) for step in steps if step.rule not in ("GRACE_START", "REINSTATE_OVER")] == [
        "APL_START", "APL_START", "SUSPEND",
    ]  # fmt: skip
    assert (after.funds, after.next_due_on, after.suspended_on) == (50_000, date(2027, 3, 1), date(2027, 5, 1))


days = st.dates(date(2024, 1, 1), date(2026, 12, 31))
facts = st.builds(
    Facts,
    status=st.sampled_from(["NOT_EFFECTIVE", "IN_FORCE", "SUSPENDED", "TERMINATED"]),
    effective_on=days,
    expires_on=days | st.just(FOREVER),
    issued_on=days,
    receipt_signed_on=st.none() | days,
    cooling_off_until=days,
    in_cooling_off=st.booleans(),
    has_cooling_off=st.booleans(),
    waiting_until=st.none() | days,
    next_due_on=days | st.just(FOREVER),
    next_due_amount=st.integers(1, 10_000),
    grace_until=days,
    in_grace=st.booleans(),
    suspended_on=days,
    funds=st.none() | st.integers(0, 30_000),
    dues=st.lists(st.builds(Due, st.integers(1, 9), days, st.integers(1, 10_000)), min_size=1, max_size=4).map(tuple),
    since=st.just(date(2024, 1, 1)),
)


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(facts, st.lists(days, max_size=6))
def test_many_nights_do_what_one_late_night_does(one, nights):
    last = date(2027, 6, 1)
    whole, at_once = steps_until(one, last)

    parts, now = [], one
    for night in [*sorted(nights), last]:
        steps, now = steps_until(now, night)
        parts += steps

    assert (parts, now) == (whole, at_once)
    assert next_clock_on(now) is None or next_clock_on(now) > last
