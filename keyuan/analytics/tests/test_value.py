"""What customers are worth: exact values on few rows, with everything that can be unknown unknown (ANA-1, ANA-2)."""

from dataclasses import asdict, replace
from datetime import date, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from keyuan.analytics.rules.features.behaviour import behaviour
from keyuan.analytics.rules.features.profile import level_of, stability
from keyuan.analytics.rules.features.rates import PLACE, rate_members, rates
from keyuan.analytics.rules.value.assumptions import Assumptions, faults, from_json, to_json
from keyuan.analytics.rules.value.lifetime import annuity, factors, lifetime
from keyuan.analytics.rules.value.measured import survival_of
from keyuan.analytics.rules.value.scoring import scores
from keyuan.analytics.testing import computed

TODAY = date(2026, 1, 15)
TERMS = Assumptions(discount=0, cross_sell=0, service_cost=0, horizon=3, measured=False)
INT, TEXT, DAY = pa.int64(), pa.string(), pa.date32()
CUSTOMERS = pa.schema([("customer_id", INT), ("opened_on", DAY), ("sales_channel", TEXT)])
POLICIES = pa.schema([
    ("customer_id", INT), ("status", TEXT), ("issued_on", DAY), ("effective_on", DAY), ("suspended_on", DAY),
    ("terminated_on", DAY), ("annual_premium", INT), ("currency", TEXT), ("is_long_term", pa.bool_()),
    ("product_kind", TEXT), ("pay_mode", TEXT), ("pay_term", pa.int32()), ("pay_term_unit", TEXT),
    ("sales_channel", TEXT),
])  # fmt: skip
PAYMENTS = pa.schema([("customer_id", INT), ("paid_on", DAY), ("amount", INT)])
INTERACTIONS = pa.schema([("customer_id", INT), ("occurred_at", pa.timestamp("us"))])
FACTORS = pa.schema([
    ("product_kind", TEXT), ("sales_channel", TEXT), ("age", INT), ("years", INT), ("worth", INT), ("cost", INT),
])  # fmt: skip


def policy(customer, **more):
    """A life contract of 1,000 yuan a year since January 2024, paid for ten years."""
    since = date(2024, 1, 10)
    usual = {
        "customer_id": customer, "status": "IN_FORCE", "issued_on": since, "effective_on": since,
        "annual_premium": 100_000, "currency": "CNY", "is_long_term": True, "product_kind": "LIFE", "pay_mode": "05",
        "pay_term": 10, "pay_term_unit": "Y", "sales_channel": "INDIVIDUAL",
    }  # fmt: skip
    return usual | more


BOOK = {
    "customers": (CUSTOMERS, [{"customer_id": n, "opened_on": date(2020, 1, 1)} for n in (1, 2, 3)]),
    "policies": (POLICIES, [
        policy(1),
        policy(1, product_kind="MEDICAL", annual_premium=None, is_long_term=False, issued_on=date(2025, 12, 1)),
        policy(2, status="TERMINATED", terminated_on=date(2025, 6, 1), currency="USD"),
        policy(2, status="PENDING", issued_on=None),
    ]),
    "payments": (PAYMENTS, [
        {"customer_id": 1, "paid_on": date(2025, 1, 15), "amount": 100_000},
        {"customer_id": 1, "paid_on": date(2026, 1, 10), "amount": 100_000},
        {"customer_id": 2, "paid_on": None, "amount": 5},
    ]),
    "interactions": (INTERACTIONS, [{"customer_id": 3, "occurred_at": datetime.fromisoformat("2026-01-14T23:59")}]),
}  # fmt: skip


def test_behaviour_of_a_holder_a_former_holder_and_a_prospect(engine, tmp_path):
    rows = computed(behaviour, BOOK, tmp_path, engine=engine, as_of=TODAY)

    holder, former, prospect = rows
    assert (holder["line"], holder["recency_days"], holder["premium"], holder["bought"]) == ("LIFE", 736, 100_000, 2)
    assert (holder["long_in_force"], holder["in_force"], holder["active_until"]) == (1, 2, None)
    assert (holder["paid"], holder["paid_year"], holder["last_paid_on"]) == (200_000, 100_000, date(2026, 1, 10))
    assert (former["line"], former["premium"], former["bought"], former["paid"]) == ("NONE", 0, 1, 0)
    assert (former["active_until"], former["active_days"]) == (date(2025, 6, 1), 508)
    assert (prospect["recency_days"], prospect["active_days"], prospect["bought"]) == (None, None, 0)
    assert (prospect["contact_days"], prospect["contacts_year"]) == (1, 1)


