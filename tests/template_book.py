"""The migrated empty book, made once for as long as no migration changes, and copied into each run's memory (SQLite).

A test run applies every migration to an empty database. The result depends on the migrations alone, so it is kept under
``build/`` by a digest of them; the first run after a change makes it anew, which is also the proof that they apply.
"""

import fcntl
import hashlib
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import django
from django.db import connections

ROOT = Path(__file__).resolve().parent.parent
SHELF = ROOT / "build" / "test-books"
#: What migrations are made of besides themselves, and where the connection is set up.
SOURCES = (
    "keyuan/*/migrations/*.py", "keyuan/platform/migrating.py", "keyuan/platform/textfield.py",
    "keyuan/platform/crypto/*.py", "keyuan/config/settings/*.py",
)  # fmt: skip
KEPT = 6


def digest() -> str:
    """Return a digest of everything that decides how an empty migrated book looks."""
    found = hashlib.sha256(f"{django.VERSION} {sqlite3.sqlite_version}".encode())
    for pattern in SOURCES:
        for path in sorted(ROOT.glob(pattern)):
            found.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return found.hexdigest()[:24]


def migrated(alias: str, migrate: Callable[[], Any]) -> None:
    """Fill the empty test database ``alias`` from the shelf; ``migrate`` makes it where nothing stands there."""
    connection = connections[alias]
    if connection.vendor != "sqlite":
        migrate()
        return
    SHELF.mkdir(parents=True, exist_ok=True)
    kept = SHELF / f"{digest()}-{alias}.sqlite3"
    with (SHELF / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            migrate()
            _keep(connection, kept)
            return
    connection.ensure_connection()
    with closing(sqlite3.connect(f"file:{kept}?immutable=1", uri=True)) as source:
        source.backup(connection.connection)


def _keep(connection: Any, kept: Path) -> None:
    part = kept.with_suffix(".part")
    part.unlink(missing_ok=True)
    connection.ensure_connection()
    with closing(sqlite3.connect(part)) as target:
        connection.connection.backup(target)
    part.rename(kept)
    for old in sorted(SHELF.glob("*.sqlite3"), key=lambda path: path.stat().st_mtime)[:-KEPT]:
        old.unlink()


def by_template(call_command: Callable[..., Any]) -> Callable[..., Any]:
    """Return ``call_command`` that takes the migrations of a new test database from the shelf."""

    def called(name: Any, *arguments: Any, **options: Any) -> Any:
        if name == "migrate" and options.get("run_syncdb"):
            return migrated(options["database"], lambda: call_command(name, *arguments, **options))
        return call_command(name, *arguments, **options)

    return called
