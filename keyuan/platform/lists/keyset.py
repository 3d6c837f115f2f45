"""Keyset paging: from one row to the rows after or before it, each step a range of one index (decision 24).

An order is (column, id), both in one direction; rows without a value come last. A page is read in parts, each a plain
range that the index (scope, column, id) serves on both databases: first the rest of the rows that share the anchor's
value, then the values beyond it, then the rows without a value. A tuple comparison would do it in one part, but SQLite
then scans all rows that share the value.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import islice
from operator import attrgetter
from typing import Any

from django.db.models import F, Field, QuerySet

from keyuan.platform.lists.cursor import Anchor
from keyuan.platform.lists.sorts import SortChoice
from keyuan.platform.lists.steering import Unindexed

#: Rows of the order's index that a walk looks at for one page.
WINDOW = 20_000


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


@dataclass(frozen=True, slots=True)
class Part:
    """An ordered piece of a list: a range of values, or (``by_value`` false) rows that share one value or have none."""

    rows: QuerySet[Any]
    by_value: bool


@dataclass(frozen=True, slots=True)
class Source:
    """Rows to be read, and how.

    ``gather`` takes the matches by the filter's index and sorts them. With ``walk`` the order's index is walked over
    ``reach``, the same rows before filtering, and what does not match is skipped. Without ``reach`` the walk goes as
    far as it must: the order's index holds the filters' columns, so that passing over a row costs next to nothing.
    ``by_key`` finds the keys of the page first, by an index alone, and then its rows: PostgreSQL would look at every
    row that it passes over.
    """

    rows: QuerySet[Any]
    gather: bool = False
    walk: QuerySet[Any] | None = None
    reach: QuerySet[Any] | None = None
    by_key: bool = False


def _ordered(rows: QuerySet[Any], columns: Sequence[str], descending: bool, gather: bool) -> QuerySet[Any]:
    """Order ``rows``; ``gather`` keeps SQLite from walking the sort's index where the matches are few."""
    if gather:
        keys = [Unindexed(column) for column in columns]
        return rows.order_by(*(key.desc() if descending else key.asc() for key in keys))
    return rows.order_by(*(f"-{column}" if descending else column for column in columns))


def _where(rows: QuerySet[Any], gather: bool, **limits: Any) -> QuerySet[Any]:
    """Limit ``rows`` to a place in the order; ``gather`` keeps SQLite from looking the place up."""
    if not gather:
        return rows.filter(**limits)
    for number, (limit, value) in enumerate(limits.items()):
        column, _separator, lookup = limit.rpartition("__")
        name = f"place_{number}"
        rows = rows.alias(**{name: Unindexed(F(column))}).filter(**{f"{name}__{lookup}": value})
    return rows


def parts(
    rows: QuerySet[Any], choice: SortChoice, anchor: Anchor | None, *, backward: bool = False, gather: bool = False
) -> Iterator[Part]:
    """Yield the pieces that make up the rows after ``anchor``; ``backward``: before it, nearest first."""
    column = choice.sort.field
    descending = choice.descending != backward
    beyond = "lt" if descending else "gt"

    def one(limited: QuerySet[Any]) -> Part:
        return Part(_ordered(limited, ["pk"], descending, gather), by_value=False)

    def many(limited: QuerySet[Any]) -> Part:
        return Part(_ordered(limited, [column, "pk"], descending, gather), by_value=True)

    def valued() -> QuerySet[Any]:
        return _where(rows, gather, **{f"{column}__isnull": False}) if choice.sort.nullable else rows

    if anchor is not None and anchor.value is None:
        yield one(_where(rows, gather, **{f"{column}__isnull": True, f"pk__{beyond}": anchor.id}))
        if backward:
            yield many(valued())
        return
    if anchor is not None:
        yield one(_where(rows, gather, **{f"{column}__exact": anchor.value, f"pk__{beyond}": anchor.id}))
        yield many(_where(rows, gather, **{f"{column}__{beyond}": anchor.value}))
    else:
        yield many(valued())
    if choice.sort.nullable and not backward:
        yield one(_where(rows, gather, **{f"{column}__isnull": True}))


def _taken(pieces: Iterable[QuerySet[Any]], limit: int) -> list[Any]:
    found: list[Any] = []
    for piece in pieces:
        found += piece[: limit - len(found)]
        if len(found) >= limit:
            break
    return found


def _window(reach: Part, walk: Part, choice: SortChoice, descending: bool) -> tuple[list[QuerySet[Any]], bool]:
    """Return ``walk`` cut to what the next `WINDOW` rows of ``reach`` hold, and whether that is all of it."""
    column = choice.sort.field
    edge = reach.rows.values_list(column, "pk")[WINDOW : WINDOW + 1]
    if not edge:
        return [walk.rows], True
    value, row_id = edge[0]
    up_to = f"pk__{'gte' if descending else 'lte'}"
    if not walk.by_value:
        return [walk.rows.filter(**{up_to: row_id})], False
    before = walk.rows.filter(**{f"{column}__{'gt' if descending else 'lt'}": value})
    return [before, walk.rows.filter(**{column: value, up_to: row_id})], False


def _walked(source: Source, choice: SortChoice, anchor: Anchor | None, limit: int, backward: bool) -> list[Any] | None:
    """Walk the order's index for a page; None when the matches stand too far apart for that."""
    if source.walk is None:
        return None
    found: list[Any] = []
    pieces = parts(source.walk, choice, anchor, backward=backward)
    if source.reach is None:
        return _taken((piece.rows for piece in pieces), limit)
    for reach, walk in zip(parts(source.reach, choice, anchor, backward=backward), pieces, strict=True):
        near, is_whole = _window(reach, walk, choice, choice.descending != backward)
        found += _taken(near, limit - len(found))
        if len(found) >= limit:
            return found
        if not is_whole:
            return None
    return found


def _read(source: Source, choice: SortChoice, anchor: Anchor | None, limit: int, backward: bool) -> list[Any]:
    found = _walked(source, choice, anchor, limit, backward)
    if found is not None:
        return found
    # Matches that a walk does not meet soon (recent policies by their expiry) are all gathered and sorted.
    gather = source.gather or source.walk is not None
    pieces = (piece.rows for piece in parts(source.rows, choice, anchor, backward=backward, gather=gather))
    if source.by_key:
        keys = _taken((piece.values_list("pk", flat=True) for piece in pieces), limit)
        rows = {row.pk: row for row in source.rows.order_by().filter(pk__in=keys)}
        return [rows[key] for key in keys if key in rows]
    return _taken(pieces, limit)


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
    sources: Sequence[Source], choice: SortChoice, anchor: Anchor | None, *, limit: int, backward: bool = False
) -> list[Any]:
    """Return up to ``limit`` rows after ``anchor`` (before it, nearest first), merged from disjoint sources."""
    streams = [_read(source, choice, anchor, limit, backward) for source in sources]
    if len(streams) < 2:
        return streams[0] if streams else []

    def place(row: Any) -> _Place:
        return _Place(value_of(row, choice), row.pk, descending=choice.descending != backward, nulls_first=backward)

    return list(islice(merge(*streams, key=place), limit))
