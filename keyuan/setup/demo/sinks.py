"""Where the rows of a part go: a bare database file that the loader joins to the book, or straight into PostgreSQL."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import psycopg
from psycopg import sql

from keyuan.setup.demo.days import Ints
from keyuan.setup.demo.schema import Frame, Rows, rows_of, table


class Sink(Protocol):
    """Takes the rows of one part."""

    def put(self, rows: Rows) -> None: ...


@dataclass(slots=True)
class Out:
    """Numbers the rows of a part and hands them to its sink; ``first`` is the id before the part's first row."""

    sink: Sink
    first: int
    counts: dict[str, int] = field(default_factory=dict)

    def write(self, label: str, frame: Frame, *, ids: Ints | None = None) -> Ints:
        """Write rows of model ``label``; return their ids (``ids`` where the caller numbers them)."""
        count = next(
            (len(column) for column in frame.values() if hasattr(column, "__len__") and not isinstance(column, str)), 0
        )
        start = self.first + self.counts.get(label, 0) + 1
        keys = np.arange(start, start + count, dtype=np.int64) if ids is None else ids
        self.counts[label] = self.counts.get(label, 0) + count
        if count:
            self.sink.put(rows_of(label, {"id": keys, **frame} if "id" in table(label).kinds else frame))
        return keys


@dataclass(frozen=True, slots=True)
class Piece:
    """A table of a part's file and the table of the book it belongs to."""

    source: str
    target: str
    columns: Sequence[str]
    constants: dict[str, Any]
    count: int


class FileSink:
    """A part as a bare SQLite file: no keys, no indexes, no journal. ``pieces`` says what stands in it."""

    def __init__(self, path: Path) -> None:
        self.pieces: list[Piece] = []
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE;"
        )

    def put(self, rows: Rows) -> None:
        """Write rows into a table of their own."""
        source = f"piece_{len(self.pieces)}"
        names = ", ".join(f'"{name}"' for name in rows.columns)
        marks = ", ".join("?" * len(rows.columns))
        self._connection.execute(f"CREATE TABLE {source} ({names})")
        self._connection.execute("BEGIN")
        # Table and column names come from our own models.
        self._connection.executemany(f"INSERT INTO {source} VALUES ({marks})", rows.tuples(whole=False))  # noqa: S608 - as above
        self._connection.execute("COMMIT")
        self.pieces.append(Piece(source, rows.table, tuple(rows.columns), dict(rows.constants), rows.count))

    def close(self) -> None:
        """Finish the file."""
        self._connection.close()


class CopySink:
    """Rows straight into PostgreSQL by COPY, one transaction a part."""

    def __init__(self, conninfo: str) -> None:
        self._connection = psycopg.connect(conninfo)
        self._connection.execute("SET TIME ZONE 'UTC'")
        self._connection.execute("SET synchronous_commit = off")

    def put(self, rows: Rows) -> None:
        """Copy rows into their table."""
        names = [*rows.columns, *rows.constants]
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
            sql.Identifier(rows.table), sql.SQL(", ").join(map(sql.Identifier, names))
        )
        with self._connection.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows.tuples(whole=True):
                copy.write_row(row)

    def close(self) -> None:
        """Commit the part."""
        self._connection.commit()
        self._connection.close()
