"""What a file is: found out in one pass over all of it, before anything is mapped (PLT-9)."""

import re
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, field
from typing import IO, Any

from keyuan.kernel.errors import Refused
from keyuan.platform.imports import streams, tables, workbooks
from keyuan.platform.imports.limits import MAX_ROWS
from keyuan.platform.imports.streams import Opener
from keyuan.platform.imports.tables import NumberedRow

_NUMBER_OR_DATE = re.compile(r"[-+]?[\d.,/\-: ]*\d[\d.,/\-: %]*")


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is read: kind (csv or xlsx), encoding, delimiter, sheet, header, and what it holds."""

    kind: str
    columns: list[str]
    rows: int
    encoding: str = ""
    delimiter: str = ""
    has_header: bool = True
    is_packed: bool = False
    sheet: str = ""
    sheets: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Return the layout as JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Layout":
        """Return a stored layout."""
        return cls(**stored)


def examine(opener: Opener, *, sheet: str = "", has_header: bool | None = None) -> Layout:
    """Read the whole file once and say how it is laid out; ``rows`` counts what lies under the header.

    Raises Refused for everything that makes the file unreadable, named by row: see `streams`, `tables`, `workbooks`;
    import.empty when it holds no row, import.rows when it holds too many.
    """
    with opener() as file:
        kind = streams.kind_of(file.read(8))
    if kind == "xlsx":
        return _examine_workbook(opener, sheet, has_header)
    encoding = streams.find_encoding(opener)
    with opener() as file:
        delimiter = tables.guess_delimiter(tables.text_sample(file, encoding))
    with opener() as file, closing(tables.read_rows(file, encoding, delimiter)) as rows:
        columns, header, count = _counted(rows, has_header)
    return Layout("csv", columns, count, encoding, delimiter, header)


def _examine_workbook(opener: Opener, sheet: str, has_header: bool | None) -> Layout:
    with opener() as file:
        data = workbooks.read_whole(file)
    workbooks.check_archive(data)
    names = workbooks.sheet_names(data)
    chosen = sheet if sheet in names else names[0]
    columns, header, count = _counted(workbooks.read_sheet(data, chosen), has_header)
    return Layout("xlsx", columns, count, has_header=header, sheet=chosen, sheets=names)


def _counted(rows: Iterable[NumberedRow], has_header: bool | None) -> tuple[list[str], bool, int]:
    walk = iter(rows)
    first = next(walk, None)
    if first is None:
        raise Refused("import.empty", field="file")
    header = looks_like_header(first[1]) if has_header is None else has_header
    count = 0 if header else 1
    for _ in walk:
        count += 1
        if count > MAX_ROWS:
            raise Refused("import.rows", field="file", limit=MAX_ROWS)
    if not count:
        raise Refused("import.empty", field="file")
    return column_names(first[1], header), header, count


def looks_like_header(cells: list[str]) -> bool:
    """Tell whether the first row names columns: texts, none of them a number or a date, none twice."""
    named = [cell.strip() for cell in cells if cell.strip()]
    return (
        bool(named)
        and len(named) * 2 > len(cells)
        and len(set(named)) == len(named)
        and not any(_NUMBER_OR_DATE.fullmatch(cell) for cell in named)
    )


def column_names(cells: list[str], has_header: bool) -> list[str]:
    """Return a distinct name for each column: its heading, or ``#n`` for one without."""
    names: list[str] = []
    for position, cell in enumerate(cells, 1):
        name = cell.strip() if has_header else ""
        base = name = name[:200] or f"#{position}"
        copy = 2
        while name in names:
            name, copy = f"{base} ({copy})", copy + 1
        names.append(name)
    return names


def rows_of(opener: Opener, layout: Layout, *, after: int = 0) -> Generator[NumberedRow]:
    """Yield (row number, cells) of the rows under the header whose number is greater than ``after``."""
    with opener() as file:
        for position, (number, cells) in enumerate(_raw_rows(file, layout)):
            if number > after and not (position == 0 and layout.has_header):
                yield number, cells


def _raw_rows(file: IO[bytes], layout: Layout) -> Iterator[NumberedRow]:
    if layout.kind == "xlsx":
        return workbooks.read_sheet(workbooks.read_whole(file), layout.sheet)
    return tables.read_rows(file, layout.encoding, layout.delimiter)
