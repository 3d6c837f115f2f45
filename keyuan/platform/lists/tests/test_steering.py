"""Which index serves which filter in which scope (architecture 5, decision 25)."""

import pytest
from django.db import connection
from django.db.models import Exists, OuterRef, Q
from django.test.utils import CaptureQueriesContext

from keyuan.platform.lists.filters import Condition
from keyuan.platform.lists.keyset import Source, read_rows
from keyuan.platform.lists.steering import Reach, Shape, limited, reach_of, walked
from keyuan.platform.lists.tests.samples import SampleList, make_rows
from keyuan.platform.models import AuditEvent, Export

STATUS = Condition("status", "exact", "READY")
INDEXES = tuple(
    Shape(fields)
    for fields in (
        ("branch", "status"), ("branch", "due", "id"), ("status",), ("branch", "kind", "due", "id"), ("agent",),
    )
)  # fmt: skip
OPEN = ("is_open", True)
PARTIAL = (
    Shape(("status", "due", "id", "is_open"), frozenset({OPEN})),
    Shape(("branch", "status", "due", "id", "is_open"), frozenset({OPEN})),
)


def reach(*columns, whole=False):
    return Reach(frozenset(columns), whole, INDEXES)


@pytest.mark.parametrize("_case, scope, condition, served", [
    ("whole book: any index is welcome", reach(whole=True), STATUS, True),
    ("an index of the scope with the column", reach("branch"), STATUS, True),
    ("an index of the column alone", reach("agent"), STATUS, False),
    ("no index", reach("branch"), Condition("tier", "exact", 1), False),
    ("few rows of any book", reach("agent"), Condition("number", "exact", "1", selective=True), True),
    ("a range of the scope's order", reach("branch"), Condition("due", "gte", 1), True),
    ("a scope that is no equality", reach(), STATUS, False),
])  # fmt: skip
def test_filter_uses_an_index_of_its_scope_only(_case, scope, condition, served):
    assert scope.serves(condition) is served


@pytest.mark.parametrize("_case, scope, conditions, ready", [
    ("scope, filter and order", reach("branch"), [Condition("kind", "exact", 1)], True),
    ("another order", reach("branch"), [Condition("status", "exact", 1)], False),
    ("several values", reach("branch"), [Condition("kind", "in", [1, 2])], False),
    ("two filters", reach("branch"), [Condition("kind", "exact", 1), STATUS], False),
    ("another scope", reach("agent"), [Condition("kind", "exact", 1)], False),
    ("no filter", reach("branch"), [], False),
])  # fmt: skip
def test_one_index_may_serve_scope_filter_and_order_together(_case, scope, conditions, ready):
    assert scope.orders(conditions, "due") is ready


@pytest.mark.parametrize("_case, conditions, column, ready", [
    ("scope and order", [], "due", True),
    ("scope, filter and order", [Condition("kind", "exact", 1)], "due", True),
    ("another order", [], "kind_of_day", False),
    ("a filter that the order's index lacks", [STATUS], "due", False),
])  # fmt: skip
def test_rows_are_counted_along_the_index_of_the_page(_case, conditions, column, ready):
    assert reach("branch").leads(conditions, column) is ready


@pytest.mark.parametrize("_case, columns, fixed, ready", [
    ("the open ones of the whole book", {"is_open"}, {OPEN}, True),
    ("the open ones of a branch", {"is_open", "branch"}, {OPEN, ("branch", 7)}, True),
    ("the closed ones: the index holds none of them", {"is_open"}, {("is_open", False)}, False),
    ("open and closed ones", {"branch"}, {("branch", 7)}, False),
    ("the open ones of an agent", {"is_open", "agent"}, {OPEN, ("agent", 9)}, False),
])  # fmt: skip
def test_a_partial_index_serves_the_scope_that_its_condition_settles(_case, columns, fixed, ready):
    scope = Reach(frozenset(columns), False, PARTIAL, fixed=frozenset(fixed))

    assert (scope.orders([STATUS], "due"), scope.serves(STATUS)) == (ready, ready)


def test_scope_is_read_from_the_query():
    served = AuditEvent.objects.filter(unit_id=7, actor_id=3)
    guests = AuditEvent.objects.filter(Q(pk__in=[1]) | Q(unit_id=7))

    assert reach_of(served).columns == {"unit_id", "actor_id"}
    assert (reach_of(guests).columns, reach_of(guests).is_whole) == (frozenset(), False)
    assert reach_of(AuditEvent.objects.all()).is_whole


def test_excluded_values_are_no_scope():
    assert reach_of(Export.objects.exclude(owner_id=9)).columns == frozenset()


def test_other_conditions_of_a_source_do_not_hide_its_scope():
    rows = Export.objects.filter(Exists(Export.objects.filter(pk=OuterRef("pk"))), owner_id=9)

    assert reach_of(rows).columns == {"owner_id"}


@pytest.mark.sqlite_only
def test_unserved_filter_leaves_the_scopes_index_alone():
    rows = Export.objects.filter(owner_id=9)

    text = str(limited(rows, [STATUS], reach_of(rows)).query)

    assert '+"platform_export"."status" = READY' in text
    assert '"platform_export"."owner_id" = 9' in text


SIZE = SampleList().sort_choice("size")


def source():
    rows = Export.objects.filter(owner_id=9)
    filtered = limited(rows, [Condition("downloads", "exact", 7)], reach_of(rows))
    return Source(filtered, walk=walked(rows, [Condition("downloads", "exact", 7)], "size"), reach=rows)


@pytest.fixture
def window(monkeypatch):
    """A window of ten rows."""
    monkeypatch.setattr("keyuan.platform.lists.keyset.WINDOW", 10)


@pytest.mark.django_db
@pytest.mark.parametrize("_case, matching, reads", [
    ("enough in the window", range(8), 2),
    ("too far apart", range(30, 40), 4),
    ("ties over the edge of the window", range(9, 20), 4),
])  # fmt: skip
def test_walk_gives_up_where_matches_stand_too_far_apart(window, _case, matching, reads):
    rows = make_rows(60)
    Export.objects.filter(pk__in=[rows[number].pk for number in matching]).update(downloads=7)

    with CaptureQueriesContext(connection) as asked:
        found = read_rows([source()], SIZE, None, limit=5)

    assert [row.pk for row in found] == [rows[number].pk for number in list(matching)[:5]]
    assert len(asked) == reads


@pytest.mark.django_db
def test_walk_to_the_end_of_the_list_needs_no_second_reading(window):
    rows = make_rows(9)
    Export.objects.filter(pk=rows[8].pk).update(downloads=7)

    assert [row.pk for row in read_rows([source()], SIZE, None, limit=5)] == [rows[8].pk]


def test_rows_left_out_one_by_one_limit_nothing():
    named = Export.objects.filter(pk=OuterRef("pk"))
    events = AuditEvent.objects.filter(~Exists(named))

    assert [reach_of(rows).is_whole for rows in (AuditEvent.objects.all(), events)] == [True, True]
    assert not reach_of(events.filter(action="CREATE")).is_whole
    assert not reach_of(AuditEvent.objects.filter(Exists(named))).is_whole
