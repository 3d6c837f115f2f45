"""Databases: SQLite in WAL mode beside the program, or PostgreSQL by ``DATABASE_URL`` (decision 20, PLT-2)."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

#: One writer at a time: IMMEDIATE takes the lock when a transaction opens, so that no upgrade can fail half-way.
SQLITE_START = (
    "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;PRAGMA mmap_size=2147483648;"
    "PRAGMA cache_size=-65536;PRAGMA temp_store=MEMORY;PRAGMA journal_size_limit=67108864;"
)

#: A server that is gone is noticed within seconds, not when the operating system gives up; ``DATABASE_URL`` may differ.
SIGNS_OF_LIFE = {
    "connect_timeout": "5",
    "keepalives_idle": "20",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "20000",
}


def sqlite(path: Path) -> dict[str, Any]:
    """Return the settings of an embedded database in file ``path``."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {"timeout": 20, "transaction_mode": "IMMEDIATE", "init_command": SQLITE_START},
        "CONN_MAX_AGE": 600,
        "TEST": {"NAME": str(path.with_name("test.sqlite3"))},
    }


def postgresql(url: str) -> dict[str, Any]:
    """Return the settings of the PostgreSQL database that ``url`` names."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or len(parts.path) < 2:
        raise ImproperlyConfigured("DATABASE_URL must look like postgresql://user:password@host:5432/name")
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "keyuan.platform.postgresql",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": SIGNS_OF_LIFE | query,
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }


def databases(url: str, var: Path) -> dict[str, dict[str, Any]]:
    """Return Django's ``DATABASES`` for ``DATABASE_URL`` (empty: SQLite in folder ``var``)."""
    if url:
        return {"default": postgresql(url)}
    # Looks are written while others write the book: a second file, so that neither waits (decision 18).
    reads = sqlite(var / "reads.sqlite3") | {"TEST": {"NAME": str(var / "test-reads.sqlite3")}}
    return {"default": sqlite(var / "keyuan.sqlite3"), "reads": reads}
