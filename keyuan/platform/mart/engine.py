"""Opening a snapshot with DuckDB: bounded, offline, and without a way to any other file."""

from pathlib import Path

import duckdb
from django.conf import settings

from keyuan.platform.mart.shelf import Snapshot, home


def spill() -> Path:
    """Return the folder inside KEYUAN_VAR that engines spill into."""
    found = home() / ".spill"
    found.mkdir(mode=0o700, exist_ok=True)
    return found


def engine(*folders: Path, memory_mb: int | None = None) -> duckdb.DuckDBPyConnection:
    """Return an empty DuckDB in memory that may read and write ``folders`` and nothing else of this machine.

    It spills into ``KEYUAN_VAR/mart/.spill`` and takes at most ``KEYUAN_DUCKDB_MB`` and ``KEYUAN_DUCKDB_THREADS``.
    """
    spilled = spill()
    opened = duckdb.connect(
        ":memory:",
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "memory_limit": f"{memory_mb or settings.DUCKDB_MB}MB",
            "threads": str(settings.DUCKDB_THREADS),
            "temp_directory": str(spilled),
            "preserve_insertion_order": "false",
        },
    )
    allowed = ", ".join(f"'{_quoted(folder)}/'" for folder in (spilled, *folders))
    opened.execute(f"SET allowed_directories = [{allowed}]")
    opened.execute("SET enable_external_access = false")
    opened.execute("SET lock_configuration = true")
    return opened


def connect(snapshot: Snapshot, *, memory_mb: int | None = None) -> duckdb.DuckDBPyConnection:
    """Return a DuckDB with one view for each table of ``snapshot``, named like its extract. Close it after use."""
    opened = engine(snapshot.folder, memory_mb=memory_mb)
    for key in snapshot.keys:
        # Keys are names of ours in code, and the folder stands in the settings.
        opened.execute(f"CREATE VIEW \"{key}\" AS FROM read_parquet('{_quoted(snapshot.path(key))}')")
    return opened


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
