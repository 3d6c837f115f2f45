"""The board as its page shows it: a card for each axis, each cell with the way to its customers (CUS-5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from keyuan.customers.forms.classification import words
from keyuan.customers.selectors.classification.board import Board, Move, Row
from keyuan.platform.formats import day

#: Moves that a card names.
MOVES = 5
#: The list's filter for each axis, and the field of a segment that means it.
FILTERS = {
    "source": ("source", "prospect_source"),
    "channel": ("channel", "sales_channel"),
    "service": ("service", "service"),
    "activity": ("activity", "activity"),
    "touch": ("touch", "touch"),
    "near_vip": ("near_vip", "near_vip"),
    "mass_line": ("mass", "mass_line"),
    "standing": ("holder", "is_policyholder"),
    "contact": ("reachable", "has_contact"),
}
#: Values that the list and segments say otherwise.
ANSWERS = {"POLICYHOLDER": "1", "PROSPECT": "0", "WITH": "1", "WITHOUT": "0", "YES": "1", "NO": "0"}


@dataclass(frozen=True, slots=True)
class CellRow:
    """One value of an axis with its numbers, its share in the last day, and where it leads."""

    row: Row
    word: Any
    share: float
    url: str
    segment_url: str


@dataclass(frozen=True, slots=True)
class AxisCard:
    """One axis: its values, and the moves between them that most customers made."""

    axis: str
    title: Any
    note: Any
    rows: list[CellRow]
    moves: list[tuple[Any, Any, int]]
    chart_url: str
    is_charted: bool


def _pairs(axis: str, value: str, names: Mapping[str, str]) -> dict[str, str]:
    """Return a cell as pairs; ``names`` says what the one who reads them calls the axis, and who holds a policy."""
    holder = names["standing"]
    if axis == "source":
        if value == "NONE":
            return {holder: "1"}
        return {holder: "0", names[axis]: value}
    return {names[axis]: ANSWERS.get(value, value)}


def list_url(axis: str, value: str, unit: str = "") -> str:
    """Return the address of a cell's customers, within ``unit`` where the board is narrowed to one."""
    query = _pairs(axis, value, {name: pair[0] for name, pair in FILTERS.items()})
    within = {"unit": unit} if unit else {}
    return f"{reverse('customers:home')}?{urlencode({'view': 'all', **query, **within})}"


def segment_url(axis: str, value: str, unit: str = "") -> str:
    """Return where a cell becomes a segment, within ``unit`` where the board is narrowed to one."""
    query = _pairs(axis, value, {name: pair[1] for name, pair in FILTERS.items()})
    within = {"unit": unit} if unit else {}
    return f"{reverse('customers:segment-from-cell')}?{urlencode({**query, **within})}"


def cards_of(board: Board, charted: str, query: dict[str, str], *, unit: str, segments: bool) -> list[AxisCard]:
    """Return the cards; every cell leads to its list, with ``segments`` to its segment too."""
    return [_card(board, axis, charted, query, unit, segments) for axis in board.rows]


def _card(board: Board, axis: str, charted: str, query: dict[str, str], unit: str, segments: bool) -> AxisCard:
    shown = [row for row in board.rows[axis] if row.before or row.after or row.moved_in or row.moved_out]
    total = sum(row.after for row in shown) or 1
    rows = [
        CellRow(
            row,
            words.value_word(axis, row.value),
            round(100 * row.after / total, 1),
            list_url(axis, row.value, unit),
            segment_url(axis, row.value, unit) if segments else "",
        )
        for row in shown
    ]
    chart = f"?{urlencode({**query, 'axis': axis})}"
    return AxisCard(
        axis, words.AXES[axis], words.NOTES[axis], rows, _moves(axis, board.moves[axis]), chart, axis == charted
    )


def _moves(axis: str, moves: list[Move]) -> list[tuple[Any, Any, int]]:
    return [(words.value_word(axis, move.old), words.value_word(axis, move.new), move.moves) for move in moves[:MOVES]]


def chart_of(axis: str, days: list[date], counts: dict[str, list[int]]) -> dict[str, Any] | None:
    """Return the trend of an axis as the chart component takes it; None before two days are counted."""
    if len(days) < 2:
        return None
    values = [value for value, numbers in counts.items() if any(numbers)]
    values = [value for value in values if value not in {"NONE", "NO"}] or values
    rows = [{"label": day(one), "values": [counts[value][at] for value in values]} for at, one in enumerate(days)]
    return {
        "key": "classification",
        "title": words.AXES[axis],
        "unit": _("customers"),
        "kind": "line",
        "label": _("Day"),
        "series": [{"name": words.value_word(axis, value)} for value in values],
        "rows": rows,
    }
