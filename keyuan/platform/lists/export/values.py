"""A cell as it stands in a file: masked like the page, numbers as numbers, and never a formula."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from keyuan.kernel.actor import Actor
from keyuan.platform.formats import MISSING
from keyuan.platform.lists.cells import cell_text, plain_value
from keyuan.platform.lists.columns import Column
from keyuan.platform.lists.presenting import presented

#: A text that begins so is run as a formula by spreadsheet programs.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
MINOR_UNITS = 100
#: The most characters that a spreadsheet cell takes.
LONGEST = 32_000


def harmless(text: str) -> str:
    """Return ``text`` so that no spreadsheet program takes it for a formula (CSV injection)."""
    cut = text[:LONGEST]
    return f"'{cut}" if cut.lstrip(" ").startswith(FORMULA_STARTS) or cut.startswith(FORMULA_STARTS) else cut


def file_value(actor: Actor, column: Column, record: Any, extras: Any) -> str | int | Decimal:
    """Return the cell of ``record`` for a file: amounts in whole units as numbers, all else as harmless text."""
    value = plain_value(presented(actor, column, record, extras))
    if value is None or value == "":
        return ""
    if column.kind == "money" and isinstance(value, int):
        return Decimal(value) / MINOR_UNITS
    if column.kind == "number" and isinstance(value, int):
        return value
    if column.kind == "badges":
        return harmless(", ".join(str(item) for item in value))
    kind = "moment" if isinstance(value, datetime) else "date" if isinstance(value, date) else column.kind
    text = cell_text(kind, value)
    return "" if text == MISSING else harmless(text)
