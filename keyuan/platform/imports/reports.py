"""What came of an import: reasons in words, the error file, the reconciliation (PLT-9)."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from keyuan.kernel.errors import Refused
from keyuan.kernel.money import Money
from keyuan.platform.imports.layouts import Layout, rows_of
from keyuan.platform.imports.reading import stem_of
from keyuan.platform.imports.selectors import mapping_of
from keyuan.platform.imports.storage import opener_for
from keyuan.platform.imports.targets import Target, targets
from keyuan.platform.models.import_job import ImportIssue, ImportJob
from keyuan.platform.wording import say_code

#: Signs with which a cell becomes a formula when a spreadsheet opens the file.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_FIGURE = re.compile(r"[-+]?[\d.,]+%?")
MAX_WORKBOOK_ROWS = 50_000
BATCH = 1000


@dataclass(frozen=True, slots=True)
class Reason:
    """Why one row was refused, in the active language: which field and column, and what to do."""

    row_number: int
    field: str
    columns: str
    text: str


def field_label(target: Target | None, key: str) -> str:
    """Return what people call a field: its group where the name alone says too little."""
    found = target.field(key) if target is not None else None
    if found is None:
        return key
    return f"{found.group} {found.label}" if "." in key and found.group else str(found.label)


def reasons(import_job: ImportJob, issues: Iterable[ImportIssue]) -> list[Reason]:
    """Return ``issues`` in words."""
    target = targets.get(import_job.target)
    columns = _columns_by_field(import_job)
    return [
        Reason(
            issue.row_number,
            field_label(target, issue.field) if issue.field else "",
            columns.get(issue.field, ""),
            say_code(issue.code, issue.params),
        )
        for issue in issues
    ]


def _columns_by_field(import_job: ImportJob) -> dict[str, str]:
    if not import_job.mapping:
        return {}
    return {key: " + ".join(rule.sources) for key, rule in mapping_of(import_job).fields.items()}


def first_reasons(import_job: ImportJob, limit: int = 20) -> list[Reason]:
    """Return the first reasons of refusal by row."""
    return reasons(import_job, ImportIssue.objects.filter(import_job=import_job).order_by("row_number", "pk")[:limit])


def harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: an apostrophe goes before its sign."""
    if cell.startswith(FORMULA) and not _FIGURE.fullmatch(cell):
        return f"'{cell}"
    return cell


def error_file(import_job: ImportJob) -> tuple[str, str, Iterator[bytes]]:
    """Return name, content type and blocks of a file with the refused rows, in the shape of the one that was sent.

    The last column says why. Raises Refused import.nothing_refused and import.expired.
    """
    if not import_job.refused:
        raise Refused("import.nothing_refused")
    layout = Layout.from_json(import_job.layout)
    stem = stem_of(import_job.file_name)
    rows = _refused_rows(import_job, layout)
    if layout.kind == "xlsx" and import_job.refused <= MAX_WORKBOOK_ROWS:
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        return f"{stem}-refused.xlsx", kind, iter([_workbook(rows)])
    encoding = "gb18030" if layout.encoding == "gb18030" else "utf-8-sig"
    return f"{stem}-refused.csv", "text/csv", _text(rows, encoding, layout.delimiter or ",")


def _refused_rows(import_job: ImportJob, layout: Layout) -> Iterator[list[str]]:
    """Yield the header and the refused rows with their reasons, reading the file once beside its issues."""
    yield [*layout.columns, _("Reason")]
    ordered = ImportIssue.objects.filter(import_job=import_job).order_by("row_number", "pk").iterator(BATCH)
    pending = next(ordered, None)
    with closing(rows_of(opener_for(import_job), layout)) as rows:
        for number, cells in rows:
            if pending is None:
                return
            met = []
            while pending is not None and pending.row_number == number:
                met.append(pending)
                pending = next(ordered, None)
            if met:
                yield [*_even(cells, len(layout.columns)), " ".join(map(_sentence, reasons(import_job, met)))]


def _sentence(reason: Reason) -> str:
    return f"{reason.field}: {reason.text}" if reason.field else reason.text


def _even(cells: Sequence[str], width: int) -> list[str]:
    return [*cells[:width], *[""] * (width - len(cells))]


def _text(rows: Iterable[list[str]], encoding: str, delimiter: str) -> Iterator[bytes]:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=delimiter)
    mark = b"\xef\xbb\xbf" if encoding == "utf-8-sig" else b""
    plain = "utf-8" if mark else encoding
    yield mark
    for row in rows:
        writer.writerow([harmless(cell) for cell in row])
        if buffer.tell() > 64 * 1024:
            yield buffer.getvalue().encode(plain, "replace")
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode(plain, "replace")


def _workbook(rows: Iterable[list[str]]) -> bytes:
    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(stream, options) as book:
        sheet = book.add_worksheet()
        for place, row in enumerate(rows):
            for column, cell in enumerate(row):
                sheet.write_string(place, column, harmless(cell)[:32_767])
    return stream.getvalue()


@dataclass(frozen=True, slots=True)
class ControlSum:
    """One line of the reconciliation: what the file says, and where every cent of it went."""

    label: str
    currency: str
    read: Money
    taken: Money
    repeated: Money
    refused: Money
    unreadable: int
    raw: str

    @property
    def is_even(self) -> bool:
        """Tell whether the parts make up the whole."""
        return self.read == self.taken + self.repeated + self.refused


def control_sums(import_job: ImportJob) -> list[ControlSum]:
    """Return the control sums of the import's money fields."""
    target = targets.get(import_job.target)
    return [_control_sum(field_label(target, key), found) for key, found in import_job.sums.items()]


def _control_sum(label: str, found: Mapping[str, Any]) -> ControlSum:
    def money(name: str) -> Money:
        return Money(int(found[name]), str(found["currency"]))

    raw = Decimal(found["raw"])
    return ControlSum(
        label=label,
        currency=str(found["currency"]),
        read=money("read"),
        taken=money("taken"),
        repeated=money("repeated"),
        refused=money("refused"),
        unreadable=int(found["unreadable"]),
        raw=format(raw, "f") if raw else "",
    )
