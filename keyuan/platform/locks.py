"""Named locks for the length of a transaction, on both databases."""

import hashlib

from django.db import transaction


def hold(name: str, *, using: str = "default") -> None:
    """Wait for lock ``name`` and hold it until the transaction ends. Raises RuntimeError outside a transaction.

    On SQLite the transaction itself excludes every other writer.
    """
    connection = transaction.get_connection(using)
    if not connection.in_atomic_block:
        raise RuntimeError("a named lock is held by a transaction")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number_of(name)])


def try_hold(name: str, *, using: str = "default") -> bool:
    """Take lock ``name`` until the transaction ends, or return False when another holds it; see `hold`."""
    connection = transaction.get_connection(using)
    if not connection.in_atomic_block:
        raise RuntimeError("a named lock is held by a transaction")
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number_of(name)])
        return bool(cursor.fetchone()[0])


def number_of(name: str) -> int:
    """Return the 64-bit number of a lock."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big", signed=True)
