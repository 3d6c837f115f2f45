"""Taking the append-only triggers away: what an attacker with the database's password can do, and a test's clean-up."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import SimpleNamespace

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

MIGRATION = import_module("keyuan.platform.migrations.0001_audit_jobs_events")
LEDGER = import_module("keyuan.policies.migrations.0013_ledger")


def _pairs(connection: BaseDatabaseWrapper):
    changes = (MIGRATION.unprotect_changes, MIGRATION.protect_changes)
    ledger = (LEDGER.unprotect_ledger, LEDGER.protect_ledger)
    reads = (MIGRATION.unprotect_reads, MIGRATION.protect_reads)
    if "reads" not in connections:
        return [changes, ledger, reads]
    return [reads] if connection.alias == "reads" else [changes, ledger]


@contextmanager
def unguarded(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Lift the triggers of one database for the length of the block."""
    editor = SimpleNamespace(connection=connection)
    pairs = _pairs(connection)
    for lift, _ in pairs:
        lift(None, editor)
    try:
        yield
    finally:
        for lift, protect in pairs:
            lift(None, editor)
            protect(None, editor)
