"""Files at rest: encrypted in chunks under a key of their own, written whole or not at all (PLT-16).

A chunk's nonce is its number, and the last chunk is marked, so that chunks can be neither moved nor cut off. The
file's key is sealed under the ring, so that a key rotation rewrites 60 bytes and never the file.
"""

import base64
import errno
import os
import secrets
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from keyuan.kernel.errors import Refused
from keyuan.platform.crypto import cipher

CHUNK = 256 * 1024
TAG = 16
KEY_FIELD = "file_key"


def folder() -> Path:
    """Return the folder of the files, made when absent, mode 700."""
    path = Path(settings.VAR_DIR) / "files"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def path_of(storage_name: str) -> Path:
    """Return where a file stands: 256 sub-folders, so that none grows too large."""
    return folder() / storage_name[:2] / storage_name


def write(blocks: Iterable[bytes]) -> tuple[str, bytes]:
    """Keep a file made of ``blocks`` (any sizes); return its storage name and its sealed key.

    It is flushed to the disk before it gets its name. Raises Refused ``file.disk_full`` without leaving anything.
    """
    name, key = secrets.token_hex(20), AESGCM.generate_key(256)
    target = path_of(name)
    target.parent.mkdir(mode=0o700, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=target.parent, prefix=".")
    try:
        with os.fdopen(descriptor, "wb") as file:
            _encrypt(file, key, _even(blocks))
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(target)
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise Refused("file.disk_full", field="file") from error
        raise
    finally:
        Path(temporary).unlink(missing_ok=True)
    return name, cipher.encrypt(KEY_FIELD, base64.b64encode(key).decode("ascii"))


def read(storage_name: str, sealed_key: bytes) -> Iterator[bytes]:
    """Yield the plain blocks of a file. Raises InvalidTag when it was altered, FileNotFoundError when it is gone."""
    aead = AESGCM(base64.b64decode(cipher.decrypt(KEY_FIELD, sealed_key)))
    with path_of(storage_name).open("rb") as file:
        left, number = os.fstat(file.fileno()).st_size, 0
        while left > 0:
            block = file.read(CHUNK + TAG)
            left -= len(block)
            yield aead.decrypt(_nonce(number), block, b"last" if left <= 0 else b"more")
            number += 1


def remove(storage_name: str) -> None:
    """Delete a file; harmless when it is gone."""
    path_of(storage_name).unlink(missing_ok=True)


def _encrypt(file: IO[bytes], key: bytes, blocks: Iterator[bytes]) -> None:
    aead, number = AESGCM(key), 0
    block = next(blocks, b"")
    while True:
        following = next(blocks, None)
        file.write(aead.encrypt(_nonce(number), block, b"last" if following is None else b"more"))
        if following is None:
            return
        block, number = following, number + 1


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")


def _even(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Cut any blocks into chunks of the one size that reading expects."""
    pending = bytearray()
    for block in blocks:
        pending += block
        while len(pending) > CHUNK:
            yield bytes(pending[:CHUNK])
            del pending[:CHUNK]
    yield bytes(pending)
