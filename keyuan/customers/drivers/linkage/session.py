"""A DuckDB in memory with its limits: no network, bounded memory, spilling into the data folder only."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from keyuan.customers.drivers.linkage import sql

Connection = duckdb.DuckDBPyConnection


@contextmanager
def session(*, memory_limit: str, threads: int, folder: Path) -> Iterator[Connection]:
    """Lend a connection. Whatever it spills goes with it; ``threads`` 0 takes every processor."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="linkage-", dir=folder) as spill:
        settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": memory_limit,
            "temp_directory": spill,
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
        if threads:
            settings["threads"] = str(threads)
        connection = duckdb.connect(":memory:", config=settings)
        try:
            yield connection
        finally:
            connection.close()


def one(connection: Connection, query: str) -> int:
    """Return the single whole number that ``query`` asks for; 0 for none."""
    row = connection.execute(query).fetchone()
    return int(row[0]) if row and row[0] is not None else 0


def columns_of(connection: Connection, table: str) -> list[str]:
    """Return the names of a table's columns."""
    return [str(row[0]) for row in connection.execute(f"describe {sql.name(table)}").fetchall()]
