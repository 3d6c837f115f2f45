"""The board as its page shows it: a card for each axis, each cell with the way to its customers (CUS-5)."""

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
#: The list's filter for each axis, and what it is called there; other values have no list of their own.
SIMPLE = {"channel": "channel", "activity": "activity", "touch": "touch", "source": "source"}
FIXED = {
    ("standing", "POLICYHOLDER"): {"holder": "1"},
    ("standing", "PROSPECT"): {"holder": "0"},
    ("service", "SERVED"): {"orphan": "0"},
    ("contact", "WITH"): {"reachable": "1"},
    ("contact", "WITHOUT"): {"reachable": "0"},
    ("near_vip", "YES"): {"near_vip": "1"},
    ("mass_line", "YES"): {"mass": "1"},
}
#: What segments call a cell; the others go by their axis's field and the value itself.
SEGMENTS = {
    ("standing", "POLICYHOLDER"): ("is_policyholder", "1"),
    ("standing", "PROSPECT"): ("is_policyholder", "0"),
    ("service", "SERVED"): ("is_orphan", "0"),
    ("contact", "WITH"): ("has_contact", "1"),
    ("contact", "WITHOUT"): ("has_contact", "0"),
    ("near_vip", "YES"): ("is_near_vip", "1"),
    ("mass_line", "YES"): ("is_mass_line", "1"),
}
SEGMENT_FIELDS = {
    "source": "prospect_source",
    "channel": "sales_channel",
    "service": "service_kind",
    "activity": "activity",
    "touch": "touch_point",
}


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


def list_query(axis: str, value: str) -> dict[str, str] | None:
    """Return the filter of the customer list that shows a cell; None where the list cannot."""
    if (axis, value) in FIXED:
        return FIXED[axis, value]
    if axis == "service":
        return {"service": value}
    if axis in SIMPLE and value not in {"NONE", "OTHER"}:
        return {SIMPLE[axis]: value}
    return None


def list_url(axis: str, value: str) -> str:
    """Return the address of a cell's customers, empty where the list cannot show them."""
    query = list_query(axis, value)
    return f"{reverse('customers:home')}?{urlencode({'view': 'all', **query})}" if query else ""


def segment_url(axis: str, value: str) -> str:
    """Return where a cell becomes a segment, empty for one that no condition describes."""
    pair = SEGMENTS.get((axis, value))
    if pair is None and axis in SEGMENT_FIELDS and value not in {"NONE", "OTHER", "UNKNOWN"}:
        pair = (SEGMENT_FIELDS[axis], value)
    return f"{reverse('customers:segment-from-cell')}?{urlencode([pair])}" if pair else ""


def cards_of(board: Board, charted: str, query: dict[str, str], *, leads: bool, segments: bool) -> list[AxisCard]:
    """Return the cards; ``leads`` gives cells their list, ``segments`` their segment."""
    return [_card(board, axis, charted, query, leads, segments) for axis in board.rows]


def _card(board: Board, axis: str, charted: str, query: dict[str, str], leads: bool, segments: bool) -> AxisCard:
    shown = [row for row in board.rows[axis] if row.before or row.after or row.moved_in or row.moved_out]
    total = sum(row.after for row in shown) or 1
    rows = [
        CellRow(
            row,
            words.value_word(axis, row.value),
            round(100 * row.after / total, 1),
            list_url(axis, row.value) if leads else "",
            segment_url(axis, row.value) if segments else "",
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
