"""The embedded book: a consistent copy while others write, what is in it, and whether it is sound."""

import hashlib
import marshal
import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from keyuan.platform.backup.faults import Flawed
from keyuan.platform.backup.manifest import Table

#: Pages copied in one go (8 MiB of 4 KiB pages), and the seconds of rest after each.
STEP, REST = 2048, 0.01
FETCH = 2000
Progress = Callable[[int, int], object]


def nothing(_done: int, _total: int) -> None:
    """Hear of progress and say nothing."""


def snapshot(source: Path, target: Path, progress: Progress = nothing) -> None:
    """Copy the database ``source`` as it stands at one moment into the new file ``target``, while others write.

    One read transaction holds the moment for the whole copy: writers go on in the write-ahead log and never wait, and
    their commits do not make the copy begin anew. Until it ends the log grows by what they write. Each step is flushed
    by itself: a commit must not wait until gigabytes of ours have gone to the disk.
    """
    descriptor = os.open(target, os.O_RDWR | os.O_CREAT, 0o600)

    def step(_status: int, left: int, total: int) -> None:
        os.fdatasync(descriptor)
        time.sleep(REST)
        progress(total - left, total)

    try:
        _copy(source, target, step)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _copy(source: Path, target: Path, step: Callable[[int, int, int], None]) -> None:
    with (
        closing(sqlite3.connect(source, timeout=20, isolation_level=None)) as read,
        closing(sqlite3.connect(target, isolation_level=None)) as written,
    ):
        read.execute("PRAGMA query_only=ON")
        read.execute("BEGIN")
        # The transaction takes its moment with the first look, not with BEGIN.
        read.execute("SELECT count(*) FROM sqlite_master").fetchone()
        written.execute("PRAGMA synchronous=OFF")
        read.backup(written, pages=STEP, sleep=0.0, progress=step)
        read.execute("ROLLBACK")


def tables_of(path: Path) -> dict[str, Table]:
    """Return every table of a database file at rest with its rows and their digest.

    The digest runs over all values in order of the table's key, so it sees a changed, missing, added or moved row.
    """
    with closing(_at_rest(path)) as connection:
        names = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"
            " AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
        ).fetchall()
        return {name: _table(connection, name) for (name,) in names}


def check(path: Path) -> None:
    """Prove that a database file is sound. Raises Flawed ``integrity`` or ``foreign_keys`` with the first finding."""
    with closing(_at_rest(path)) as connection:
        try:
            found = connection.execute("PRAGMA integrity_check(1)").fetchone()
        except sqlite3.DatabaseError as error:
            raise Flawed("integrity", file=path.name, why=type(error).__name__) from error
        if found[0] != "ok":
            raise Flawed("integrity", file=path.name, why=str(found[0])[:120])
        dangling = connection.execute("PRAGMA foreign_key_check").fetchone()
        if dangling is not None:
            raise Flawed("foreign_keys", file=path.name, table=dangling[0], parent=dangling[2])


def is_in_use(path: Path) -> bool:
    """Tell whether some process has the database open: then nobody else may have it for himself alone."""
    if not path.is_file():
        return False
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as connection:
        try:
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("ROLLBACK")
        except sqlite3.OperationalError:
            return True
        except sqlite3.DatabaseError:
            return False
    return False


def _at_rest(path: Path) -> sqlite3.Connection:
    # Nobody writes it: no log, no locks, no files left beside it.
    connection = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True, isolation_level=None)
    connection.execute("PRAGMA cache_size=-131072")
    connection.execute("PRAGMA mmap_size=2147483648")
    return connection


def _table(connection: sqlite3.Connection, name: str) -> Table:
    quoted = name.replace('"', '""')
    digest, count = hashlib.blake2b(digest_size=16), 0
    try:
        # The name stands in the database's own catalogue. NOT INDEXED: rows in order of the table itself.
        cursor = connection.execute(f'SELECT * FROM "{quoted}" NOT INDEXED')  # noqa: S608 - see above
        while rows := cursor.fetchmany(FETCH):
            # Version 2 depends on the values alone, not on how Python shares them.
            digest.update(marshal.dumps(rows, 2))
            count += len(rows)
    except sqlite3.DatabaseError as error:
        raise Flawed("integrity", file=name, why=type(error).__name__) from error
    return Table(count, digest.hexdigest())
