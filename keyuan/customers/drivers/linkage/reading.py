"""Person files as tables of texts: CSV (also packed, UTF-8 or GB 18030), XLSX and Parquet (CUS-8)."""

import codecs
import gzip
from pathlib import Path
from typing import IO

import duckdb
import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook

from keyuan.customers.drivers.linkage import sql
from keyuan.customers.drivers.linkage.session import Connection, columns_of, one
from keyuan.customers.rules.linkage.config import Options
from keyuan.kernel.errors import Refused

_SAMPLE = 1 << 20
_BOMS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_EXCEL = (".xlsx", ".xlsm", ".xls")


def read_file(connection: Connection, path: Path, table: str, options: Options) -> list[str]:
    """Load ``path`` into ``table``, every value a text, and return its columns.

    Raises Refused linkage.file_missing, .file_unreadable, .file_empty, .file_encoding, .file_kind, .sheet_missing and
    .columns_twice, each with the file's name.
    """
    if not path.is_file():
        raise Refused("linkage.file_missing", file=str(path))
    suffix = Path(path.stem).suffix.lower() if path.suffix.lower() == ".gz" else path.suffix.lower()
    try:
        if suffix in _EXCEL:
            _read_workbook(connection, path, table, options.sheet)
        elif suffix in (".parquet", ".pq"):
            connection.execute(f"create table {sql.name(table)} as select * from read_parquet({sql.value(str(path))})")
        elif suffix in (".csv", ".tsv", ".txt", ".psv"):
            _read_text(connection, path, table, options)
        else:
            raise Refused("linkage.file_kind", file=path.name, suffix=suffix or "-")
    except (duckdb.Error, OSError, CalamineError) as error:
        raise Refused("linkage.file_unreadable", file=path.name, reason=str(error).split("\n", 1)[0][:200]) from None
    columns = columns_of(connection, table)
    if not columns or not one(connection, f"select count(*) from {sql.name(table)}"):
        raise Refused("linkage.file_empty", file=path.name)
    return columns


def _open(path: Path) -> IO[bytes]:
    return gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb")  # type: ignore[return-value]  # GzipFile reads like a file


def encoding_of(path: Path) -> str:
    """Return the encoding of a text file: by its mark, UTF-8 where that fits, otherwise GB 18030.

    Raises Refused linkage.file_encoding when neither fits the beginning.
    """
    with _open(path) as stream:
        head = stream.read(_SAMPLE)
    for mark, encoding in _BOMS.items():
        if head.startswith(mark):
            return encoding
    for encoding in ("utf-8", "gb18030"):
        try:
            codecs.getincrementaldecoder(encoding)().decode(head, final=len(head) < _SAMPLE)
        except UnicodeDecodeError:
            continue
        return encoding
    raise Refused("linkage.file_encoding", file=path.name)


def _read_text(connection: Connection, path: Path, table: str, options: Options) -> None:
    encoding = options.encoding or encoding_of(path)
    arguments = ["all_varchar = true", "header = true", "null_padding = true", "sample_size = 20000"]
    if options.delimiter:
        arguments.append(f"delim = {sql.value(options.delimiter)}")
    if encoding.lower().replace("_", "-") in ("utf-8", "utf8", "utf-8-sig", "ascii"):
        source = str(path)
        connection.execute(_csv(table, source, arguments))
        return
    # DuckDB reads UTF-8; others are written anew beside its spill files and deleted at once.
    folder = connection.execute("select current_setting('temp_directory')").fetchone()
    copy = Path(str(folder[0] if folder else ".")) / f"{table}.csv"
    copy.parent.mkdir(parents=True, exist_ok=True)
    try:
        with _open(path) as stream, copy.open("w", encoding="utf-8", newline="") as target:
            for block in codecs.getreader(encoding)(stream):
                target.write(block)
        connection.execute(_csv(table, str(copy), arguments))
    except (UnicodeDecodeError, LookupError):
        raise Refused("linkage.file_encoding", file=path.name) from None
    finally:
        copy.unlink(missing_ok=True)


def _csv(table: str, source: str, arguments: list[str]) -> str:
    return f"create table {sql.name(table)} as select * from read_csv({sql.value(source)}, {', '.join(arguments)})"


def _read_workbook(connection: Connection, path: Path, table: str, sheet: str) -> None:
    book = CalamineWorkbook.from_path(str(path))
    if sheet and sheet not in book.sheet_names:
        raise Refused("linkage.sheet_missing", file=path.name, sheet=sheet, sheets=", ".join(book.sheet_names))
    rows = book.get_sheet_by_name(sheet or book.sheet_names[0]).to_python()
    if not rows:
        raise Refused("linkage.file_empty", file=path.name)
    names = [str(cell).strip() for cell in rows[0]]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise Refused("linkage.columns_twice", file=path.name, column=twice)
    columns = [[_cell(row[place]) for row in rows[1:]] for place in range(len(names))]
    connection.register("workbook", pa.table(columns, names=names))
    connection.execute(f"create table {sql.name(table)} as select * from workbook")
    connection.unregister("workbook")


def _cell(cell: object) -> str:
    """Return a cell as text: whole numbers without ``.0``, since spreadsheets keep numbers of people as figures."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
