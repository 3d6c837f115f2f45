"""What the databases say of themselves: kind, version, size."""

from dataclasses import dataclass
from pathlib import Path

from django.db import connections


@dataclass(frozen=True, slots=True)
class Database:
    """One database; ``waiting_bytes`` is SQLite's write-ahead log, ``connections`` PostgreSQL's open ones."""

    alias: str
    kind: str
    version: str
    size: int
    waiting_bytes: int | None = None
    connections: int | None = None


def databases() -> list[Database]:
    """Return every database of this installation."""
    return [_sqlite(alias) if connections[alias].vendor == "sqlite" else _postgresql(alias) for alias in connections]


def total_size() -> int:
    """Return the bytes that all of them take."""
    return sum(one.size + (one.waiting_bytes or 0) for one in databases())


def _bytes(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _sqlite(alias: str) -> Database:
    file = Path(str(connections[alias].settings_dict["NAME"]))
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT sqlite_version()")
        version = str(cursor.fetchone()[0])
    waiting = _bytes(file.with_name(file.name + "-wal"))
    return Database(alias, "SQLite", version, _bytes(file), waiting_bytes=waiting)


def _postgresql(alias: str) -> Database:
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version'), pg_database_size(current_database()),"
            " (SELECT numbackends FROM pg_stat_database WHERE datname = current_database())"
        )
        version, size, open_ones = cursor.fetchone()
    return Database(alias, "PostgreSQL", str(version), int(size), connections=int(open_ones or 0))
