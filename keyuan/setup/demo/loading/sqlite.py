"""Loading into SQLite: into a copy of the empty book, which takes its place when everything is in.

A load that is cut short therefore leaves the book as it was; nothing has to be mended.
"""

import os
import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path

from keyuan.setup.demo.loading.making import Delivery
from keyuan.setup.demo.sinks import Piece

FAST = (
    "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA foreign_keys=OFF; PRAGMA locking_mode=EXCLUSIVE;"
    "PRAGMA cache_size=-700000; PRAGMA threads=2;"
)
#: Rows that ANALYZE looks at in each index.
SAMPLE = 2000


class InUse(Exception):
    """Another process has the database open."""


def copy_of(path: Path, into: Path) -> None:
    """Write a copy of the database in ``path``. Raises `InUse` when somebody else has it open."""
    into.parent.mkdir(parents=True, exist_ok=True)
    into.unlink(missing_ok=True)
    connection = sqlite3.connect(path, timeout=2, isolation_level=None)
    try:
        # Leaving WAL needs the file for oneself: the test that nobody else has it.
        mode = connection.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
        if mode != "delete":
            raise InUse
        connection.execute("VACUUM INTO ?", (str(into),))
    except sqlite3.OperationalError as error:
        raise InUse from error
    finally:
        connection.close()


def put_in_place(new: Path, path: Path) -> None:
    """Let the loaded file ``new`` become the database in ``path``."""
    descriptor = os.open(new, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)
    new.replace(path)
    for suffix in ("-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


class SqliteBook:
    """The file being filled."""

    def __init__(self, path: Path, tables: Iterable[str]) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.executescript(FAST)
        self._indexes = self._secondary_indexes(set(tables))

    def _secondary_indexes(self, tables: set[str]) -> list[tuple[str, str]]:
        rows = self._connection.execute(
            "SELECT name, tbl_name, sql FROM sqlite_master "
            "WHERE type = 'index' AND sql IS NOT NULL ORDER BY tbl_name, name"
        )
        return [(name, sql) for name, table, sql in rows if table in tables]

    def empty(self, tables: Iterable[str]) -> None:
        """Delete every row of ``tables``, also of append-only ones: the book goes as a whole, its guards stay."""
        for table in tables:
            guards = self._connection.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", (table,)
            ).fetchall()
            for name, _sql in guards:
                self._connection.execute(f"DROP TRIGGER {_quoted(name)}")
            self._connection.execute(f"DELETE FROM {_quoted(table)}")  # noqa: S608 - names of our own models
            for _name, sql in guards:
                self._connection.execute(sql)

    def drop_indexes(self) -> None:
        """Drop the secondary indexes, to be built when all rows are in."""
        for name, _ in self._indexes:
            self._connection.execute(f"DROP INDEX {_quoted(name)}")

    def take(self, delivery: Delivery) -> None:
        """Copy the rows of a part's file into their tables, and delete the file."""
        self._connection.execute("ATTACH DATABASE ? AS part", (str(delivery.path),))
        self._connection.execute("BEGIN")
        for piece in delivery.pieces:
            self._copy(piece)
        self._connection.execute("COMMIT")
        self._connection.execute("DETACH DATABASE part")
        if delivery.path is not None:
            delivery.path.unlink()

    def _copy(self, piece: Piece) -> None:
        names = ", ".join(map(_quoted, [*piece.columns, *piece.constants]))
        marks = ", ".join([*map(_quoted, piece.columns), *("?" for _ in piece.constants)])
        statement = f"INSERT INTO {_quoted(piece.target)} ({names}) SELECT {marks} FROM part.{piece.source}"  # noqa: S608 - names of our own
        self._connection.execute(statement, list(piece.constants.values()))

    @property
    def index_count(self) -> int:
        """How many indexes are to be built."""
        return len(self._indexes)

    def build_indexes(self, done: Callable[[], None]) -> None:
        """Build the secondary indexes; ``done`` is called after each."""
        for _, sql in self._indexes:
            self._connection.execute(sql)
            done()

    def finish(self) -> None:
        """Let the planner look at the tables, and close the file as the book wants it."""
        self._connection.execute(f"PRAGMA analysis_limit={SAMPLE}")
        self._connection.execute("ANALYZE")
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.close()
