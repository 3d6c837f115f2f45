"""What is known of a contract on a day, and nothing that came later (ANA-6; issue 6, item 3)."""

from datetime import date, datetime, timedelta

import pyarrow as pa
import pytest

from keyuan.analytics.rules.churn.facts import FACTS, facts
from keyuan.analytics.rules.churn.leaks import issued, leaks
from keyuan.analytics.rules.churn.outcomes import OUTCOMES, RENEWAL, SURRENDER, first_of, snapshot_days, windows_of
from keyuan.analytics.testing import computed

TODAY, THEN = date(2026, 1, 15), date(2025, 1, 1)
INT, TEXT, DAY, NO = pa.int64(), pa.string(), pa.date32(), date(9999, 12, 31)
POLICIES = pa.schema([
    *((name, INT) for name in ("policy_id", "customer_id", "previous_policy_id", "annual_premium", "sum_insured",
                               "pay_term", "planted")),
    *((name, TEXT) for name in ("status", "termination_reason", "product_kind", "sales_channel", "pay_mode", "currency",
                                "pay_term_unit")),
    *((name, DAY) for name in ("issued_on", "effective_on", "expires_on", "suspended_on", "terminated_on",
                               "reinstated_on")),
    ("is_long_term", pa.bool_()),
])  # fmt: skip
CUSTOMERS = pa.schema([("customer_id", INT), ("birth_on", DAY), ("sex", TEXT)])
PAYMENTS = pa.schema([("policy_id", INT), ("paid_on", DAY), ("amount", INT)])
INTERACTIONS = pa.schema([("customer_id", INT), ("occurred_at", pa.timestamp("us"))])
CLAIMS = pa.schema([("customer_id", INT), ("reported_at", pa.timestamp("us")), ("decided_on", DAY)])


def policy(number, **more):
    """A life contract of customer 1, paid yearly for ten years since 10 March 2022."""
    since = date(2022, 3, 10)
    usual = {
        "policy_id": number, "customer_id": 1, "status": "IN_FORCE", "termination_reason": "", "is_long_term": True,
        "product_kind": "LIFE", "sales_channel": "INDIVIDUAL", "pay_mode": "05", "pay_term": 10, "pay_term_unit": "Y",
        "currency": "CNY", "annual_premium": 100_000, "sum_insured": 5_000_000, "issued_on": since,
        "effective_on": since, "expires_on": NO,
    }  # fmt: skip
    return usual | more


def yearly(number, year, **more):
    """A motor contract of customer 2 from 1 May of a year."""
    begun, ends = date(year, 5, 1), date(year + 1, 4, 30)
    return policy(
        number, customer_id=2, is_long_term=False, product_kind="MOTOR", pay_mode="01", pay_term=None,
        pay_term_unit="S", issued_on=begun, effective_on=begun, expires_on=ends, **more,
    )  # fmt: skip


def paid(number, *days, amount=100_000):
    return [{"policy_id": number, "paid_on": day, "amount": amount} for day in days]


def book(policies, **more):
    tables = {
        "policies": (POLICIES, policies),
        "customers": (CUSTOMERS, [{"customer_id": 1, "birth_on": date(1985, 1, 2)}, {"customer_id": 2}]),
        "payments": (PAYMENTS, []),
        "interactions": (INTERACTIONS, []),
        "claims": (CLAIMS, []),
    }
    return tables | {name: (tables[name][0], rows) for name, rows in more.items()}


def facts_of(rows):
    return [{one.name: row[one.name] for one in FACTS} for row in rows]


def test_facts_of_a_life_contract_and_of_one_that_is_renewed(engine, tmp_path):
    held = [policy(1), policy(2, issued_on=date(2024, 12, 31), effective_on=THEN, currency="USD")]
    cars = [yearly(5, 2023, status="TERMINATED", termination_reason="01"), yearly(6, 2024, previous_policy_id=5)]
    tables = book(
        [*held, *cars],
        payments=paid(1, date(2022, 3, 10), date(2023, 4, 1)) + paid(1, date(2024, 4, 2), amount=-100_000),
        interactions=[
            {"customer_id": 1, "occurred_at": datetime.fromisoformat(f"{day}T10:00")}
            for day in ("2023-12-31", "2024-11-20", "2025-01-01")
        ],
        claims=[{"customer_id": 2, "reported_at": datetime.fromisoformat("2024-12-24T10:00"), "decided_on": THEN}],
    )

    life, dollars, car = facts_of(computed(facts, tables, tmp_path, engine=engine, days=[THEN]))

    assert life == {
        "product_kind": "LIFE", "sales_channel": "INDIVIDUAL", "pay_mode": "05", "premium": 100_000,
        "sum_insured": 5_000_000, "pay_years": 10, "is_renewal": 0, "months_held": 33, "months_to_due": 3,
        "months_to_end": life["months_to_end"], "behind": 1, "age": 39, "contracts": 2, "given_up": 0,
        "months_since_bought": 0, "contacts": 1, "months_since_contact": 1, "claims": 0, "claims_open": 0,
    }  # fmt: skip
    assert (dollars["premium"], dollars["months_held"], dollars["behind"]) == (None, 0, 1)
    assert (car["is_renewal"], car["months_to_due"], car["months_to_end"], car["age"]) == (1, None, 3, None)
    assert (car["claims"], car["claims_open"], car["months_since_contact"]) == (1, 1, None)


