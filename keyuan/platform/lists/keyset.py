"""Keyset paging: from one row to the rows after or before it, each step a range of one index (decision 24).

An order is (column, id), both in one direction; rows without a value come last. A page is read in parts, each a plain
range that the index (scope, column, id) serves on both databases: first the rest of the rows that share the anchor's
value, then the values beyond it, then the rows without a value. A tuple comparison would do it in one part, but SQLite
then scans all rows that share the value.
"""

from collections.abc import Iterator, Sequence
from heapq import merge
from itertools import islice
from operator import attrgetter
from typing import Any

from django.db.models import Field, QuerySet

from keyuan.platform.lists.cursor import Anchor
from keyuan.platform.lists.sorts import SortChoice
from keyuan.platform.lists.steering import Unindexed


def sort_field(model: type[Any], path: str) -> "Field[Any, Any]":
    """Return the model field that an order's column path leads to."""
    *links, column = path.split("__")
    for link in links:
        model = model._meta.get_field(link).related_model
    field: Field[Any, Any] = model._meta.get_field(column)
    return field


def value_of(row: Any, sort: SortChoice) -> Any:
    """Return the row's value of the order's column."""
    return attrgetter(sort.sort.field.replace("__", "."))(row)


def anchor_of(row: Any, sort: SortChoice) -> Anchor:
    """Return the row's place in the order."""
    return Anchor(value_of(row, sort), row.pk)


def _ordered(rows: QuerySet[Any], columns: Sequence[str], descending: bool, gather: bool) -> QuerySet[Any]:
    """Order ``rows``; ``gather`` keeps SQLite from walking the sort's index where the matches are few."""
    if gather:
        keys = [Unindexed(column) for column in columns]
        return rows.order_by(*(key.desc() if descending else key.asc() for key in keys))
    return rows.order_by(*(f"-{column}" if descending else column for column in columns))


def parts(
    rows: QuerySet[Any], choice: SortChoice, anchor: Anchor | None, *, backward: bool = False, gather: bool = False
) -> Iterator[QuerySet[Any]]:
    """Yield the ordered querysets that make up the rows after ``anchor``; ``backward``: before it, nearest first."""
    column = choice.sort.field
    descending = choice.descending != backward
    beyond = "lt" if descending else "gt"
    valued = rows.filter(**{f"{column}__isnull": False}) if choice.sort.nullable else rows
    empty = rows.filter(**{f"{column}__isnull": True})
    if anchor is not None and anchor.value is None:
        yield _ordered(empty.filter(**{f"pk__{beyond}": anchor.id}), ["pk"], descending, gather)
        if backward:
            yield _ordered(valued, [column, "pk"], descending, gather)
        return
    if anchor is not None:
        ties = rows.filter(**{column: anchor.value, f"pk__{beyond}": anchor.id})
        yield _ordered(ties, ["pk"], descending, gather)
        valued = rows.filter(**{f"{column}__{beyond}": anchor.value})
    yield _ordered(valued, [column, "pk"], descending, gather)
    if choice.sort.nullable and not backward:
        yield _ordered(empty, ["pk"], descending, gather)


def _rows_of(pieces: Iterator[QuerySet[Any]], limit: int) -> Iterator[Any]:
    left = limit
    for piece in pieces:
        found = list(piece[:left])
        yield from found
        left -= len(found)
        if left <= 0:
            return


class _Place:
    """A row's rank for merging: rows without a value last, otherwise by (value, id) in the given direction."""

    __slots__ = ("descending", "key")

    def __init__(self, value: Any, row_id: int, *, descending: bool, nulls_first: bool) -> None:
        self.descending = descending
        self.key = (value is None) != nulls_first, value, row_id

    def __lt__(self, other: "_Place") -> bool:
        if self.key[0] != other.key[0]:
            return self.key[0] < other.key[0]
        if self.key[1] == other.key[1]:
            return (self.key[2] < other.key[2]) != self.descending
        return bool(self.key[1] < other.key[1]) != self.descending


def read_rows(
    sources: Sequence[tuple[QuerySet[Any], bool]],
    choice: SortChoice,
    anchor: Anchor | None,
    *,
    limit: int,
    backward: bool = False,
) -> list[Any]:
    """Return up to ``limit`` rows after ``anchor`` (before it, nearest first), merged from disjoint sources.

    A source is a queryset and whether its matches are gathered rather than walked.
    """
    streams = [
        list(_rows_of(parts(rows, choice, anchor, backward=backward, gather=gather), limit)) for rows, gather in sources
    ]
    if len(streams) < 2:
        return streams[0] if streams else []

    def place(row: Any) -> _Place:
        return _Place(value_of(row, choice), row.pk, descending=choice.descending != backward, nulls_first=backward)

    return list(islice(merge(*streams, key=place), limit))
