"""What the tests of every list use: plans that must come from an index, on SQLite."""

from collections.abc import Collection, Iterator
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from keyuan.kernel.actor import Actor
from keyuan.platform.lists.cursor import Anchor
from keyuan.platform.lists.filters import FilterContext
from keyuan.platform.lists.keyset import parts
from keyuan.platform.lists.pages import valued
from keyuan.platform.lists.sorts import SortChoice
from keyuan.platform.lists.spec import ListSpec
from keyuan.platform.lists.steering import limited, reach_of, walked

SORTING = "USE TEMP B-TREE FOR ORDER BY"
LAST_TERM = "USE TEMP B-TREE FOR LAST TERM"


def plan_of(rows: QuerySet[Any]) -> list[str]:
    """Return the steps of SQLite's plan for one page of ``rows``; none where it knows without asking."""
    try:
        sql, values = rows[:51].query.sql_with_params()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", values)
        return [str(step[3]) for step in cursor.fetchall()]


def _faults(steps: list[str], table: str, small: Collection[str], *, sorts: bool) -> Iterator[str]:
    own = next((step for step in steps if f" {table}" in step and step.startswith(("SCAN", "SEARCH"))), "")
    if own.startswith("SCAN") and "USING" not in own:
        yield f"reads the whole table: {own}"
    is_small = any(name in own for name in small) or "PRIMARY KEY" in own or "autoindex" in own
    if any(SORTING in step or LAST_TERM in step for step in steps) and not (sorts or is_small):
        yield f"sorts in memory: {own}"


def assert_list_uses_indexes(
    spec: ListSpec, actor: Actor, context: FilterContext, values: dict[str, object], *, small: Collection[str] = ()
) -> None:
    """Fail when a page of the list, by any order and filter it offers, would scan a table or sort a large set.

    ``values`` gives a value for each filter. ``small`` names the indexes whose sets may be sorted in memory (a team,
    one agent). Every order is tried without filter, from the start and from the middle, both ways; every filter in
    both readings: walking the order's index, and gathering the few matches.
    """
    missing = {item.key for item in spec.filters} - values.keys()
    assert not missing, f"no value to try filter {missing} with"  # noqa: S101 - of tests
    faults = [*_order_faults(spec, actor, context, small), *_filter_faults(spec, actor, context, values, small)]
    assert not faults, "\n".join(faults)  # noqa: S101 - of tests


def _choices(spec: ListSpec) -> list[SortChoice]:
    return [SortChoice(sort, descending) for sort in spec.sorts for descending in (False, True)]


def _order_faults(spec: ListSpec, actor: Actor, context: FilterContext, small: Collection[str]) -> Iterator[str]:
    for rows in spec.sources(actor, context):
        table = rows.model._meta.db_table
        for choice in _choices(spec):
            middle = Anchor(rows.model._meta.get_field(choice.sort.field).to_python(SAMPLE.get(_kind(rows, choice))), 1)
            for anchor in (None, middle):
                for backward in (False, True):
                    for part in parts(rows, choice, anchor, backward=backward):
                        for fault in _faults(plan_of(part.rows), table, small, sorts=False):
                            yield f"{spec.key} by {choice}: {fault}"


#: A value in the middle of each kind of column.
SAMPLE = {
    "DateField": "2026-03-16",
    "DateTimeField": "2026-03-16T08:00:00+08:00",
    "CharField": "m",
    "CodePointField": "m",
}


def _kind(rows: QuerySet[Any], choice: SortChoice) -> str:
    kind = type(rows.model._meta.get_field(choice.sort.field)).__name__
    SAMPLE.setdefault(kind, "1")
    return kind


def _is_allowed(fault: str, *, dense: bool, gathered: bool) -> bool:
    """Tell whether a fault is harmless: a frequent value is gathered only where the whole set is small."""
    return dense and gathered and fault.startswith("reads the whole table")


def _filter_faults(
    spec: ListSpec, actor: Actor, context: FilterContext, values: dict[str, object], small: Collection[str]
) -> Iterator[str]:
    for rows in spec.sources(actor, context):
        table, reach = rows.model._meta.db_table, reach_of(rows)
        for item in spec.filters:
            value = values[item.key]
            applied = item.apply(rows, value, context) if item.apply else rows
            conditions = [] if item.apply else item.conditions(value, context)
            for choice in _choices(spec):
                order = valued(choice, conditions)
                own = reach.orders(conditions, choice.sort.field)
                ways = [(limited(applied, conditions, reach), not own)]
                if conditions and not own:
                    ways.append((walked(applied, conditions, choice.sort.field), False))
                for limited_rows, may_sort in ways:
                    for part in parts(limited_rows, order, None, gather=may_sort):
                        for fault in _faults(plan_of(part.rows), table, small, sorts=may_sort):
                            if not _is_allowed(fault, dense=item.dense, gathered=may_sort):
                                yield f"{spec.key} by {choice} with {item.key}: {fault}"
