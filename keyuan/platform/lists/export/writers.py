"""Writing the file: CSV that Excel opens in Chinese, or XLSX; both carry who took it, when and why."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

import xlsxwriter
from django.utils.translation import gettext as _

from keyuan.platform.lists.export.values import harmless

Value = str | int | Decimal
#: Column width in characters for a width in pixels.
PIXELS_A_CHARACTER = 7
#: Names of sheets may not hold these.
SHEET_FORBIDDEN = str.maketrans("", "", "[]:*?/\\")


@dataclass(frozen=True, slots=True)
class Watermark:
    """Who exported what, when and why; every file says so."""

    title: str
    who: str
    when: str
    why: str
    conditions: str
    expires: str

    def lines(self) -> list[tuple[str, str]]:
        """Return label and text of each line."""
        return [
            (_("List"), self.title),
            (_("Exported by"), self.who),
            (_("Exported at"), self.when),
            (_("Reason"), self.why),
            (_("Conditions"), self.conditions),
            (_("Delete by"), self.expires),
            (
                _("Please note"),
                _("Internal data. Personal values are masked as on the page; do not pass this file on."),
            ),
        ]

    def sentence(self) -> str:
        """Return it in one line."""
        return "; ".join(f"{label}: {text}" for label, text in self.lines())


class Writer(Protocol):
    """A file being written: rows in, then ``close``."""

    def add(self, rows: Iterable[Sequence[Value]]) -> None:
        """Write rows."""

    def close(self) -> None:
        """Finish the file."""


class CsvWriter:
    """UTF-8 with byte order mark, so that Excel in China opens it right; the first row is the watermark."""

    def __init__(self, path: Path, heads: Sequence[str], _widths: Sequence[int], mark: Watermark) -> None:
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._csv = csv.writer(self._file)
        self._csv.writerow([f"# {mark.sentence()}"])
        self._csv.writerow([harmless(head) for head in heads])

    def add(self, rows: Iterable[Sequence[Value]]) -> None:
        """Write rows; amounts with two decimals."""
        self._csv.writerows([f"{value:.2f}" if isinstance(value, Decimal) else value for value in row] for row in rows)

    def close(self) -> None:
        """Finish the file."""
        self._file.close()


class XlsxWriter:
    """A workbook in constant memory: the rows with a frozen head, and a sheet that says who took it, when and why."""

    def __init__(self, path: Path, heads: Sequence[str], widths: Sequence[int], mark: Watermark) -> None:
        self._mark = mark
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book = xlsxwriter.Workbook(str(path), options)
        self._book.set_properties(
            {"title": mark.title, "author": mark.who, "comments": mark.sentence(), "subject": mark.why}
        )
        self._money = self._book.add_format({"num_format": "#,##0.00"})
        head = self._book.add_format({"bold": True, "bottom": 1})
        self._sheet = self._book.add_worksheet(mark.title.translate(SHEET_FORBIDDEN)[:31] or None)
        for number, width in enumerate(widths):
            self._sheet.set_column(number, number, width / PIXELS_A_CHARACTER)
        for number, text in enumerate(heads):
            self._sheet.write_string(0, number, text, head)
        self._sheet.freeze_panes(1, 0)
        self._sheet.set_footer(f"&L{mark.who} {mark.when}&R&P / &N")
        self._row = 1

    def add(self, rows: Iterable[Sequence[Value]]) -> None:
        """Write rows; numbers as numbers, everything else as text that is never evaluated."""
        for row in rows:
            for number, value in enumerate(row):
                if isinstance(value, Decimal):
                    self._sheet.write_number(self._row, number, float(value), self._money)
                elif isinstance(value, int):
                    self._sheet.write_number(self._row, number, value)
                else:
                    self._sheet.write_string(self._row, number, value)
            self._row += 1

    def close(self) -> None:
        """Add the sheet of the watermark and finish the file."""
        sheet = self._book.add_worksheet(_("About this export")[:31])
        sheet.set_column(0, 0, 14)
        sheet.set_column(1, 1, 80)
        for number, (label, text) in enumerate(self._mark.lines()):
            sheet.write_string(number, 0, label)
            sheet.write_string(number, 1, harmless(text))
        self._book.close()


WRITERS: dict[str, Any] = {"csv": CsvWriter, "xlsx": XlsxWriter}
