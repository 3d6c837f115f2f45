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

from django.db.models import F, Func, Index, QuerySet
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


def _exact_columns(node: Any) -> Iterator[str]:
    for child in node.children:
        if isinstance(child, WhereNode):
            yield from _exact_columns(child) if child.connector == "AND" and not child.negated else ()
        elif isinstance(child, Exact) and hasattr(child.lhs, "target"):
            yield child.lhs.target.name


def _names_rows(node: Any) -> bool:
    """Tell whether the rows are those that a subquery names."""
    if isinstance(node, WhereNode):
        return not node.negated and any(_names_rows(child) for child in node.children)
    return isinstance(node, In) and isinstance(node.rhs, Query)


@dataclass(frozen=True, slots=True)
class Reach:
    """How a source limits its rows before any filter: nothing, equalities on columns, or something else."""

    columns: frozenset[str]
    is_whole: bool
    indexes: tuple[tuple[str, ...], ...]
    #: Few rows, named one by one (customers lent to the post): they are gathered, never met along an order.
    is_named: bool = False

    def serves(self, condition: Condition) -> bool:
        """Tell whether an index of the scope with the filter's column stands ready for ``condition``.

        An index on the filter's column alone would be taken too, and read the whole book's rows of that value.
        """
        if self.is_whole or condition.selective:
            return True
        width = len(self.columns)
        return any(
            set(fields[:place]) <= self.columns and fields[place] == condition.field
            for fields in self.indexes
            for place in range(1, min(width, len(fields) - 1) + 1)
        )

    def orders(self, conditions: Sequence[Condition], sort_column: str) -> bool:
        """Tell whether one index serves scope, filter and order together."""
        if len(conditions) != 1 or conditions[0].lookup != "exact":
            return False
        tail, width = (conditions[0].field, sort_column), len(self.columns)
        return any(set(fields[:width]) == self.columns and fields[width : width + 2] == tail for fields in self.indexes)

    def covers(self, conditions: Sequence[Condition], sort_column: str) -> bool:
        """Tell whether the order's index holds the columns of all filters, so that a walk along it is cheap."""
        width = len(self.columns)
        wanted = {condition.field for condition in conditions}
        return bool(conditions) and any(
            set(fields[:width]) == self.columns
            and fields[width : width + 1] == (sort_column,)
            and wanted <= set(fields)
            for fields in self.indexes
        )


def _columns_of(index: Index) -> tuple[str, ...]:
    """Return the columns of an index; that of a partial one's condition counts as its last."""
    columns = [name.lstrip("-") for name in index.fields]
    limits = index.condition.children if index.condition is not None else ()
    return (*columns, *(child[0] for child in limits if isinstance(child, tuple)))


def reach_of(rows: QuerySet[Any]) -> Reach:
    """Return how ``rows`` are limited, and the indexes of their table."""
    where = rows.query.where
    indexes = tuple(_columns_of(index) for index in rows.model._meta.indexes)
    return Reach(frozenset(_exact_columns(where)), not where.children, indexes, _names_rows(where))


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
    """Count the rows of each source and stop at ``limit`` + 1 in all; None for sources that no longer mattered."""
    counts: list[int | None] = []
    left = limit + 1
    for rows in sources:
        counts.append(rows.order_by()[:left].count() if left > 0 else None)
        left -= counts[-1] or 0
    return counts


def count_up_to(sources: Iterable[QuerySet[Any]], limit: int = COUNT_LIMIT) -> int:
    """Count the rows of all ``sources`` and stop at ``limit`` + 1."""
    return sum(count or 0 for count in count_each(sources, limit))
