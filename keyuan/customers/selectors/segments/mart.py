"""Conditions against the dated mart: count and sample of the whole book within a second (CUS-6, decision 21)."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

import duckdb
import pyarrow as pa

from keyuan.customers.models import SegmentMember
from keyuan.customers.rules.segments.resolving import AllOf, AnyOf, Exists, Members, Not, Predicate, Test
from keyuan.customers.selectors.scope import lent_ids, scope_terms
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Refused
from keyuan.platform.mart import Snapshot, connect

SAMPLE = 20
COMPARED = {"ge": ">=", "gt": ">", "le": "<=", "lt": "<"}
#: The customers lent to a post, as a table of the connection.
LENT = "lent_customers"
#: How a snapshot is opened; a night puts its newest scores in place of those that the copy has.
Opening = Callable[[Snapshot], duckdb.DuckDBPyConnection]


@dataclass
class _Sql:
    """A statement in the making: its values, and the kept members that it needs as tables."""

    values: list[Any] = field(default_factory=list)
    kept: set[int] = field(default_factory=set)

    def place(self, value: Any) -> str:
        self.values.append(value)
        return "?"

    def places(self, values: Sequence[Any]) -> str:
        return ", ".join(self.place(value) for value in values)


def _name(column: str) -> str:
    """Return a column of ours as SQL. Raises ValueError for what is no plain name."""
    if not column.isidentifier():
        raise ValueError(column)
    return f'"{column}"'


def _where(node: Predicate, table: str, sql: _Sql) -> str:
    if isinstance(node, Test):
        return _test(node, table, sql)
    if isinstance(node, Exists):
        return _exists(node, table, sql)
    if isinstance(node, Members):
        sql.kept.add(node.segment_id)
        return f"{table}.customer_id IN (FROM {kept_table(node.segment_id)})"
    if isinstance(node, Not):
        return f"NOT ({_where(node.part, table, sql)})"
    return _joined(node, table, sql)


def _joined(node: AllOf | AnyOf, table: str, sql: _Sql) -> str:
    parts = [f"({_where(part, table, sql)})" for part in node.parts]
    if isinstance(node, AllOf):
        return " AND ".join(parts) or "true"
    return " OR ".join(parts) or "false"


def _test(test: Test, table: str, sql: _Sql) -> str:
    column = f"{table}.{_name(test.column)}"
    if test.op == "null":
        return f"{column} IS NULL"
    return f"coalesce({_compared(test, column, sql)}, false)"


def _compared(test: Test, column: str, sql: _Sql) -> str:
    if test.op == "true":
        return column
    if test.op == "in":
        return f"{column} IN ({sql.places(test.value)})" if test.value else "false"
    if test.op == "prefix":
        return f"starts_with({column}, {sql.place(test.value)})"
    if test.op == "contains":
        return f"contains(lower({column}), {sql.place(test.value.lower())})"
    return f"{column} {COMPARED[test.op]} {sql.place(_instant(test.value))}"


def _instant(value: Any) -> Any:
    """A day against a moment is its first instant; against a day it is the day all the same."""
    is_day = isinstance(value, date) and not isinstance(value, datetime)
    return datetime.combine(value, time.min) if is_day else value


def _exists(node: Exists, table: str, sql: _Sql) -> str:
    inner = f"r.customer_id IS NOT NULL AND ({_where(node.where, 'r', sql)})"
    rows = f"SELECT r.customer_id FROM {_name(node.entity.table)} AS r WHERE {inner}"  # noqa: S608 - names are ours, values are bound
    if (node.op, node.amount, node.measure) != ("ge", 1, None):
        total = f"coalesce(sum(r.{_name(node.measure.column)}), 0)" if node.measure else "count(*)"
        rows += f" GROUP BY r.customer_id HAVING {total} {COMPARED[node.op]} {sql.place(node.amount)}"
    return f"{table}.customer_id IN ({rows})"


def kept_table(segment_id: int) -> str:
    """Return what the kept members of a segment are called on a connection."""
    return f"kept_{segment_id:d}"


@dataclass(frozen=True, slots=True)
class Found:
    """How many customers met a condition on the mart's day, how many of them can be reached, and some of them."""

    as_of: date
    total: int
    reachable: int
    premium: int
    sample: tuple[int, ...]