DAYS = ("contact_on", "last_on", "last_long_on", "first_on", "active_until")


def test_scores_are_fifths_within_a_line_and_say_what_to_do(engine, tmp_path):
    schema = pa.schema([
        *((name, INT) for name in ("customer_id", "long_in_force", "contacts_year", "premium", "paid", "bought",
                                   "in_force", "recency_days")),
        ("line", TEXT), *((name, DAY) for name in DAYS),
    ])  # fmt: skip
    none = dict.fromkeys(schema.names, 0) | dict.fromkeys(DAYS)
    held = none | {"line": "LIFE", "bought": 1, "in_force": 1}
    rows = [
        held | {"customer_id": n, "long_in_force": n, "premium": 100 * n, "recency_days": 1000 - n} for n in range(1, 6)
    ]
    rows += [
        none | {"customer_id": 6, "line": "NONE", "recency_days": None, "contact_on": TODAY},
        none | {"customer_id": 7, "line": "NONE", "bought": 1, "recency_days": None},
    ]
    # A yearly contract bought since does not hide the long-term purchase that recency is judged by.
    rows[0] |= {"last_long_on": date(2024, 1, 10), "last_on": date(2025, 12, 1)}
    rows[1] |= {"last_on": date(2025, 12, 1)}
    worth = [{"customer_id": 5, "lifetime_value": 200_000_00}]
    tables = {
        "behaviour": (schema, rows),
        "lifetime": (pa.schema([("customer_id", INT), ("lifetime_value", INT)]), worth),
    }

    found = computed(scores, tables, tmp_path, engine=engine, as_of=TODAY, terms=TERMS)

    assert [row["recency"] for row in found] == [1, 2, 3, 4, 5, 5, 1]
    assert [row["last_bought_on"] for row in found][:3] == [date(2024, 1, 10), date(2025, 12, 1), None]
    assert [row["frequency"] for row in found][:5] == [1, 2, 3, 4, 5]
    assert [row["value_group"] for row in found] == [
        "GENERAL", "GENERAL", "GENERAL", "LOYAL", "LOYAL", "PROSPECT", "LOST",
    ]  # fmt: skip
    # 500 + 400 of 1,500 are less than 70 %, with 300 the rest of A; 200 of the next fifth is B.
    assert [row["abc"] for row in found] == ["C", "B", "A", "A", "A", "", ""]
    assert [row["value_tier"] for row in found][4:] == ["TOP", "NONE", "NONE"]


def test_lifetime_value_counts_premiums_to_come_that_survive(engine, tmp_path):
    terms = replace(TERMS, margins={"LIFE": 5000}, persist_2=5000, persist_3=10_000, persist_later=10_000)
    book = [
        policy(1, effective_on=date(2025, 1, 15), pay_term=3),
        policy(2, pay_mode="01"),
        policy(3, pay_term=None, currency="USD"),
        policy(4, product_kind="MOTOR"),
    ]
    tables = {
        "policies": (POLICIES, book),
        "factors": (FACTORS, [asdict(one) for one in factors(terms, {})]),
    }

    found = computed(lifetime, tables, tmp_path, engine=engine, as_of=TODAY, terms=terms)

    # Two years run, so one more premium comes, paid by half, half of it profit.
    assert found == [{"customer_id": 1, "lifetime_value": 25_000, "contracts_due": 1}]


def test_an_annuity_is_discounted_and_dies_out():
    assert annuity(0, 2, (0.5, 0.5, 1, 1), 0.25) == pytest.approx(0.5 / 1.25 + 0.25 / 1.5625)
    assert annuity(9, 1, (0.1, 0.1, 0.1, 0.9), 0) == 0.9
    assert annuity(0, 0, (1, 1, 1, 1), 0) == 0


