"""The board as its page shows it: figures with their movement, findings with their lists, the trend (CUS-11)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from keyuan.customers.forms.quality import words
from keyuan.customers.rules.quality import DIMENSIONS, FINDINGS, LEVELS
from keyuan.customers.selectors.quality.board import Board, Part, Totals
from keyuan.platform.formats import day as day_text


@dataclass(frozen=True, slots=True)
class Figure:
    """The score or a dimension: now, how it moved in 30 and 90 days (None: not known), and its findings' list."""

    key: str
    label: Any
    value: float | None
    changes: list[tuple[int, float | None]]


@dataclass(frozen=True, slots=True)
class CountRow:
    """A level or a finding: records now, their share, the difference in 30 days, and the list of them."""

    label: Any
    note: Any
    dimension: Any
    records: int
    share: float
    change: int | None
    url: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class PartRow:
    """A unit, person or supplier with its name and where it leads."""

    part: Part
    name: str
    url: str
    list_url: str


def list_url(board: Board, **query: Any) -> str:
    """Return the address of the list of records of the board's place, narrowed by ``query``."""
    unit = {"unit": board.place.unit.pk} if board.place.unit and board.place.unit.level > 1 else {}
    return f"{reverse('customers:quality-list')}?{urlencode({'view': 'worst', **unit, **query})}"


def figures_of(board: Board) -> list[Figure]:
    """Return the score and the dimensions with their movement."""
    labels = {"score": _("Score"), **words.DIMENSIONS}
    return [Figure(name, label, board.now.mean(name), _changes(board, name)) for name, label in labels.items()]


def _changes(board: Board, name: str) -> list[tuple[int, float | None]]:
    now = board.now.mean(name)
    found = []
    for back in (30, 90):
        then = board.earlier[back].mean(name) if back in board.earlier else None
        found.append((back, None if now is None or then is None else round(now - then, 1)))
    return found


def levels_of(board: Board) -> list[CountRow]:
    """Return the levels, the best first."""
    return [
        CountRow(
            words.LEVELS[level][0],
            "",
            "",
            board.now.sums[level],
            board.now.share(level),
            _moved(board, level),
            list_url(board, level=level),
            words.LEVELS[level][1],
        )
        for level in LEVELS
    ]


def findings_of(board: Board) -> list[CountRow]:
    """Return what is wrong, the most frequent first; what nobody has and nobody lost is left out."""
    rows = [
        CountRow(
            *words.FINDINGS[finding.code][:2],
            words.DIMENSIONS[finding.dimension],
            board.now.sums[finding.code],
            board.now.share(finding.code),
            _moved(board, finding.code),
            list_url(board, finding=finding.code),
        )
        for finding in FINDINGS
    ]
    return sorted((row for row in rows if row.records or row.change), key=lambda row: -row.records)


def _moved(board: Board, name: str) -> int | None:
    return board.now.sums[name] - board.earlier[30].sums[name] if 30 in board.earlier else None


def unit_rows(board: Board, *, people: bool) -> list[PartRow]:
    """Return units, each leading to its own board, or the people of a team with the list of their records."""
    rows = []
    for part in board.units:
        query = {"agent": part.key} if people else {"unit": part.key}
        listed = f"{reverse('customers:quality-list')}?{urlencode({'view': 'worst', **query})}"
        own = "" if people else f"{reverse('customers:quality')}?{urlencode(query)}"
        rows.append(PartRow(part, part.name, own, listed))
    return rows


def supplier_rows(board: Board) -> list[PartRow]:
    """Return suppliers with the list of their records."""
    names = words.supplier_words([part.key for part in board.suppliers])
    return [PartRow(part, names[part.key], "", list_url(board, supplier=part.key)) for part in board.suppliers]


def chart_of(points: Sequence[tuple[date, Totals]]) -> dict[str, Any] | None:
    """Return the trend of score and dimensions as the chart component takes it; None before two days are counted."""
    if len(points) < 2:
        return None
    names = ["score", *DIMENSIONS]
    labels = {"score": _("Score"), **words.DIMENSIONS}
    return {
        "key": "quality",
        "title": _("Trend of data quality"),
        "unit": _("mean score, 0–100"),
        "kind": "line",
        "label": _("Day"),
        "series": [{"name": labels[name]} for name in names],
        "rows": [{"label": day_text(day), "values": [totals.mean(name) for name in names]} for day, totals in points],
    }