def find(snapshot: Snapshot, condition: Predicate, *, actor: Actor, now: datetime, sample: int = SAMPLE) -> Found:
    """Count the customers in the actor's reach who meet ``condition``, and name some, always the same ones.

    Raises `Refused` ``segment.mart_outdated`` when the snapshot lacks a field.
    """
    what = (
        "SELECT count(*), count(*) FILTER (WHERE c.has_contact), coalesce(sum(c.annual_premium), 0), "
        f"coalesce(arg_min(c.customer_id, hash(c.customer_id), {max(1, sample):d}), [])"
    )
    row = _asked(snapshot, what, condition, actor, now).fetchone()
    total, reachable, premium, some = row or (0, 0, 0, [])
    return Found(snapshot.day, int(total), int(reachable), int(premium), tuple(some[:sample]))


def ids_of(
    snapshot: Snapshot, condition: Predicate, *, actor: Actor, now: datetime, opening: Opening = connect
) -> pa.ChunkedArray:
    """Return the customers in the actor's reach who met ``condition`` on the mart's day, in order, as one column."""
    asked = _asked(snapshot, "SELECT c.customer_id", condition, actor, now, tail="ORDER BY 1", opening=opening)
    return asked.to_arrow_table().column(0)


def totals_by_branch(snapshot: Snapshot, condition: Predicate, *, actor: Actor, now: datetime) -> dict[int, int]:
    """Return the members of each branch, and of the whole book under 0."""
    asked = _asked(snapshot, "SELECT coalesce(c.branch_id, -1), count(*)", condition, actor, now, tail="GROUP BY 1")
    found = {int(branch): int(total) for branch, total in asked.fetchall()}
    return {0: sum(found.values()), **{branch: total for branch, total in found.items() if branch > 0}}


class _Answer:
    """A cursor that closes its connection with the last row."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table

    def fetchall(self) -> list[tuple[Any, ...]]:
        return list(self._rows())

    def fetchone(self) -> tuple[Any, ...] | None:
        return next(self._rows(), None)

    def to_arrow_table(self) -> pa.Table:
        return self._table

    def _rows(self) -> Iterator[tuple[Any, ...]]:
        return zip(*(column.to_pylist() for column in self._table.columns), strict=True)


def _asked(
    snapshot: Snapshot,
    what: str,
    condition: Predicate,
    actor: Actor,
    now: datetime,
    *,
    tail: str = "",
    opening: Opening = connect,
) -> _Answer:
    sql = _Sql()
    where = _where(condition, "c", sql)
    reach, lent = _reach(actor, now, sql)
    text = f"{what} FROM customers AS c WHERE ({where}) AND ({reach}) {tail}"
    tables = {kept_table(pk): _kept(pk) for pk in sql.kept} | ({LENT: lent} if lent is not None else {})
    try:
        with closing(opening(snapshot)) as opened:
            for name, table in tables.items():
                opened.register(name, table)
            return _Answer(opened.execute(text, sql.values).to_arrow_table())
    except (duckdb.BinderException, duckdb.CatalogException) as error:
        raise Refused("segment.mart_outdated") from error


def _kept(segment_id: int) -> pa.Table:
    members = SegmentMember.objects.filter(segment_id=segment_id).order_by()
    ids = list(members.values_list("customer_id", flat=True).iterator(chunk_size=20_000))
    return pa.table({"customer_id": pa.array(ids, pa.int64())})


def _reach(actor: Actor, now: datetime, sql: _Sql) -> tuple[str, pa.Table | None]:
    """Return the actor's scope as SQL, and the customers lent to the post."""
    terms = scope_terms(actor)
    if terms is None:
        own = "false"
    elif not terms:
        return "true", None
    else:
        own = " AND ".join(f"c.{_name(column)} = {sql.place(value)}" for column, value in terms)
    lent = pa.table({"customer_id": pa.array(lent_ids(actor, now=now), pa.int64())})
    return f"({own}) OR c.customer_id IN (FROM {LENT})", lent
