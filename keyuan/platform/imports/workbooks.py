"""XLSX workbooks as rows of cells, after a guard against archives that are made to explode (PLT-9)."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import IO, Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from keyuan.kernel.errors import Refused
from keyuan.platform.imports.limits import (
    MAX_COLUMNS,
    MAX_WORKBOOK_BYTES,
    MAX_WORKBOOK_ENTRIES,
    MAX_WORKBOOK_FILE_BYTES,
    MAX_WORKBOOK_RATIO,
    MIB,
    RATIO_COUNTS_FROM,
)

BLOCK = 1024 * 1024
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)


def read_whole(stream: IO[bytes]) -> bytes:
    """Return the workbook's bytes. Raises Refused import.workbook_large; a workbook is read in memory."""
    data = stream.read(MAX_WORKBOOK_FILE_BYTES + 1)
    if len(data) > MAX_WORKBOOK_FILE_BYTES:
        raise Refused("import.workbook_large", field="file", megabytes=MAX_WORKBOOK_FILE_BYTES // MIB)
    return data


def check_archive(data: bytes) -> None:
    """Unpack every part once without keeping it. Raises Refused import.workbook_bomb or import.workbook_broken.

    The sizes in the archive's own directory may lie, so the bytes that really come out are counted, too.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > MAX_WORKBOOK_ENTRIES or sum(entry.file_size for entry in entries) > MAX_WORKBOOK_BYTES:
                raise _bomb()
            left = MAX_WORKBOOK_BYTES
            for entry in entries:
                left -= _size_of(archive, entry, left)
    except BROKEN:
        raise Refused("import.workbook_broken", field="file") from None


def _size_of(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> int:
    allowed = max(RATIO_COUNTS_FROM, entry.compress_size * MAX_WORKBOOK_RATIO)
    size = 0
    with archive.open(entry) as part:
        while block := part.read(BLOCK):
            size += len(block)
            if size > min(left, allowed):
                raise _bomb()
    return size


def _bomb() -> Refused:
    return Refused("import.workbook_bomb", field="file", megabytes=MAX_WORKBOOK_BYTES // MIB)


def sheet_names(data: bytes) -> list[str]:
    """Return the names of the sheets. Raises Refused import.workbook_broken."""
    return list(_workbook(data).sheet_names)


def read_sheet(data: bytes, sheet: str) -> Iterator[tuple[int, list[str]]]:
    """Yield (row number, cells as text) of every row of ``sheet`` that is not blank."""
    found = _sheet(_workbook(data), sheet)
    if found.width > MAX_COLUMNS:
        raise Refused("import.columns", field="file", row=1, limit=MAX_COLUMNS)
    # The library counts rows from the top of the sheet, whatever the sheet says about where its data begin.
    for number, row in enumerate(found.iter_rows(), 1):
        cells = [cell if isinstance(cell, str) else text_of(cell) for cell in row]
        if any(cells):
            yield number, cells


def _workbook(data: bytes) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(data))
    except (CalamineError, OSError):
        raise Refused("import.workbook_broken", field="file") from None


def _sheet(workbook: CalamineWorkbook, name: str) -> CalamineSheet:
    try:
        return workbook.get_sheet_by_name(name)
    except (CalamineError, OSError):
        raise Refused("import.workbook_broken", field="file") from None


def text_of(cell: Any) -> str:
    """Return a cell as a person reads it: whole numbers without a point, others with fifteen digits, ISO dates."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e18 else format(cell, ".15g")
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return "" if cell is None else str(cell)
