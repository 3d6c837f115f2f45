"""Values into cells: one small HTML fragment per kind, masked by the presenter, cheap enough for 500 a page.

Cells are made in Python because a template include per cell costs more than the query of the page. Everything that
comes from data is escaped here.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from keyuan.platform import formats
from keyuan.platform.formats import MINOR, MISSING

#: Sort columns write "never" as year 1 and "nothing due" as year 9999, so that no index holds a NULL.
FIRST_YEAR, LAST_YEAR = 1, 9999


@dataclass(frozen=True, slots=True)
class Badge:
    """A fact about the record; ``tone`` is one of the badge classes of the stylesheet: gold, ok, warn, bad, accent."""

    text: Any
    tone: str = ""

    def __str__(self) -> str:
        return str(self.text)


@dataclass(frozen=True, slots=True)
class Status:
    """A state: dot and word; ``tone`` is one of ok, accent, warn, bad, off."""

    text: Any
    tone: str = ""

    def __str__(self) -> str:
        return str(self.text)


@dataclass(frozen=True, slots=True)
class Toned:
    """A value of a cell's kind in a colour of meaning: ``tone`` is one of bad, warn, gold, muted."""

    value: Any
    tone: str


@dataclass(frozen=True, slots=True)
class Link:
    """Text that leads somewhere."""

    text: Any
    url: str

    def __str__(self) -> str:
        return str(self.text)


def _day_text(value: date) -> str:
    return formats.day(value) if FIRST_YEAR < value.year < LAST_YEAR else MISSING


#: How a plain value of each kind is written; other kinds are written by ``str``.
TEXTS: dict[str, Callable[[Any], str]] = {
    "money": formats.money,
    "whole-money": lambda amount: formats.money(amount, decimals=False),
    "number": formats.number,
    "date": _day_text,
    "moment": formats.moment,
}


def cell_text(kind: str, value: Any) -> str:
    """Return ``value`` as text for the screen and for exports; "--" where there is none."""
    value = plain_value(value)
    if value is None or value == "":
        return MISSING
    return TEXTS.get(kind, str)(value)


def plain_value(value: Any) -> Any:
    """Return the value inside a colour of meaning."""
    return value.value if isinstance(value, Toned) else value


def kind_for(kind: str, values: Iterable[Any]) -> str:
    """Return how a column of ``kind`` is written on this page: amounts show cents where any of them has some."""
    if kind != "money" or any(plain_value(value) and plain_value(value) % MINOR for value in values):
        return kind
    return "whole-money"


def _badge(value: Any) -> SafeString:
    tone = getattr(value, "tone", "")
    return format_html('<span class="badge{}">{}</span>', f" badge-{tone}" if tone else "", str(value))


def _status(value: Any) -> SafeString:
    tone = getattr(value, "tone", "")
    return format_html('<span class="status{}">{}</span>', f" status-{tone}" if tone else "", str(value))


def _badges(value: Any) -> SafeString:
    return format_html_join("", "{}", ((_badge(item),) for item in value))


def _link(value: Any) -> SafeString:
    if isinstance(value, Link):
        return format_html('<a href="{}">{}</a>', value.url, str(value.text))
    return format_html("{}", str(value))


#: Kinds that are more than text.
FRAGMENTS: dict[str, Callable[[Any], SafeString]] = {
    "badge": _badge,
    "badges": _badges,
    "status": _status,
    "link": _link,
}


def cell_html(kind: str, value: Any) -> SafeString:
    """Return the escaped inside of a table cell."""
    if value is None or value == "" or (kind == "badges" and not value):
        return SafeString(f'<span class="text-faint">{MISSING}</span>')
    if kind in FRAGMENTS:
        return FRAGMENTS[kind](value)
    text = cell_text(kind, value)
    if isinstance(value, Toned) and text != MISSING:
        return format_html('<span class="text-{}">{}</span>', value.tone, text)
    return format_html("{}", text)
