"""Streams into sealed volumes and back: zstd, then age, cut into files of one size; no more in memory than a block."""

import hashlib
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol, cast

import pyrage
import zstandard

from keyuan.kernel.errors import KeyuanError
from keyuan.platform.backup.faults import Flawed

VOLUME = 256 * 1024 * 1024
LEVEL = 3
BLOCK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Part:
    """One volume: its file name, its size in bytes, its SHA-256."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Packed:
    """A stream in its volumes: size and SHA-256 of the plain bytes, and the parts in order."""

    size: int
    sha256: str
    parts: tuple[Part, ...]


class Readable(Protocol):
    """Anything that gives bytes."""

    def read(self, size: int = -1, /) -> bytes: ...


class Digesting:
    """Passes bytes on and remembers how many and which."""

    def __init__(self, source: Readable) -> None:
        self._source = source
        self.size, self.sha256 = 0, hashlib.sha256()

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes of the source."""
        block = self._source.read(size)
        self.size += len(block)
        self.sha256.update(block)
        return block


class Volumes(io.RawIOBase):
    """Writes one stream into numbered files of at most ``limit`` bytes."""

    def __init__(self, folder: Path, stem: str, limit: int) -> None:
        self._folder, self._stem, self._limit = folder, stem, limit
        self._file: IO[bytes] | None = None
        self._digest, self._size = hashlib.sha256(), 0
        self.parts: list[Part] = []

    def writable(self) -> bool:
        """Say that this can be written."""
        return True

    def write(self, data: Any, /) -> int:
        """Take bytes; begin a new file where the last is full."""
        view = memoryview(data)
        left = view
        while len(left):
            if self._file is None:
                self._file = (self._folder / self._name()).open("wb")
            piece = left[: self._limit - self._size]
            self._file.write(piece)
            self._digest.update(piece)
            self._size += len(piece)
            left = left[len(piece) :]
            if self._size >= self._limit:
                self._end()
        return len(view)

    def finish(self) -> tuple[Part, ...]:
        """Close the last file; return all parts."""
        self._end()
        return tuple(self.parts)

    def _name(self) -> str:
        return f"{self._stem}.{len(self.parts):04}"

    def _end(self) -> None:
        if self._file is not None:
            self._file.close()
            self.parts.append(Part(self._name(), self._size, self._digest.hexdigest()))
        self._file, self._digest, self._size = None, hashlib.sha256(), 0


class Joined:
    """Reads parts one after the other and checks each; an altered one ends the reading with its name."""

    def __init__(self, parts: Sequence[Part], opened: Callable[[Part], IO[bytes]]) -> None:
        self._parts, self._opened = iter(parts), opened
        self._part: Part | None = None
        self._file: IO[bytes] | None = None
        self._digest, self._size = hashlib.sha256(), 0
        self._failure: KeyuanError | None = None

    def read(self, size: int = BLOCK, /) -> bytes:
        """Return the next bytes, empty after the last. Raises Flawed where a part is not what was sent.

        What went wrong once is raised again: the library in between may have made something else of it.
        """
        if self._failure is not None:
            raise self._failure
        try:
            return self._read(size)
        except KeyuanError as error:
            self._failure = error
            raise

    def _read(self, size: int) -> bytes:
        while True:
            if self._file is None and not self._next():
                return b""
            block = self._file.read(size) if self._file is not None else b""
            if block:
                self._digest.update(block)
                self._size += len(block)
                return block
            self._end()

    def drain(self) -> None:
        """Read what nobody asked for to its end, so that every part is checked. Raises Flawed as `read`."""
        while self.read():
            pass

    def close(self) -> None:
        """Let go of what is open."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _next(self) -> bool:
        self._part = next(self._parts, None)
        if self._part is None:
            return False
        self._file = self._opened(self._part)
        self._digest, self._size = hashlib.sha256(), 0
        return True

    def _end(self) -> None:
        self.close()
        part = self._part
        if part is not None and self._size != part.size:
            raise Flawed("truncated", part=part.name, found=self._size, expected=part.size)
        if part is not None and self._digest.hexdigest() != part.sha256:
            raise Flawed("altered", part=part.name)


def pack(
    source: Readable, folder: Path, stem: str, recipients: Sequence[pyrage.x25519.Recipient], *, volume: int = VOLUME
) -> Packed:
    """Compress and encrypt ``source`` to ``recipients`` into volumes ``<stem>.0000`` … in ``folder``."""
    plain, volumes = Digesting(source), Volumes(folder, stem, volume)
    reader = zstandard.ZstdCompressor(level=LEVEL, threads=1).stream_reader(cast(IO[bytes], plain), read_size=BLOCK)
    pyrage.encrypt_io(reader, volumes, list(recipients))
    return Packed(plain.size, plain.sha256.hexdigest(), volumes.finish())


def unpack(joined: Joined, target: IO[bytes], identities: Sequence[pyrage.x25519.Identity], what: str) -> str:
    """Decrypt and decompress into ``target``; return the SHA-256 of the plain bytes.

    Raises Flawed: ``altered`` or ``truncated`` for a part that is not what was sent, ``wrong_key`` when no identity
    opens it, ``unreadable`` for anything else that is no sealed stream.
    """
    digest = hashlib.sha256()
    sink = cast(IO[bytes], _Tee(target, digest))
    writer = zstandard.ZstdDecompressor().stream_writer(sink, closefd=False)
    try:
        pyrage.decrypt_io(joined, writer, list(identities))
        joined.drain()
        target.flush()
    except pyrage.DecryptError as error:
        # The digests of the parts say more than a failed decryption does.
        joined.drain()
        raise Flawed("wrong_key" if "matching keys" in str(error) else "unreadable", part=what) from error
    except (zstandard.ZstdError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        # Without a number it is age that speaks: a block does not fit its seal.
        joined.drain()
        raise Flawed("unreadable", part=what) from error
    finally:
        joined.close()
    return digest.hexdigest()


class _Tee:
    """Writes to a file and into a digest."""

    def __init__(self, target: IO[bytes], digest: Any) -> None:
        self._target, self._digest = target, digest

    def write(self, data: bytes) -> int:
        self._digest.update(data)
        self._target.write(data)
        return len(data)

    def flush(self) -> None:
        self._target.flush()


def seal_bytes(plain: bytes, recipients: Sequence[pyrage.x25519.Recipient]) -> bytes:
    """Return a small thing compressed and encrypted."""
    return bytes(pyrage.encrypt(zstandard.compress(plain, LEVEL), list(recipients)))


def open_bytes(sealed: bytes, identities: Sequence[pyrage.x25519.Identity], what: str) -> bytes:
    """Return a small thing again; raises Flawed as `unpack`."""
    try:
        return zstandard.decompress(pyrage.decrypt(sealed, list(identities)))
    except pyrage.DecryptError as error:
        code = "wrong_key" if "matching keys" in str(error) else "unreadable"
        raise Flawed(code, part=what) from error
    except zstandard.ZstdError as error:
        raise Flawed("unreadable", part=what) from error


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def blocks(file: Readable) -> Iterator[bytes]:
    """Yield what ``file`` holds."""
    while block := file.read(BLOCK):
        yield block
