"""Delimited text as rows of cells, with every fault named by row and column (PLT-9).

Rows are counted as a spreadsheet counts them: the first line is row 1, a quoted line break does not begin a new row.
"""

import csv
import io
from collections.abc import Generator
from typing import IO

from keyuan.kernel.errors import Refused
from keyuan.platform.imports.limits import HARD_CELL, MAX_COLUMNS, MAX_LINE

DELIMITERS = (",", "\t", ";", "|")
SAMPLE_CHARACTERS = 64 * 1024
SAMPLE_ROWS = 50

NumberedRow = tuple[int, list[str]]


class _Lines:
    """The lines of a text, none longer than the guard allows; keeps those of the record being read."""

    def __init__(self, text: io.TextIOBase) -> None:
        self._text = text
        self.record: list[str] = []
        self.too_long = False

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._text.readline(MAX_LINE)
        if not line:
            raise StopIteration
        self.record.append(line)
        if "\0" in line:
            raise Refused("import.nul", field="file")
        if len(line) >= MAX_LINE and not line.endswith(("\n", "\r")):
            self.too_long = True
            raise StopIteration
        return line


def read_rows(stream: IO[bytes], encoding: str, delimiter: str) -> Generator[NumberedRow]:
    """Yield (row number, cells) of every row that is not blank.

    Raises Refused: import.nul, import.quotes, import.cell_huge, import.encoding, all with ``row``, and import.columns.
    """
    lines = _Lines(io.TextIOWrapper(stream, encoding, errors="strict", newline=""))
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    number = 0
    while True:
        number += 1
        lines.record.clear()
        try:
            row = next(reader, None)
        except csv.Error as error:
            raise _named(error, lines, delimiter, number) from None
        except UnicodeDecodeError:
            raise Refused("import.encoding_row", field="file", row=number) from None
        except Refused as error:
            raise Refused(error.code, field="file", row=number) from None
        if lines.too_long:
            raise _huge(lines.record, delimiter, number)
        if row is None:
            return
        if len(row) > MAX_COLUMNS:
            raise Refused("import.columns", field="file", row=number, limit=MAX_COLUMNS)
        if any(row):
            yield number, row


def _named(error: csv.Error, lines: _Lines, delimiter: str, number: int) -> Refused:
    if lines.too_long or "field limit" in str(error):
        return _huge(lines.record, delimiter, number)
    return Refused("import.quotes", field="file", row=number)


def _huge(record: list[str], delimiter: str, number: int) -> Refused:
    column = column_of_huge_cell("".join(record), delimiter)
    if column > MAX_COLUMNS:
        # A file without line breaks: its cells may be as short as any.
        return Refused("import.columns", field="file", row=number, limit=MAX_COLUMNS)
    return Refused("import.cell_huge", field="file", row=number, column=column, limit=HARD_CELL)


def column_of_huge_cell(record: str, delimiter: str) -> int:
    """Return the number (from 1) of the first cell of ``record`` that exceeds the hard limit, or of the last cell."""
    column, start, quoted = 1, 0, False
    for index, sign in enumerate(record):
        if sign == '"':
            quoted = not quoted
        elif sign == delimiter and not quoted:
            column, start = column + 1, index + 1
        if index - start > HARD_CELL:
            return column
    return column


def guess_delimiter(sample: str) -> str:
    """Return the delimiter that divides ``sample`` most evenly into several columns; a comma when none does."""
    best, best_score = ",", 0.0
    for delimiter in DELIMITERS:
        widths = _widths(sample, delimiter)
        common = max(set(widths), key=widths.count) if widths else 1
        score = widths.count(common) / len(widths) * min(common, 100) if common > 1 else 0.0
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _widths(sample: str, delimiter: str) -> list[int]:
    lines = [line for line in sample.splitlines(keepends=True) if line.strip()]
    whole = lines[:-1] if len(lines) > 1 and not sample.endswith(("\n", "\r")) else lines
    widths = []
    try:
        for row in csv.reader(whole, delimiter=delimiter):
            widths.append(len(row))
            if len(widths) == SAMPLE_ROWS:
                break
    except csv.Error:
        # The sample may end inside a quoted cell; what was read before says enough.
        return widths
    return widths


def text_sample(stream: IO[bytes], encoding: str) -> str:
    """Return the beginning of a text whose encoding is known to fit."""
    return io.TextIOWrapper(stream, encoding, errors="strict", newline="").read(SAMPLE_CHARACTERS)
