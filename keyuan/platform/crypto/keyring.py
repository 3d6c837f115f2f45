"""The key ring: a file outside the database, mode 600, made at first run (decision 19).

Data keys are versioned (1–255) and change by rotation; the index key is separate, because changing it means writing
every blind index anew, and so is the audit key, because the trail's digests must stay comparable for years.
"""

import base64
import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from django.conf import settings

KEY_BYTES = 32
MAX_VERSION = 255


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Data keys by version, the version that seals now, the key of the blind indexes and that of the audit trail."""

    data_keys: dict[int, bytes]
    current: int
    index_key: bytes
    audit_key: bytes


def new_ring() -> KeyRing:
    """Return a ring of fresh keys."""
    return KeyRing({1: new_key()}, 1, new_key(), new_key())


def new_key() -> bytes:
    """Return a fresh key."""
    return secrets.token_bytes(KEY_BYTES)


def create(path: Path) -> None:
    """Make a ring with one data key in ``path``; when another process was faster, its ring stands."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = _written(path, new_ring())
    try:
        os.link(temporary, path)
    except FileExistsError:
        pass
    finally:
        temporary.unlink()


def load(path: Path) -> KeyRing:
    """Read the ring in ``path``."""
    stored = json.loads(path.read_text(encoding="ascii"))
    return KeyRing(
        data_keys={int(version): base64.b64decode(key) for version, key in stored["data_keys"].items()},
        current=int(stored["current"]),
        index_key=base64.b64decode(stored["index_key"]),
        audit_key=base64.b64decode(stored["audit_key"]),
    )


def add_data_key(path: Path) -> KeyRing:
    """Add a fresh data key and seal with it from now on; running processes notice the new file by themselves."""
    with _locked(path):
        keys = load(path)
        version = max(keys.data_keys) + 1
        if version > MAX_VERSION:
            raise OverflowError("the ring is full: retire old data keys before rotating again")
        changed = replace(keys, data_keys={**keys.data_keys, version: new_key()}, current=version)
        return _replaced(path, changed)


def remove_data_keys(path: Path, versions: set[int]) -> KeyRing:
    """Forget data keys that seal nothing any more. Raises ValueError for the current one."""
    with _locked(path):
        keys = load(path)
        if keys.current in versions:
            raise ValueError("the current data key cannot be retired")
        kept = {version: key for version, key in keys.data_keys.items() if version not in versions}
        return _replaced(path, replace(keys, data_keys=kept))


def ring() -> KeyRing:
    """Return the ring in force; a rotated file is noticed by its time of change."""
    path = settings.KEYRING_PATH
    try:
        changed_at = path.stat().st_mtime_ns
    except FileNotFoundError:
        create(path)
        changed_at = path.stat().st_mtime_ns
    return _cached(path, changed_at)


@lru_cache(maxsize=4)
def _cached(path: Path, changed_at: int) -> KeyRing:  # noqa: ARG001 - the time is the cache's key
    return load(path)


def _written(path: Path, keys: KeyRing) -> Path:
    # Beside the ring, so that the final rename stays within one file system and is atomic.
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    stored = {
        "current": keys.current,
        "data_keys": {str(version): _text(key) for version, key in keys.data_keys.items()},
        "index_key": _text(keys.index_key),
        "audit_key": _text(keys.audit_key),
    }
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        json.dump(stored, file)
        file.flush()
        os.fsync(file.fileno())
    return temporary


def _replaced(path: Path, keys: KeyRing) -> KeyRing:
    before = path.stat().st_mtime_ns
    temporary = _written(path, keys)
    # A clock too coarse to tell both files apart would leave other processes on the old ring.
    if temporary.stat().st_mtime_ns <= before:
        os.utime(temporary, ns=(before + 1, before + 1))
    temporary.replace(path)
    return keys


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    if not path.exists():
        create(path)
    with path.with_name(f".{path.name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _text(key: bytes) -> str:
    return base64.b64encode(key).decode("ascii")
