"""Keeping SQLite on the right index, and counting no further than needed.

A filtered, sorted page can be read in two ways: walk the sort's index and skip what does not match, or gather the
matches by the filter's index and sort them. Walking is cheap when many match, gathering when few do; the capped count
that the pager needs anyway tells which. Without statistics SQLite always prefers the equality, so a walk hides filter
columns, and a gathering hides the order's column, behind a unary plus, its documented way to say "not this index".
PostgreSQL has statistics and is left alone.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, Func, Index, QuerySet
from django.db.models.expressions import NegatedExpression
from django.db.models.lookups import Exact, In
from django.db.models.sql import Query
from django.db.models.sql.where import WhereNode

from keyuan.platform.lists.filters import Condition

#: Counts are exact up to here (decision 24).
COUNT_LIMIT = 1_000
#: Up to this many matches are gathered and sorted; above, the sort's index is walked.
GATHER_LIMIT = 5_000

#: Lookups that leave a range of an index.
SPANS = frozenset({"gt", "gte", "lt", "lte"})


class Unindexed(Func):
    """A column that SQLite may not look up through an index; elsewhere the plain column."""

    template = "%(expressions)s"
    arity = 1

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Write the unary plus."""
        return self.as_sql(compiler, connection, template="+%(expressions)s", **context)


def _equalities(node: Any) -> Iterator[tuple[str, Any]]:
    for child in node.children:
        if isinstance(child, WhereNode):
            yield from _equalities(child) if child.connector == "AND" and not child.negated else ()
        elif isinstance(child, Exact) and hasattr(child.lhs, "target"):
            yield child.lhs.target.name, child.rhs


def _names_rows(node: Any) -> bool:
    """Tell whether the rows are those that a subquery names."""
    if isinstance(node, WhereNode):
        return not node.negated and any(_names_rows(child) for child in node.children)
    return isinstance(node, In) and isinstance(node.rhs, Query)


def _leaves_out(node: Any) -> bool:
    """Tell whether a condition only leaves single rows out (NOT EXISTS): the others are read as if it did not stand."""
    said = node.lhs if isinstance(node, Exact) else node
    return isinstance(said, NegatedExpression) and isinstance(said.expression, Exists)


@dataclass(frozen=True, slots=True)
class Shape:
    """Columns of an index in their order, and the equalities of its condition (their columns are its last as well)."""

    fields: tuple[str, ...]
    settled: frozenset[tuple[str, Any]] = frozenset()


@dataclass(frozen=True, slots=True)
class Reach:
    """How a source limits its rows before any filter: nothing, equalities on columns, or something else."""

    columns: frozenset[str]
    is_whole: bool
    indexes: tuple[Shape, ...]
    #: Few rows, named one by one (customers lent to the post): they are gathered, never met along an order.
    is_named: bool = False
    #: The equalities with their values.
    fixed: frozenset[tuple[str, Any]] = frozenset()

    def serves(self, condition: Condition) -> bool:
        """Tell whether an index of the scope with the filter's column stands ready for ``condition``.

        An index on the filter's column alone would be taken too, and read the whole book's rows of that value.
        """
        if self.is_whole or condition.selective:
            return True
        return any(
            set(shape.fields[:place]) <= open_to and shape.fields[place] == condition.field
            for shape, open_to in self._open()
            for place in range(0 if shape.settled and not open_to else 1, min(len(open_to), len(shape.fields) - 1) + 1)
        )

    def _open(self) -> Iterator[tuple[Shape, frozenset[str]]]:
        """Yield each index that the scope may use, with the columns of the scope that it still has to begin with."""
        for shape in self.indexes:
            if shape.settled <= self.fixed:
                yield shape, self.columns - {name for name, _value in shape.settled}

    def orders(self, conditions: Sequence[Condition], sort_column: str) -> bool:
        """Tell whether one index serves scope, filter and order together."""
        if len(conditions) != 1 or conditions[0].lookup != "exact":
            return False
        tail = (conditions[0].field, sort_column)
        return any(
            set(shape.fields[: len(begin)]) == begin and shape.fields[len(begin) : len(begin) + 2] == tail
            for shape, begin in self._open()
        )

    def leads(self, conditions: Sequence[Condition], sort_column: str) -> bool:
        """Tell whether one index serves scope and order, and the filter where there is one."""
        if conditions:
            return self.orders(conditions, sort_column)
        return any(
            set(shape.fields[: len(begin)]) == begin and shape.fields[len(begin) : len(begin) + 1] == (sort_column,)
            for shape, begin in self._open()
        )

    def covers(self, conditions: Sequence[Condition], sort_column: str) -> bool:
        """Tell whether the order's index holds the columns of all filters, so that a walk along it is cheap."""
        wanted = {condition.field for condition in conditions}
        return bool(conditions) and any(
            set(shape.fields[: len(begin)]) == begin
            and shape.fields[len(begin) : len(begin) + 1] == (sort_column,)
            and wanted <= set(shape.fields)
            for shape, begin in self._open()
        )


