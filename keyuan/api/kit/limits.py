"""How often a client may call: token buckets in one small file that all processes of this machine share.

The database is not written for it: a bucket is sixteen bytes of a mapped file, changed under a lock of its own bytes.
Each machine of an installation counts for itself.
"""

import fcntl
import mmap
import os
import struct
import threading
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path

from django.conf import settings

#: Buckets by number (clients), then buckets by digest (addresses of strangers, who may share one now and then).
NUMBERED, HASHED = 8192, 8192
BUCKET = struct.Struct("<dd")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a call may pass; ``left`` calls remain at once, all of them again in ``reset`` seconds.

    ``wait`` is in how many seconds the next call may pass (0: now).
    """

    limit: int
    left: int
    reset: int
    wait: int

    @property
    def allowed(self) -> bool:
        """Tell whether this call may pass."""
        return self.wait == 0

    def headers(self) -> dict[str, str]:
        """Return what the caller is told with every answer."""
        told = {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.left),
            "RateLimit-Reset": str(self.reset),
            "RateLimit-Policy": f"{self.limit};w=60",
        }
        return told if self.allowed else told | {"Retry-After": str(self.wait)}


class Buckets:
    """The file of buckets. Safe between processes by file locks, between threads by a lock of our own."""

    def __init__(self, path: Path) -> None:
        self._guard = threading.Lock()
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        size = (NUMBERED + HASHED) * BUCKET.size
        if os.fstat(self._file).st_size < size:
            os.ftruncate(self._file, size)
        self._map = mmap.mmap(self._file, size)

    def take(self, slot: int, rate: int, now: float) -> Verdict:
        """Take one call out of bucket ``slot``, which holds ``rate`` calls and fills anew within a minute.

        ``now`` is in seconds; a clock that went back costs nobody anything.
        """
        place = slot * BUCKET.size
        with self._guard:
            fcntl.lockf(self._file, fcntl.LOCK_EX, BUCKET.size, place)
            try:
                level, at = BUCKET.unpack_from(self._map, place)
                # An untouched bucket is all zeros, and full.
                level = float(rate) if at == 0 else min(float(rate), level + max(0.0, now - at) * rate / 60)
                passes = level >= 1
                level = level - 1 if passes else level
                BUCKET.pack_into(self._map, place, level, now)
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN, BUCKET.size, place)
        missing = rate - level
        wait = 0 if passes else max(1, round((1 - level) * 60 / rate + 0.5))
        return Verdict(rate, int(level), max(0, round(missing * 60 / rate + 0.5)), wait)


@cache
def buckets() -> Buckets:
    """Return the buckets of this installation."""
    return Buckets(settings.VAR_DIR / "api-rates.bin")


def slot_of_client(client_id: int) -> int:
    """Return a client's bucket."""
    return client_id % NUMBERED


def slot_of_stranger(address: str) -> int:
    """Return the bucket of an address that shows no credential."""
    return NUMBERED + int.from_bytes(blake2b(address.encode(), digest_size=4).digest(), "big") % HASHED
