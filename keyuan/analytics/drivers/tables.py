"""An analyst's file as a table: CSV, TSV (also packed, UTF-8 or GB 18030) or Parquet, told by content (ANA-6, 7, 14).

The index of every frame is the row of the file as a spreadsheet counts it, so that a fault found later can name it.
"""

import difflib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import IO

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from keyuan.kernel.errors import Refused
from keyuan.platform.imports import streams, tables

CHUNK_ROWS = 50_000
PARQUET = b"PAR1"
#: What stands for an absent value in files of statistics programs.
MISSING = ("", "NA", "N/A", "#N/A", "NaN", "nan", "NULL", "null")


def read_table(path: Path, *, has_header: bool = True) -> pd.DataFrame:
    """Return the whole file with columns of numbers as numbers; absent values are NaN or None.

    Without a header the columns are c1, c2, …. Raises Refused table.missing, .columns_twice, .ragged, .parquet and
    the import.* codes of unreadable text, each with the file's name or the row.
    """
    parts = list(table_chunks(path, has_header=has_header))
    return typed(pd.concat(parts) if len(parts) > 1 else parts[0])


def table_chunks(path: Path, *, has_header: bool = True, rows: int = CHUNK_ROWS) -> Iterator[pd.DataFrame]:
    """Yield the file in frames of up to ``rows`` rows; the cells of text files stay the texts they are.

    Raises as `read_table`; what is wrong further down is raised when it is reached.
    """
    if not path.is_file():
        raise Refused("table.missing", file=str(path))
    with path.open("rb") as file:
        head = file.read(4)
    return _parquet_chunks(path, rows) if head == PARQUET else _text_chunks(path, has_header, rows)


def typed(frame: pd.DataFrame) -> pd.DataFrame:
    """Return ``frame`` with each column of texts that are all numbers, or absent, turned into numbers."""
    return pd.DataFrame({name: _typed(frame[name]) for name in frame.columns}, index=frame.index)


def require_columns(frame: pd.DataFrame, names: Iterable[str]) -> None:
    """Raise Refused table.column_missing for the first of ``names`` that the table lacks, naming the likeliest."""
    columns = [str(name) for name in frame.columns]
    for name in names:
        if name not in columns:
            near = difflib.get_close_matches(name, columns, n=1) or columns[:1]
            raise Refused("table.column_missing", column=name, near=near[0], columns=", ".join(columns))


def numbers_of(frame: pd.DataFrame, column: str) -> pd.Series:
    """Return a column as numbers, none absent. Raises Refused table.not_number with row and column."""
    found = pd.to_numeric(frame[column], errors="coerce")
    _refuse_absent(found, column, "table.not_number")
    return found.astype(float)


def dates_of(frame: pd.DataFrame, column: str) -> pd.Series:
    """Return a column of ISO days as timestamps, none absent. Raises Refused table.not_date with row and column."""
    texts = frame[column]
    if not pd.api.types.is_datetime64_any_dtype(texts):
        texts = texts.astype(str).str.strip().str.replace(r"[/.]", "-", regex=True)
        texts = texts.str.replace(r"^(\d{4})(\d{2})(\d{2})$", r"\1-\2-\3", regex=True)
    found = pd.to_datetime(texts, format="ISO8601", errors="coerce").dt.tz_localize(None)
    _refuse_absent(found, column, "table.not_date")
    return found


def _refuse_absent(found: pd.Series, column: str, code: str) -> None:
    absent = found.index[found.isna()]
    if len(absent):
        raise Refused(code, row=int(absent[0]), column=column, count=len(absent))


def _typed(cells: pd.Series) -> pd.Series:
    if cells.dtype != object:
        return cells
    try:
        return pd.to_numeric(cells.str.strip() if hasattr(cells, "str") else cells)
    except (ValueError, TypeError, AttributeError):
        return cells


def _parquet_chunks(path: Path, rows: int) -> Iterator[pd.DataFrame]:
    try:
        with pq.ParquetFile(path) as file:
            row, names = 1, file.schema_arrow.names
            _check_names(path, names)
            if not file.metadata.num_rows:
                raise Refused("import.empty", field="file")
            for batch in file.iter_batches(rows):
                frame = batch.to_pandas()
                frame.index = pd.RangeIndex(row, row + len(frame))
                row += len(frame)
                yield frame
    except (pa.ArrowInvalid, OSError) as error:
        raise Refused("table.parquet", file=path.name, reason=str(error).split("\n", 1)[0][:200]) from None


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(streams.BLOCK):
            yield block


def _text_chunks(path: Path, has_header: bool, rows: int) -> Iterator[pd.DataFrame]:
    def opener() -> IO[bytes]:
        return streams.opened(_blocks(path))

    with opener() as file:
        if streams.kind_of(file.read(8)) != "csv":
            raise Refused("table.workbook", file=path.name)
    encoding = streams.find_encoding(opener)
    with opener() as file:
        delimiter = tables.guess_delimiter(tables.text_sample(file, encoding))
    with opener() as file, closing(tables.read_rows(file, encoding, delimiter)) as numbered:
        yield from _frames(path, numbered, has_header, rows)


def _frames(path: Path, numbered: Iterator[tables.NumberedRow], has_header: bool, rows: int) -> Iterator[pd.DataFrame]:
    first = next(numbered, None)
    if first is None:
        raise Refused("import.empty", field="file")
    names = [cell.strip() for cell in first[1]] if has_header else [f"c{n}" for n in range(1, len(first[1]) + 1)]
    _check_names(path, names)
    numbers, kept = ([], []) if has_header else ([first[0]], [first[1]])
    seen = len(kept)
    for number, row in numbered:
        if len(row) != len(names):
            raise Refused("table.ragged", row=number, cells=len(row), columns=len(names))
        numbers.append(number)
        kept.append(row)
        seen += 1
        if len(kept) == rows:
            yield _frame(names, numbers, kept)
            numbers, kept = [], []
    if not seen:
        raise Refused("import.empty", field="file")
    if kept:
        yield _frame(names, numbers, kept)


def _frame(names: Sequence[str], numbers: list[int], rows: list[list[str]]) -> pd.DataFrame:
    # Arrow holds a text once per frame, Python once per cell: a wide file of codes shrinks to a tenth.
    absent = pa.array(MISSING)
    columns = {}
    for name, cells in zip(names, zip(*rows, strict=True), strict=True):
        texts = pa.array(cells, pa.string())
        columns[name] = pc.if_else(pc.is_in(texts, value_set=absent), None, texts).to_pandas()
    return pd.DataFrame(columns).set_axis(numbers)


def _check_names(path: Path, names: Sequence[str]) -> None:
    for place, name in enumerate(names):
        if not name:
            raise Refused("table.column_unnamed", file=path.name, place=place + 1)
        if name in names[:place]:
            raise Refused("table.columns_twice", file=path.name, column=name)
