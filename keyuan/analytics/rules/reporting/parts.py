"""What a report is made of; plain values, so that a judge can be tested without reading a page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from keyuan.analytics.rules.reporting.texts import Text

Value = str | int | float | bool | None
Format = Literal["text", "count", "share", "number"]


@dataclass(frozen=True)
class Column:
    """A column of a table: its key in the JSON, its heading, and how its values are printed.

    ``share`` prints 0.513 as 51.3 %, ``number`` prints four significant digits.
    """

    key: str
    label: Text
    format: Format = "text"


@dataclass(frozen=True)
class Table:
    """Rows of values below columns; a `Text` in a cell is said in the report's language (JSON: English)."""

    key: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value | Text]]


@dataclass(frozen=True)
class Line:
    """A named line of (x, y) points; ``dashed`` for what it is compared with."""

    label: Text
    points: Sequence[tuple[float, float]]
    dashed: bool = False


@dataclass(frozen=True)
class LineChart:
    """Lines over a common scale that begins at zero; ``dots`` marks each point, for few points."""

    title: Text
    x: Text
    y: Text
    lines: Sequence[Line]
    format: Format = "share"
    dots: bool = True


@dataclass(frozen=True)
class Bar:
    """One bar with its spread to either side."""

    label: Text
    value: float
    spread: float = 0.0


@dataclass(frozen=True)
class BarChart:
    """Horizontal bars, in the order given; values may be negative."""

    title: Text
    bars: Sequence[Bar]
    format: Format = "number"


@dataclass(frozen=True)
class Section:
    """A part of the report with its heading: what it says, then drawings, then tables."""

    key: str
    title: Text
    notes: Sequence[Text] = ()
    charts: Sequence[LineChart | BarChart] = ()
    tables: Sequence[Table] = ()


@dataclass(frozen=True)
class Fact:
    """One value with its name: rows, seconds, a digest."""

    key: str
    label: Text
    value: Value | Text
    format: Format = "text"


@dataclass(frozen=True)
class Report:
    """Everything a reader needs to judge a figure and to reproduce it."""

    kind: str
    title: Text
    protocol: Text
    seed: int
    facts: Sequence[Fact] = ()
    warnings: Sequence[Text] = ()
    sections: Sequence[Section] = ()
    circumstances: Sequence[Fact] = ()
