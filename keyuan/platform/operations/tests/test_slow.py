"""Slow statements are gathered without their values and explained on demand (PLT-13)."""

import pytest
from django.db import connection

from keyuan.kernel.actor import Actor, ActorKind
from keyuan.kernel.errors import Forbidden, NotFound
from keyuan.platform import clock
from keyuan.platform.models import SlowQuery
from keyuan.platform.operations import observing, slow
from keyuan.platform.permissions import SYSTEM_VIEW

pytestmark = pytest.mark.django_db
OPERATOR = Actor(ActorKind.STAFF, 7, "吴思源", permissions=frozenset({SYSTEM_VIEW}))


@pytest.fixture(autouse=True)
def place(settings, tmp_path, monkeypatch):
    settings.METRICS_DIR = tmp_path
    monkeypatch.setattr(slow._Pace, "count", 0)


@pytest.mark.parametrize("_case, sql, kept", [
    ("texts go", "SELECT 1 WHERE name = '王芳''s'", "SELECT 1 WHERE name = ''"),
    ("lists become one place", "SELECT 1 WHERE id IN (%s, %s, %s)", "SELECT 1 WHERE id IN (%s)"),
    ("rows become one row", "INSERT INTO t (a, b) VALUES (%s, %s), (%s, %s)", "INSERT INTO t (a, b) VALUES (%s)"),
    ("breaks become blanks", "SELECT\n  1", "SELECT 1"),
])  # fmt: skip
def test_a_statement_is_kept_without_values(_case, sql, kept):
    assert slow.without_values(sql) == kept


def test_statements_over_the_threshold_are_gathered_by_route(settings):
    settings.SLOW_QUERY_MS = 0
    observing._attach(connection)

    with observing.watching(lambda: "customers:list") as seen, connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM platform_slowquery WHERE route = %s", ["13800001402"])
    number, late = seen.number, seen.slow
    slow.gather(clock.wall())
    slow.gather(clock.wall())

    row = SlowQuery.objects.get(route="customers:list")
    assert (number, late, row.count) == (1, 1, 1)
    assert row.statement == "SELECT COUNT(*) FROM platform_slowquery WHERE route = %s"


def test_one_process_does_not_flood_the_log():
    for _ in range(slow.MOST_A_MINUTE + 10):
        slow.note("r", "default", "SELECT 1", 900)

    assert len(slow.place().read_text().splitlines()) == slow.MOST_A_MINUTE


def test_half_a_line_of_a_killed_process_is_passed_over():
    slow.note("r", "default", "SELECT 1", 900)
    with slow.place().open("a") as file:
        file.write('{"digest": "ab')

    assert slow.gather(clock.wall()) == 1


def test_a_plan_needs_no_values():
    sql = "SELECT * FROM platform_slowquery WHERE digest = %s AND last_at > %s"
    slow.note("r", "default", sql, 900)
    slow.gather(clock.wall())

    plan = slow.plan_of(SlowQuery.objects.get())

    assert "platform_slowquery" in " ".join(plan)


@pytest.mark.parametrize("sql", ["INSERT INTO t VALUES (%s)", "SELECT FROM nowhere WHERE"])
def test_what_cannot_be_explained_has_no_plan(sql):
    assert slow.plan_of(SlowQuery(alias="default", statement=sql)) == []


def test_only_operators_read_them():
    with pytest.raises(Forbidden):
        slow.slow_queries(Actor(ActorKind.STAFF, 8, "王芳"))
    with pytest.raises(NotFound):
        slow.access_slow_query(OPERATOR, "absent")
