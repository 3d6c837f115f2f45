"""Keeping SQLite on the right index, and counting no further than needed.

A filtered, sorted page can be read in two ways: walk the sort's index and skip what does not match, or gather the
matches by the filter's index and sort them. Walking is cheap when many match, gathering when few do; the capped count
that the pager needs anyway tells which. Without statistics SQLite always prefers the equality, so a walk hides filter
columns, and a gathering hides the order's column, behind a unary plus, its documented way to say "not this index".
PostgreSQL has statistics and is left alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Func, QuerySet

from keyuan.platform.lists.filters import Condition

#: Counts are exact up to here (decision 24).
COUNT_LIMIT = 1_000
#: Up to this many matches are gathered and sorted; above, the sort's index is walked.
GATHER_LIMIT = 5_000


class Unindexed(Func):
    """A column that SQLite may not look up through an index; elsewhere the plain column."""

    template = "%(expressions)s"
    arity = 1

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """Write the unary plus."""
        return self.as_sql(compiler, connection, template="+%(expressions)s", **context)


def limited(rows: QuerySet[Any], conditions: Iterable[Condition]) -> QuerySet[Any]:
    """Put ``conditions`` on ``rows``, indexes welcome."""
    for condition in conditions:
        rows = rows.filter(**{f"{condition.field}__{condition.lookup}": condition.value})
    return rows


def walked(rows: QuerySet[Any], conditions: Sequence[Condition], sort_column: str) -> QuerySet[Any]:
    """Put ``conditions`` on ``rows`` so that only the index of ``sort_column`` can serve the order."""
    for number, condition in enumerate(conditions):
        if condition.field == sort_column:
            rows = limited(rows, [condition])
            continue
        name = f"walked_{number}"
        rows = rows.alias(**{name: Unindexed(F(condition.field))})
        rows = rows.filter(**{f"{name}__{condition.lookup}": condition.value})
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
