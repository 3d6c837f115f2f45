"""What a failed job deserves: another try after a pause, or to be parked for a person (style.md 2.6)."""

import json
import traceback
from datetime import datetime, timedelta
from types import TracebackType

from django.db import InterfaceError, OperationalError
from django_q.exceptions import TimeoutException

from keyuan.kernel.errors import KeyuanError
from keyuan.platform.faults import world_fault

MAX_ATTEMPTS = 5
#: While the database is away or the disk is full, a job asks again at least so often, and never gives up.
LONGEST_WAIT_FOR_WORLD = timedelta(minutes=1)
#: A job killed by its time limit may have met a slow moment; the others are lost connections, locks, full disks.
HEALING = (OperationalError, InterfaceError, OSError, TimeoutException)


class TryLater(Exception):
    """Raised by a job that knows its failure heals by itself (a provider's limit, a file not there yet)."""


def can_heal(error: BaseException) -> bool:
    """Tell whether another try may succeed without anybody changing anything."""
    return isinstance(error, (TryLater, *HEALING))


def pause_after(attempt: int) -> timedelta:
    """Return how long to wait after failed try number ``attempt``: 15 s, 1 min, 4 min, 16 min, an hour."""
    return timedelta(seconds=min(15 * 4 ** (attempt - 1), 3600))


def next_try(error: BaseException, attempt: int, now: datetime) -> datetime | None:
    """Return when to try again, or None when the job is to be parked.

    A fault of the world (`keyuan.platform.faults`) is waited out, however long it lasts: nobody has to start everything
    anew after an evening without a database.
    """
    if world_fault(error) is not None:
        return now + min(pause_after(attempt) / 3, LONGEST_WAIT_FOR_WORLD)
    return now + pause_after(attempt) if attempt < MAX_ATTEMPTS and can_heal(error) else None


def name_of(error: BaseException) -> str:
    """Return what a page may show of ``error``: its code or its class, never its text, which may hold personal data."""
    return error.code if isinstance(error, KeyuanError) else type(error).__name__


def params_of(error: BaseException) -> dict[str, object]:
    """Return the parameters of an expected failure, as far as they are JSON."""
    params = dict(error.params) if isinstance(error, KeyuanError) else {}
    return {key: value for key, value in params.items() if _is_json(value)}


def _is_json(value: object) -> bool:
    try:
        json.dumps(value)
    except TypeError:
        return False
    return True


def trace_of(frames: TracebackType | None) -> str:
    """Return where the failure happened: files, lines and functions, without values."""
    return "\n".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(frames))