def test_what_comes_later_changes_no_fact(tmp_path):
    """A planted column of the exit and every event behind the day are harmless: only what was known then is read."""
    before = book([policy(1), policy(2), yearly(6, 2024)], payments=paid(1, date(2022, 3, 10)))
    ended = {"status": "TERMINATED", "terminated_on": date(2025, 2, 1), "termination_reason": "03", "planted": 1}
    after = book(
        [
            policy(1, **ended),
            policy(2, status="SUSPENDED", suspended_on=date(2025, 6, 1), planted=1),
            yearly(6, 2024, **ended),
            policy(3, issued_on=date(2025, 1, 2), effective_on=date(2025, 1, 3)),
        ],
        payments=paid(1, date(2022, 3, 10), date(2025, 1, 1)),
        interactions=[{"customer_id": 1, "occurred_at": datetime.fromisoformat("2025-01-20T10:00")}],
        claims=[{"customer_id": 2, "reported_at": datetime.fromisoformat("2025-01-20T10:00"), "decided_on": None}],
    )

    known, rows = (computed(facts, one, tmp_path, days=[THEN]) for one in (before, after))

    assert facts_of(known) == facts_of(rows)
    assert [row["surrendered_on"] or row["lapsed_on"] or row["unrenewed_on"] for row in rows] == [
        date(2025, 2, 1), date(2025, 6, 1), date(2025, 2, 1),
    ]  # fmt: skip


def test_who_is_in_force_and_what_became_of_it(engine, tmp_path):
    since = {"issued_on": date(2020, 1, 5), "effective_on": date(2020, 1, 5)}
    rows = [
        policy(1, status="SUSPENDED", suspended_on=date(2024, 12, 31)),
        policy(2, status="PENDING", issued_on=None),
        policy(3, status="TERMINATED", suspended_on=date(2025, 2, 1), terminated_on=date(2027, 2, 1),
               termination_reason="05"),
        policy(4, **since, reinstated_on=date(2025, 3, 1)),
        policy(5, **since, reinstated_on=date(2024, 3, 1)),
        policy(6, issued_on=date(2024, 12, 30), effective_on=date(2025, 1, 2)),
        yearly(7, 2024),
        yearly(8, 2024, termination_reason="02", status="TERMINATED", terminated_on=date(2025, 2, 2)),
        yearly(9, 2024),
        yearly(10, 2025, previous_policy_id=9, status="NOT_EFFECTIVE"),
        yearly(11, 2024),
        yearly(12, 2025, previous_policy_id=11),
    ]  # fmt: skip

    found = computed(facts, book(rows), tmp_path, engine=engine, days=[THEN])

    assert {row["policy_id"]: (row["lapsed_on"], row["surrendered_on"], row["unrenewed_on"]) for row in found} == {
        3: (date(2025, 2, 1), None, None),
        5: (None, None, None),
        7: (None, None, date(2025, 4, 30)),
        8: (None, None, None),
        9: (None, None, date(2025, 4, 30)),
        11: (None, None, None),
    }


def test_a_sample_takes_every_so_many_th_contract_with_all_its_days(engine, tmp_path):
    rows, days = [policy(number) for number in range(1, 101)], [first_of(THEN, back) for back in range(10)]

    taken = computed(facts, book(rows), tmp_path, engine=engine, days=days, one_in=10)

    contracts = {row["policy_id"] for row in taken}
    assert 5 <= len(contracts) <= 15
    assert len(taken) == 10 * len(contracts)


@pytest.mark.parametrize("outcome", OUTCOMES, ids=lambda one: one.key)
def test_windows_that_are_learnt_from_had_closed_before_the_later_ones_began(outcome):
    for months in (3, 6, 12):
        found = windows_of(outcome, months, TODAY)

        wait = timedelta(outcome.wait_days)
        assert first_of(found.later_until, -months) + wait <= TODAY
        assert first_of(found.learn_until, -months) + wait <= found.later_from
        assert {found.learn_until, found.later_from, found.later_until} <= set(snapshot_days(TODAY))
    assert windows_of(SURRENDER, 12, TODAY).later_until == date(2025, 1, 1)
    assert windows_of(RENEWAL, 12, TODAY).later_until == date(2024, 12, 1)


def test_a_term_that_is_overwritten_at_the_end_is_left_out(tmp_path):
    """A book that sets the premium of a contract that goes to 0 tells with it who went."""
    gone = {"status": "TERMINATED", "termination_reason": "03", "terminated_on": date(2025, 6, 1)}
    rows = [
        policy(
            number, annual_premium=0 if number % 3 == 0 else 1000 * (number % 17 + 1),
            sum_insured=1000 * (number % 23), **(gone if number % 3 == 0 else {}),
        )
        for number in range(1, 601)
    ]  # fmt: skip
    made = computed(issued, {"policies": (POLICIES, rows)}, tmp_path, as_of=TODAY)

    found = leaks(pa.Table.from_pylist(made).to_pandas(), "life", TODAY)

    assert [(one.column, one.left_out) for one in found] == [("premium", True)]
