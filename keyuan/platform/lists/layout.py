"""Which columns a person sees, in which order, pinned where and how wide."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from keyuan.kernel.actor import Actor, FieldLevel
from keyuan.kernel.errors import Refused
from keyuan.kernel.fields import PERSONAL_FIELDS
from keyuan.platform.lists.columns import Column
from keyuan.platform.lists.preferences import preferences_of
from keyuan.platform.lists.spec import DEFAULT_SIZE, PAGE_SIZES, ListSpec

SIZE_KEY = "list.size"
NARROWEST, WIDEST = 48, 800
#: Columns that a phone shows beside the first.
BESIDE = 2


@dataclass(frozen=True, slots=True)
class PlacedColumn:
    """A column as this person has it."""

    column: Column
    width: int
    pinned: bool
    shown: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """A person's setting of one list; ``all`` also holds the hidden columns, for the menu."""

    shown: tuple[PlacedColumn, ...]
    all: tuple[PlacedColumn, ...]
    size: int


def layout_key(spec: ListSpec) -> str:
    """Return the preference key of the list's columns."""
    return f"list.{spec.key}"


def _entry(raw: Any, known: set[str]) -> dict[str, Any] | None:
    if not isinstance(raw, Mapping) or raw.get("key") not in known:
        return None
    width = raw.get("width")
    entry = {"key": raw["key"], "pinned": raw.get("pinned") is True, "hidden": raw.get("hidden") is True}
    if isinstance(width, int | float) and not isinstance(width, bool) and width > 0:
        entry["width"] = int(max(NARROWEST, min(WIDEST, width)))
    return entry


def clean_layout(spec: ListSpec, raw: Any) -> list[dict[str, Any]]:
    """Return what of ``raw`` makes sense: known columns in order, with width in pixels, pinned and hidden."""
    known = {column.key for column in spec.columns}
    entries = [_entry(item, known) for item in raw] if isinstance(raw, list) else []
    return list({entry["key"]: entry for entry in entries if entry}.values())


def read_layout(spec: ListSpec, text: str) -> list[dict[str, Any]]:
    """Understand the layout that a page sends. Raises Refused when it is no JSON."""
    try:
        return clean_layout(spec, json.loads(text))
    except ValueError:
        raise Refused("preference.unsound") from None


def _may_see(actor: Actor, column: Column) -> bool:
    return column.personal not in PERSONAL_FIELDS or actor.level_of(column.personal) is not FieldLevel.HIDDEN


def _ranked(columns: Iterable[Column], order: Sequence[str]) -> list[Column]:
    """Put ``columns`` in ``order``; one that it does not name keeps its declared neighbour in front of it."""
    ranks = {key: (rank, 0) for rank, key in enumerate(order)}
    place, after = (-1, 0), 0
    for column in columns:
        after += 1
        if column.key in ranks:
            place, after = ranks[column.key], 0
        else:
            ranks[column.key] = (place[0], after)
    return sorted(columns, key=lambda column: ranks[column.key])


def _place(spec: ListSpec, actor: Actor, kept: list[dict[str, Any]], chosen: Sequence[str]) -> list[PlacedColumn]:
    entries = {entry["key"]: entry for entry in kept}
    visible = [column for column in spec.columns if _may_see(actor, column)]
    placed = []
    for column in _ranked(visible, chosen or list(entries)):
        entry = entries.get(column.key, {})
        shown = column.key in chosen if chosen else not entry.get("hidden", not column.default)
        width = entry.get("width", column.width)
        placed.append(PlacedColumn(column, width, entry.get("pinned", False), shown or column.first))
    return _for_phones(sorted(placed, key=lambda item: (not item.column.first, not item.pinned)))


def _for_phones(placed: list[PlacedColumn]) -> list[PlacedColumn]:
    """Mark what a phone shows beside the first column, where the list does not say it."""
    if any(item.column.phone and item.shown for item in placed):
        return placed
    beside = [item.column.key for item in placed if item.shown and not item.column.first][:BESIDE]
    return [
        replace(item, column=replace(item.column, phone=True)) if item.column.key in beside else item for item in placed
    ]


def layout_of(spec: ListSpec, actor: Actor, chosen: Sequence[str] = ()) -> Layout:
    """Return the person's layout of the list; ``chosen`` columns (of the address or a view) go before their own.

    The first column always shows; pinned columns follow it.
    """
    kept = preferences_of(actor, [layout_key(spec), SIZE_KEY])
    placed = _place(spec, actor, clean_layout(spec, kept.get(layout_key(spec))), chosen)
    size = kept.get(SIZE_KEY)
    return Layout(
        shown=tuple(item for item in placed if item.shown),
        all=tuple(placed),
        size=size if size in PAGE_SIZES else DEFAULT_SIZE,
    )
