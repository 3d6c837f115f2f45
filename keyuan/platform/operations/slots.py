"""A small number for each process of this machine, so that the files of its counters are taken over, not multiplied.

A process holds its number by a lock on one byte of a file, which the kernel lets go of when it ends, however it ends.
The next one to take the number goes on with the counters that it finds: sums stay right over restarts and kills.
"""

import fcntl
import os
import struct
from collections.abc import Iterator
from pathlib import Path
from threading import Lock
from typing import Any

import structlog
from django.conf import settings
from prometheus_client.mmap_dict import MmapedDict

log = structlog.get_logger(__name__)
MOST = 512
#: Bytes set aside for each file at once: a full disk must not surprise a process in the middle of counting.
ROOM = {"counter": 1 << 20, "histogram": 1 << 21, "gauge_livesum": 1 << 16}
#: What reading a damaged file of counters may raise.
DAMAGED = (OSError, RuntimeError, ValueError, struct.error)


class NoRoom(Exception):
    """There is no place for counters on this disk: they are kept in memory instead."""


class _Claim:
    """The number of this process, and the open file that holds it."""

    pid = 0
    slot = -1
    descriptor = -1
    lock = Lock()


def folder() -> Path:
    """Return the folder of the counters of this machine."""
    return Path(settings.METRICS_DIR)


def mine() -> int:
    """Return the number of this process; a forked one takes its own. Raises `NoRoom` where nothing can be written."""
    if _Claim.pid != os.getpid():
        with _Claim.lock:
            if _Claim.pid != os.getpid():
                _claim()
    return _Claim.slot


def _claim() -> None:
    place = folder()
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(place / "slots", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise NoRoom from error
    slot = next(number for number in range(MOST) if _hold(descriptor, number))
    try:
        for kind, size in ROOM.items():
            _prepare(place / f"{kind}_{slot}.db", size, keep=not kind.startswith("gauge"))
    except OSError as error:
        os.close(descriptor)
        raise NoRoom from error
    _Claim.pid, _Claim.slot, _Claim.descriptor = os.getpid(), slot, descriptor


def _hold(descriptor: int, number: int) -> bool:
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, number)
    except OSError:
        return False
    return True


def _prepare(file: Path, size: int, *, keep: bool) -> None:
    """Make ``file`` whole and as large as it may become; states (not ``keep``) begin anew with each process."""
    if file.exists() and (not keep or not is_readable(file)):
        file.unlink()
    with file.open("ab") as opened:
        os.posix_fallocate(opened.fileno(), 0, size)


def is_readable(file: Path) -> bool:
    """Tell whether the counters in ``file`` can be read; a process killed while adding one may have left half of it."""
    try:
        read: Any = MmapedDict.read_all_values_from_file
        for _value in read(str(file)):
            pass
    except DAMAGED:
        return False
    return True


def files() -> Iterator[Path]:
    """Yield the files to sum up: counters of all processes there ever were, states of those that live."""
    alive: dict[int, bool] = {}
    for file in sorted(folder().glob("*.db")):
        slot = int(file.stem.rpartition("_")[2])
        if file.name.startswith("gauge") and not alive.setdefault(slot, _is_alive(slot)):
            continue
        if is_readable(file):
            yield file


def _is_alive(slot: int) -> bool:
    if slot == mine():
        return True
    if not _hold(_Claim.descriptor, slot):
        return True
    fcntl.lockf(_Claim.descriptor, fcntl.LOCK_UN, 1, slot)
    return False
