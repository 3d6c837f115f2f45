"""Faults of the world around the program: they heal without anybody changing the program (PLT-10, PLT-13).

A page that meets one says so and offers to try again; a job that meets one tries again until it is over. Everything
else that raises is a bug of ours and is treated as one.
"""

import errno
import sqlite3
from collections.abc import Iterator
from enum import StrEnum

from django.db import InterfaceError, OperationalError


class Fault(StrEnum):
    """What is the matter with the world."""

    #: The database does not answer: it is stopped, starting, or out of reach.
    AWAY = "away"
    #: The database answers, but others hold what we need for too long.
    BUSY = "busy"
    #: No room is left on the disk.
    FULL = "full"
    #: The disk takes no writes, or fails.
    READ_ONLY = "read_only"


#: Primary result codes of SQLite.
SQLITE_FAULTS = {
    sqlite3.SQLITE_BUSY: Fault.BUSY,
    sqlite3.SQLITE_LOCKED: Fault.BUSY,
    sqlite3.SQLITE_PROTOCOL: Fault.BUSY,
    sqlite3.SQLITE_FULL: Fault.FULL,
    sqlite3.SQLITE_READONLY: Fault.READ_ONLY,
    sqlite3.SQLITE_IOERR: Fault.READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: Fault.AWAY,
}
#: States of PostgreSQL, by the longest beginning that fits: connection, resources, interventions, system.
POSTGRESQL_FAULTS = {
    "08": Fault.AWAY,
    "57P": Fault.AWAY,
    "53300": Fault.AWAY,
    "53100": Fault.FULL,
    "53": Fault.FULL,
    "25006": Fault.READ_ONLY,
    "58": Fault.READ_ONLY,
    "40": Fault.BUSY,
    "55P03": Fault.BUSY,
    "57014": Fault.BUSY,
}
SYSTEM_FAULTS = {
    errno.ENOSPC: Fault.FULL,
    errno.EDQUOT: Fault.FULL,
    errno.EROFS: Fault.READ_ONLY,
    errno.EIO: Fault.READ_ONLY,
}


def world_fault(error: BaseException | None) -> Fault | None:
    """Return what of the world made ``error`` happen, or None for everything else."""
    for cause in _causes(error):
        found = _fault_of(cause)
        if found is not None:
            return found
    return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _fault_of(error: BaseException) -> Fault | None:
    if isinstance(error, sqlite3.Error):
        # The lowest byte is the primary code; an error raised by the module itself has none.
        return SQLITE_FAULTS.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
    state = getattr(error, "sqlstate", None)
    if isinstance(state, str):
        return next((POSTGRESQL_FAULTS[state[:n]] for n in (5, 3, 2) if state[:n] in POSTGRESQL_FAULTS), None)
    if isinstance(error, OSError):
        return SYSTEM_FAULTS.get(error.errno or 0)
    # A server that is gone sends no state: the driver raises these, and Django wraps them.
    is_driver = type(error).__module__.startswith("psycopg") and hasattr(error, "sqlstate")
    without_driver = isinstance(error, InterfaceError | OperationalError) and error.__cause__ is None
    is_gone = is_driver and type(error).__name__ in {"OperationalError", "InterfaceError", "ConnectionTimeout"}
    return Fault.AWAY if is_gone or without_driver else None
