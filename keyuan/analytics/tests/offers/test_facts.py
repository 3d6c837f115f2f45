"""Facts of customers on a day: only what was known then, alike on both engines (ANA-1, ANA-7)."""

from datetime import UTC, date, datetime
from itertools import pairwise

import pyarrow as pa

from keyuan.analytics.rules.offers.facts import MORE, ONCE, ONE, Window, facts_at, learning, windows_before
from keyuan.analytics.testing import computed

DAY = date(2026, 6, 1)
CUSTOMERS = pa.schema([
    ("customer_id", pa.int64()), ("kind", pa.string()), ("sex", pa.string()), ("birth_on", pa.date32()),
    ("opened_on", pa.date32()), ("sales_channel", pa.string()), ("region_code", pa.string()),
    ("risk_appetite", pa.string()),
])  # fmt: skip
POLICIES = pa.schema([
    ("customer_id", pa.int64()), ("product_kind", pa.string()), ("status", pa.string()), ("is_group", pa.bool_()),
    ("issued_on", pa.date32()), ("terminated_on", pa.date32()), ("previous_policy_id", pa.int64()),
    ("annual_premium", pa.int64()), ("currency", pa.string()),
])  # fmt: skip
TALKS = pa.schema([("customer_id", pa.int64()), ("occurred_at", pa.timestamp("us"))])


def person(number, **more):
    plain = {"kind": "P", "birth_on": date(1990, 6, 1), "opened_on": date(2020, 1, 1), "sales_channel": "ONLINE"}
    return {"customer_id": number, **plain, **more}


def policy(number, kind, issued_on, **more):
    plain = {"status": "IN_FORCE", "is_group": False, "annual_premium": 600_000, "currency": "CNY"}
    return {"customer_id": number, "product_kind": kind, "issued_on": issued_on, **plain, **more}


PEOPLE = [
    person(1),
    person(2, birth_on=date(2010, 1, 1)),
    person(3, birth_on=None),
    person(4, opened_on=date(2026, 6, 2)),
    person(5, kind="O"),
]
CONTRACTS = [
    policy(1, "MEDICAL", date(2024, 6, 1), terminated_on=date(2025, 7, 1)),
    policy(1, "LIFE", date(2023, 1, 1), terminated_on=date(2026, 6, 2)),
    policy(1, "LIFE", date(2026, 5, 1)),
    policy(1, "ACCIDENT", date(2026, 6, 2)),
    policy(1, "MOTOR", date(2026, 6, 20), previous_policy_id=7),
    policy(1, "ANNUITY", date(2026, 5, 2), status="NOT_EFFECTIVE"),
]
SPOKEN = [
    {"customer_id": 1, "occurred_at": datetime(2026, 5, 30, 9, tzinfo=UTC)},
    {"customer_id": 1, "occurred_at": None},
]


def tables(*, policies=CONTRACTS):
    return {"customers": (CUSTOMERS, PEOPLE), "policies": (POLICIES, policies), "interactions": (TALKS, SPOKEN)}


def test_only_what_was_known_on_the_day_counts(engine, tmp_path):
    found = computed(facts_at, tables(), tmp_path, engine=engine, as_of=DAY)

    (row,) = found
    assert (row["customer_id"], row["years"], row["age"], row["channel"]) == (1, 36, 4, 4)
    assert (row["held_LIFE"], row["held_MEDICAL"], row["held_ACCIDENT"], row["held_ANNUITY"]) == (MORE, ONCE, 0, 0)
    assert (row["contracts"], row["since_bought"], row["ended"], row["contacts"]) == (2, 1, 1, 1)
    assert row["premium"] == 4


def test_what_happens_later_changes_no_fact(tmp_path):
    before = computed(facts_at, tables(policies=CONTRACTS[:3]), tmp_path, as_of=DAY)

    assert before == computed(facts_at, tables(), tmp_path, as_of=DAY)


def test_a_window_learns_what_was_bought_newly_after_its_day(engine, tmp_path):
    windows = (Window(0, date(2025, 6, 1), date(2025, 12, 1)), Window(1, DAY, date(2026, 12, 1)))

    found = computed(learning, tables(), tmp_path, engine=engine, windows=windows, part=1 << 16)

    rows = {row["window"]: row for row in found if row["customer_id"] == 1}
    assert (rows[0]["held_LIFE"], rows[0]["bought_LIFE"], rows[0]["held_MEDICAL"]) == (ONE, 0, ONE)
    assert (rows[1]["bought_ACCIDENT"], rows[1]["bought_MOTOR"]) == (1, 0)


def test_windows_follow_each_other_up_to_the_day():
    found = windows_before(DAY)

    assert found[-1].until == DAY
    assert all(first.until == second.on for first, second in pairwise(found))