def test_survival_is_measured_where_enough_stands_behind_it():
    terms = replace(TERMS, measured=True, measured_from=100)
    cells = [("A", 13, 90, 100), ("A", 25, 81, 100), ("A", 37, 5, 10), ("B", 13, 1, 10)]

    found = survival_of(cells, terms)

    assert found["A"] == pytest.approx((0.9, 0.9, 0.95, 0.97))
    assert found["B"] == pytest.approx((0.88, 0.93, 0.95, 0.97))
    assert survival_of(cells, TERMS) == {}


def test_assumptions_are_kept_whole_and_checked():
    terms = replace(TERMS, abc_a=9500, tier_high=1, margins={**TERMS.margins, "LIFE": 1})

    assert from_json(to_json(terms)) == terms
    assert from_json({"unknown": 1}) == Assumptions()
    assert [field for field, _code in faults(terms)] == ["abc_b", "tier_high"]
    assert faults(Assumptions()) == []


@pytest.mark.parametrize(
    "now, level", [((0.5, 0.5), "ok"), ((0.35, 0.65), "ok"), ((0.3, 0.7), "warn"), ((0, 1), "bad")]
)
def test_drift_is_the_index_of_stability(now, level):
    assert level_of(stability((0.5, 0.5), now)) == level


def test_rates_tell_who_stayed_came_back_and_was_brought(engine, tmp_path):
    places = [*((name, INT) for name in PLACE[:-1]), ("sales_channel", TEXT)]
    customers = pa.schema([("customer_id", INT), ("opened_on", DAY), ("prospect_source", TEXT), *places])
    policies = pa.schema([
        ("policy_id", INT), ("previous_policy_id", INT), ("expires_on", DAY), *POLICIES, *places[:-1],
    ])  # fmt: skip
    people = [
        {"customer_id": 1, "opened_on": date(2020, 1, 1)},
        {"customer_id": 2, "opened_on": date(2020, 1, 1)},
        {"customer_id": 3, "opened_on": date(2025, 6, 1), "prospect_source": "REFERRAL"},
        {"customer_id": 4, "opened_on": date(2025, 6, 1)},
        {"customer_id": 5, "opened_on": date(2020, 1, 1)},
        {"customer_id": 6, "opened_on": date(2020, 1, 1)},
    ]
    short = {"is_long_term": False, "status": "TERMINATED", "issued_on": date(2024, 6, 1)}
    contracts = [
        policy(1, policy_id=1),
        policy(1, policy_id=2, issued_on=date(2025, 9, 1)),
        policy(2, policy_id=3, status="TERMINATED", terminated_on=date(2025, 9, 1)),
        policy(1, policy_id=4, expires_on=date(2025, 6, 1), terminated_on=date(2025, 6, 1), **short),
        policy(1, policy_id=5, expires_on=None, previous_policy_id=4, **{**short, "issued_on": None}),
        policy(3, policy_id=6, expires_on=date(2025, 6, 1), terminated_on=date(2025, 6, 1), **short),
        policy(4, policy_id=7, status="PENDING", issued_on=None, terminated_on=None),
        # Lapsed before the year began: no holder then, though one contract still waits and the other ended in the year.
        policy(5, policy_id=8, status="SUSPENDED", suspended_on=date(2024, 12, 1)),
        policy(6, policy_id=9, status="TERMINATED", suspended_on=date(2024, 6, 1), terminated_on=date(2025, 6, 1)),
    ]
    for row in (*people, *contracts):
        row.update(branch_id=7, sales_channel="INDIVIDUAL")
    tables = {"customers": (customers, people), "policies": (policies, contracts)}

    members = computed(rate_members, tables, tmp_path, engine=engine, as_of=TODAY)
    counted = {"rate_members": (pq.read_schema(tmp_path / "made.parquet"), members)}
    found = computed(rates, counted, tmp_path, engine=engine, as_of=TODAY)

    assert {row["measure"]: (row["part"], row["whole"]) for row in found} == {
        "second_purchase": (1, 2), "retention": (1, 3), "renewal": (1, 2), "referral": (1, 2), "growth": (1, 3),
    }  # fmt: skip
