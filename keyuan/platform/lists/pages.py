"""One page of a list: rows read by keyset, counted, prepared and made into cells."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils.safestring import SafeString

from keyuan.kernel.actor import Actor
from keyuan.platform.lists.columns import Column
from keyuan.platform.lists.cursor import Anchor, read_cursor, write_cursor
from keyuan.platform.lists.filters import Condition, FilterContext
from keyuan.platform.lists.keyset import Source, anchor_of, read_rows, sort_field
from keyuan.platform.lists.presenting import label_of
from keyuan.platform.lists.rendering import Cell, render_actions, render_column
from keyuan.platform.lists.sorts import SortChoice
from keyuan.platform.lists.spec import ListSpec, permitted
from keyuan.platform.lists.state import ListState
from keyuan.platform.lists.steering import (
    COUNT_LIMIT,
    GATHER_LIMIT,
    Count,
    Reach,
    count_each,
    limited,
    reach_of,
    span_of,
    walked,
)


@dataclass(frozen=True, slots=True)
class Row:
    """One row as the table shows it."""

    id: int
    record: Any
    cells: tuple[Cell, ...]
    label: str
    css: str
    actions: SafeString


@dataclass(frozen=True, slots=True)
class ListPage:
    """The rows of one page with the cursors of its neighbours (empty: there is none) and the count."""

    rows: tuple[Row, ...]
    before: str
    after: str
    count: Count


@dataclass(frozen=True, slots=True)
class Search:
    """The rows a state asks for, in both readings, and how many there are."""

    sources: tuple[Source, ...]
    plain: tuple[QuerySet[Any], ...]
    seen: int
    choice: SortChoice


def _conditions(spec: ListSpec, filters: Mapping[str, Any], context: FilterContext) -> list[Condition]:
    return [
        condition
        for item in spec.filters
        if item.key in filters and item.apply is None
        for condition in item.conditions(filters[item.key], context)
    ]


def _applied(spec: ListSpec, rows: QuerySet[Any], filters: Mapping[str, Any], context: FilterContext) -> QuerySet[Any]:
    for item in spec.filters:
        if item.key in filters and item.apply is not None:
            rows = item.apply(rows, filters[item.key], context)
    return rows


def valued(choice: SortChoice, conditions: Sequence[Condition]) -> SortChoice:
    """Return the order as it is to be read: a filter on its column leaves no rows without a value."""
    if any(condition.field == choice.sort.field for condition in conditions):
        return SortChoice(replace(choice.sort, nullable=False), choice.descending)
    return choice


def _plain(rows: QuerySet[Any], conditions: Sequence[Condition], reach: Reach) -> QuerySet[Any]:
    span = span_of(conditions, reach)
    return walked(rows, conditions, span) if span else limited(rows, conditions, reach)


def _led(rows: QuerySet[Any], conditions: Sequence[Condition], column: str, reach: Reach | None) -> QuerySet[Any]:
    """Return ``rows`` as they are counted: in the order of the index by which the page is read, where there is one.

    Of two indexes that begin alike SQLite may take the one of the whole table and look for the few open rows among all
    that ever were; only the other one has them in this order.
    """
    is_led = connection.vendor == "sqlite" and reach is not None and reach.leads(conditions, column)
    return rows.order_by(column) if is_led else rows.order_by()


def search(
    spec: ListSpec, actor: Actor, filters: Mapping[str, Any], choice: SortChoice, context: FilterContext
) -> Search:
    """Return the rows that ``filters`` leave, counted as far as the pager and the choice of way need."""
    sources = spec.sources(actor, context)
    applied = [_applied(spec, rows, filters, context) for rows in sources]
    conditions = _conditions(spec, filters, context)
    choice = valued(choice, conditions)
    reaches = [reach_of(rows) for rows in sources]
    replaced = any(item.key in filters and item.apply for item in spec.filters)
    plain = tuple(_plain(rows, conditions, reach) for rows, reach in zip(applied, reaches, strict=True))
    few = GATHER_LIMIT if any(item.key in filters and not item.dense for item in spec.filters) else COUNT_LIMIT
    column = choice.sort.field
    led = [
        _led(rows, conditions, column, None if replaced else reach) for rows, reach in zip(plain, reaches, strict=True)
    ]
    counts = count_each(led, few)
    seen = sum(count or 0 for count in counts)

    def way(number: int) -> Source:
        reach = reaches[number]
        is_covered = not replaced and reach.covers(conditions, column)
        if connection.vendor != "sqlite":
            return Source(plain[number], by_key=is_covered)
        if reach.is_named:
            return Source(plain[number], gather=True)
        if not filters or reach.orders(conditions, column):
            return Source(plain[number])
        if seen <= few and not (is_covered and not reach.is_whole):
            return Source(plain[number], gather=True)
        walk = walked(applied[number], conditions, column)
        if is_covered:
            return Source(plain[number], walk=walk)
        own = [condition for condition in conditions if condition.field == column]
        return Source(plain[number], walk=walk, reach=walked(applied[number], own, column))

    # A source known to be empty (mostly: nothing shared, nothing granted) is not read at all.
    ways = tuple(way(number) for number, count in enumerate(counts) if count != 0)
    return Search(ways, plain, seen, choice)


def bound_to(spec: ListSpec, choice: SortChoice) -> str:
    """Return what a cursor is bound to: list and order."""
    return f"{spec.key} {choice}"


def _cut(rows: list[Any], size: int, backward: bool) -> tuple[list[Any], bool]:
    more = len(rows) > size
    kept = rows[:size]
    return (kept[::-1] if backward else kept), more


def read_page(
    spec: ListSpec, actor: Actor, state: ListState, context: FilterContext, columns: Sequence[Column]
) -> ListPage:
    """Read the page that ``state`` asks for: one count and at most three range reads for each source.

    A cursor that is not ours leads to the first page. A page before which nothing is left becomes the first page.
    """
    choice = state.sort or spec.sort_choice("")
    found = search(spec, actor, state.filters, choice, context)
    anchor, backward = _anchor(spec, state, choice, found)
    records = read_rows(found.sources, found.choice, anchor, limit=state.size + 1, backward=backward)
    if backward and len(records) <= state.size:
        return read_page(spec, actor, replace(state, before="", after=""), context, columns)
    records, more = _cut(records, state.size, backward)
    ends = [write_cursor(anchor_of(row, choice), bound_to(spec, choice)) for row in (records[:1] + records[-1:])]
    has_before, has_after = (more, True) if backward else (anchor is not None, more)
    return ListPage(
        rows=make_rows(spec, actor, records, columns, context),
        before=ends[0] if has_before and ends else "",
        after=ends[-1] if has_after and ends else "",
        count=Count(found.seen),
    )


def _anchor(spec: ListSpec, state: ListState, choice: SortChoice, found: Search) -> tuple[Anchor | None, bool]:
    cursor = state.before or state.after
    if not cursor or not found.plain:
        return None, False
    column = sort_field(found.plain[0].model, choice.sort.field)
    anchor = read_cursor(cursor, bound_to(spec, choice), column)
    return anchor, bool(anchor and state.before)


def make_rows(
    spec: ListSpec, actor: Actor, records: Sequence[Any], columns: Sequence[Column], context: FilterContext
) -> tuple[Row, ...]:
    """Prepare ``records`` in bulk and make their cells, masked for ``actor``."""
    extras = spec.prepare(actor, records, context) if records else None
    actions = permitted(spec.row_actions, actor)
    cells = [render_column(spec, actor, column, records, extras) for column in columns]
    return tuple(
        Row(
            id=record.pk,
            record=record,
            cells=tuple(column[number] for column in cells),
            label=label_of(spec, actor, record, extras),
            css=spec.row_class(record),
            actions=render_actions(actions, record),
        )
        for number, record in enumerate(records)
    )


def walk(
    spec: ListSpec, actor: Actor, filters: Mapping[str, Any], choice: SortChoice, context: FilterContext, *, size: int
) -> Iterator[list[Any]]:
    """Yield all rows that ``filters`` leave, in order, in lists of ``size``: what exports and selections read."""
    found = search(spec, actor, filters, choice, context)
    anchor: Anchor | None = None
    while rows := read_rows(found.sources, found.choice, anchor, limit=size):
        yield rows
        if len(rows) < size:
            return
        anchor = anchor_of(rows[-1], choice)
