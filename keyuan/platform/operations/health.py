"""Whether this process can serve: asked by load balancers each second, so every answer is kept for a moment."""

import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections
from django.db.migrations.executor import MigrationExecutor

from keyuan.platform import clock
from keyuan.platform.crypto import keyring
from keyuan.platform.operations import machine
from keyuan.platform.operations.state import alive_workers
from keyuan.platform.routers import only_app

log = structlog.get_logger(__name__)
#: Seconds for which an answer counts, and after which a check that hangs counts as failed.
FRESH, LONGEST = 1.0, 3.0
OK, FAILED, LATE = "ok", "failed", "late"


@dataclass(frozen=True, slots=True)
class Readiness:
    """The outcome of each check: ok, failed, or late (told, but no reason to send people elsewhere)."""

    checks: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_ready(self) -> bool:
        """Tell whether people may be sent here."""
        return bool(self.checks) and FAILED not in self.checks.values()


def check_database() -> str:
    """Ask every database for an answer."""
    for alias in connections:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT 1")
    return OK


def check_migrations() -> str:
    """Look whether this code's migrations are applied; once they are, that stays so while the process lives."""
    if not _Seen.migrated:
        for alias in connections:
            executor = MigrationExecutor(connections[alias])
            if executor.migration_plan(executor.loader.graph.leaf_nodes(only_app(alias))):
                return FAILED
        _Seen.migrated = True
    return OK


class _Seen:
    """What needs to be seen once."""

    migrated = False


def check_keys() -> str:
    """Read the key ring; one that is not there is a reason to stop, not to make another."""
    keyring.load(settings.KEYRING_PATH)
    return OK


def check_disk() -> str:
    """Write a byte into the data folder and look for the least room."""
    probe = Path(settings.VAR_DIR) / f".probe-{os.getpid()}"
    probe.write_bytes(b".")
    probe.unlink()
    room = machine.disk()
    return OK if room is not None and room.free >= settings.DISK_LEAST_BYTES else FAILED


def check_queue() -> str:
    """Look for a worker that gave a sign lately; without one pages serve on, so it is late and not failed."""
    return OK if alive_workers(clock.wall()) else LATE


CHECKS: dict[str, Callable[[], str]] = {
    "database": check_database,
    "migrations": check_migrations,
    "keys": check_keys,
    "disk": check_disk,
    "queue": check_queue,
}
#: What a check may meet when the thing it asks is not well.
ILL = (DatabaseError, InterfaceError, OSError, ValueError, KeyError)


def run_checks() -> Readiness:
    """Do every check; those after a failed database that need one fail with it."""
    outcome: dict[str, str] = {}
    for name, check in CHECKS.items():
        if name in {"migrations", "queue"} and outcome["database"] == FAILED:
            outcome[name] = FAILED if name == "migrations" else LATE
            continue
        try:
            outcome[name] = check()
        except ILL as error:
            log.warning("health.failed", check=name, error=type(error).__name__)
            outcome[name] = FAILED
    return Readiness(outcome)


class Watcher:
    """Runs the checks in a thread of its own, one at a time, so that a database that hangs cannot hang who asks."""

    def __init__(self) -> None:
        self._lock = threading.Condition()
        self._busy = False
        self._since = 0.0
        self._at = 0.0
        self._last = Readiness()

    def ask(self) -> Readiness:
        """Return the outcome of checks done within the last second, waiting for them at most three."""
        with self._lock:
            if time.monotonic() - self._at < FRESH:
                return self._last
            if not self._busy:
                self._busy, self._since = True, time.monotonic()
                threading.Thread(target=self._work, daemon=True, name="keyuan-health").start()
            until = self._since + LONGEST
            while self._busy and time.monotonic() < until:
                self._lock.wait(until - time.monotonic())
            return Readiness({"database": FAILED}) if self._busy else self._last

    def _work(self) -> None:
        found = Readiness({"checks": FAILED})
        try:
            found = run_checks()
        finally:
            connections.close_all()
            with self._lock:
                self._last, self._at, self._busy = found, time.monotonic(), False
                self._lock.notify_all()


watcher = Watcher()
