"""Reading the whole book at one moment, in columns and in bounded memory, while others write."""

import io
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg
import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings
from django.db import connection
from django.db.backends.sqlite3._functions import register as register_functions  # type: ignore[import-untyped]  # no stubs
from pyarrow import csv

from keyuan.platform.mart.extracts import Statement

ROWS = 20_000
BLOCK = 8 * 1024 * 1024
MOMENT = pa.timestamp("us")
KINDS = {
    "bool": pa.bool_(), "moment": MOMENT, "date": pa.date32(), "int32": pa.int32(), "int64": pa.int64(),
    "float64": pa.float64(), "text": pa.string(),
}  # fmt: skip
PLACE = re.compile(r"(?<!%)%s")


def schema_of(statement: Statement) -> pa.Schema:
    """Return the columns that `batches` gives."""
    return pa.schema([pa.field(name, KINDS[kind]) for name, kind in statement.types.items()])


@contextmanager
def one_moment() -> Iterator[Any]:
    """Give a connection of its own on which every statement sees the book as it stands now.

    SQLite: one read transaction; writers go on in the write-ahead log. PostgreSQL: repeatable read, read only.
    """
    with _postgresql() if connection.vendor == "postgresql" else _sqlite() as opened:
        yield opened


@contextmanager
def _sqlite() -> Iterator[sqlite3.Connection]:
    name = str(connection.settings_dict["NAME"])
    with closing(sqlite3.connect(name, timeout=20, isolation_level=None)) as opened:
        register_functions(opened)
        opened.execute("PRAGMA query_only=ON")
        opened.execute("BEGIN")
        # The transaction takes its moment with the first look, not with BEGIN.
        opened.execute("SELECT count(*) FROM sqlite_master").fetchone()
        yield opened
        opened.execute("ROLLBACK")


@contextmanager
def _postgresql() -> "Iterator[psycopg.Connection[Any]]":
    parameters = connection.get_connection_params()
    parameters.pop("cursor_factory", None)
    parameters.pop("context", None)
    with closing(psycopg.connect(**parameters)) as opened:
        opened.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        opened.read_only = True
        yield opened
        opened.rollback()


def batches(opened: Any, statement: Statement) -> Iterator[pa.RecordBatch]:
    """Read ``statement`` on a connection of `one_moment` (or on Django's own), some ten thousand rows at a time."""
    return _from_sqlite(opened, statement) if isinstance(opened, sqlite3.Connection) else _from_copy(opened, statement)


def _from_sqlite(opened: sqlite3.Connection, statement: Statement) -> Iterator[pa.RecordBatch]:
    schema = schema_of(statement)
    sql = PLACE.sub("?", statement.sql).replace("%%", "%")
    with closing(opened.cursor()) as cursor:
        cursor.execute(sql, statement.params)
        while rows := cursor.fetchmany(ROWS):
            columns = zip(*rows, strict=True)
            arrays = [_column(values, field.type) for values, field in zip(columns, schema, strict=True)]
            yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def _column(values: tuple[Any, ...], kind: pa.DataType) -> pa.Array:
    if kind == pa.bool_():
        return pa.array([None if value is None else bool(value) for value in values], kind)
    if not pa.types.is_temporal(kind):
        return pa.array(values, kind)
    found = pa.array(values)
    if kind != MOMENT:
        return found.cast(kind)
    return _local(found.cast(MOMENT))


def _local(utc: pa.Array) -> pa.Array:
    """Turn moments in UTC without a zone into the book's own time."""
    return pc.local_timestamp(pc.assume_timezone(utc, "UTC").cast(pa.timestamp("us", settings.TIME_ZONE)))


class _Copied(io.RawIOBase):
    """What COPY gives, as a file that can be read once."""

    def __init__(self, pieces: Iterator[Any]) -> None:
        self._pieces, self._left = pieces, memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill ``buffer`` as far as the present piece reaches; 0 at the end."""
        while not self._left:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._left = memoryview(piece)
        size = min(len(buffer), len(self._left))
        buffer[:size], self._left = self._left[:size], self._left[size:]
        return size


def _from_copy(opened: "psycopg.Connection[Any]", statement: Statement) -> Iterator[pa.RecordBatch]:
    schema = schema_of(statement)
    read = {field.name: pa.timestamp("us", "UTC") if field.type == MOMENT else field.type for field in schema}
    # Empty text stands in quotes, NULL does not.
    convert = csv.ConvertOptions(
        column_types=read,
        null_values=[""],
        true_values=["t"],
        false_values=["f"],
        strings_can_be_null=True,
        quoted_strings_can_be_null=False,
    )
    options = csv.ReadOptions(column_names=schema.names, block_size=BLOCK, use_threads=False)
    with opened.cursor() as cursor:
        cursor.execute("SET LOCAL TimeZone = 'UTC'")
        with cursor.copy(f"COPY ({statement.sql}) TO STDOUT (FORMAT csv)", statement.params) as copied:
            # An empty answer is no table to the reader of CSV.
            pieces = iter(copied)
            first = next(pieces, None)
            if first is None:
                return
            file = io.BufferedReader(_Copied(_chained(first, pieces)), BLOCK)
            parse = csv.ParseOptions(newlines_in_values=True)
            for batch in csv.open_csv(file, options, parse, convert):
                yield _as(schema, batch)


def _chained(first: Any, rest: Iterator[Any]) -> Iterator[Any]:
    yield first
    yield from rest


def _as(schema: pa.Schema, batch: pa.RecordBatch) -> pa.RecordBatch:
    zone = pa.timestamp("us", settings.TIME_ZONE)
    arrays = [
        pc.local_timestamp(column.cast(zone)) if field.type == MOMENT else column
        for column, field in zip(batch.columns, schema, strict=True)
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)