def _shape_of(index: Index) -> Shape:
    """Return the shape of an index; that of a partial one's condition counts as its last column.

    Only an equality settles a column: whether a span or "is not null" holds is for the database to see.
    """
    columns = [name.lstrip("-") for name in index.fields]
    children: Iterable[Any] = index.condition.children if index.condition is not None else ()
    limits = [child for child in children if isinstance(child, tuple)]
    settled = frozenset((name, value) for name, value in limits if "__" not in name)
    return Shape((*columns, *(name for name, _value in limits)), settled)


def reach_of(rows: QuerySet[Any]) -> Reach:
    """Return how ``rows`` are limited, and the indexes of their table."""
    where = rows.query.where
    indexes = tuple(_shape_of(index) for index in rows.model._meta.indexes)
    equal = list(_equalities(where))
    fixed = frozenset((name, value) for name, value in equal if isinstance(value, str | int))
    is_whole = all(_leaves_out(child) for child in where.children)
    return Reach(frozenset(name for name, _ in equal), is_whole, indexes, _names_rows(where), fixed)


def _hidden(rows: QuerySet[Any], condition: Condition, name: str) -> QuerySet[Any]:
    rows = rows.alias(**{name: Unindexed(F(condition.field))})
    return rows.filter(**{f"{name}__{condition.lookup}": condition.value})


def limited(rows: QuerySet[Any], conditions: Iterable[Condition], reach: Reach) -> QuerySet[Any]:
    """Put ``conditions`` on ``rows``; those that no index of the source serves leave the reading to the scope's."""
    for number, condition in enumerate(conditions):
        if reach.serves(condition):
            rows = rows.filter(**{f"{condition.field}__{condition.lookup}": condition.value})
        else:
            rows = _hidden(rows, condition, f"hidden_{number}")
    return rows


def span_of(conditions: Sequence[Condition], reach: Reach) -> str:
    """Return the column of a span (from, to) whose order's index holds the columns of the other filters too.

    Such a span is counted inside its own index; SQLite would rather take an equality, and look at every row behind it.
    """
    spans = (condition.field for condition in conditions if condition.lookup in SPANS)
    return next((column for column in spans if reach.covers(conditions, column)), "")


def walked(rows: QuerySet[Any], conditions: Sequence[Condition], sort_column: str) -> QuerySet[Any]:
    """Put ``conditions`` on ``rows`` so that only the index of ``sort_column`` can serve the order."""
    for number, condition in enumerate(conditions):
        if condition.field == sort_column:
            rows = rows.filter(**{f"{condition.field}__{condition.lookup}": condition.value})
        else:
            rows = _hidden(rows, condition, f"hidden_{number}")
    return rows


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows there are: exact up to `COUNT_LIMIT`, "more than that" beyond."""

    seen: int

    @property
    def is_exact(self) -> bool:
        """Tell whether the figure is the whole truth."""
        return self.seen <= COUNT_LIMIT

    @property
    def shown(self) -> str:
        """Return "186" or "1,000+"."""
        return f"{self.seen:,}" if self.is_exact else f"{COUNT_LIMIT:,}+"


def count_each(sources: Iterable[QuerySet[Any]], limit: int = COUNT_LIMIT) -> list[int | None]:
    """Count the rows of each source in its order, and stop at ``limit`` + 1 in all; None for those no longer asked."""
    counts: list[int | None] = []
    left = limit + 1
    for rows in sources:
        counts.append(rows[:left].count() if left > 0 else None)
        left -= counts[-1] or 0
    return counts


def count_up_to(sources: Iterable[QuerySet[Any]], limit: int = COUNT_LIMIT) -> int:
    """Count the rows of all ``sources`` and stop at ``limit`` + 1."""
    return sum(count or 0 for count in count_each((rows.order_by() for rows in sources), limit))
