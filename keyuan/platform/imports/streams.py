"""From stored blocks to characters: unpacking, size guard, encoding (PLT-9)."""

import codecs
import gzip
import io
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import IO, Any

from keyuan.kernel.errors import Refused
from keyuan.platform.imports.limits import MAX_PLAIN_BYTES, MIB

GZIP = b"\x1f\x8b"
ZIP = b"PK\x03\x04"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PDF = b"%PDF"
BLOCK = 256 * 1024
#: Byte-order marks by encoding, the longer ones first.
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
#: What Excel in China writes, in the order of trying: UTF-8 is strict enough to fail on everything else.
TRIED = ("utf-8", "gb18030")

#: Opens the file anew from its beginning.
Opener = Callable[[], IO[bytes]]


class BlockStream(io.RawIOBase):
    """A readable file over an iterator of blocks."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._blocks = iter(blocks)
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        """Tell that this can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill ``buffer`` with what comes next; 0 at the end."""
        while not self._rest:
            block = next(self._blocks, None)
            if block is None:
                return 0
            self._rest = memoryview(block)
        taken = min(len(buffer), len(self._rest))
        buffer[:taken] = self._rest[:taken]
        self._rest = self._rest[taken:]
        return taken


class Unpacked(io.RawIOBase):
    """The content of a gzip stream, with its faults named and its size bounded."""

    def __init__(self, packed: IO[bytes], limit: int = MAX_PLAIN_BYTES) -> None:
        self._file = gzip.GzipFile(fileobj=packed, mode="rb")
        self._left = limit
        self._limit = limit

    def readable(self) -> bool:
        """Tell that this can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill ``buffer``. Raises Refused import.gzip_truncated, .gzip_broken or .too_large (``megabytes``)."""
        try:
            block = self._file.read(len(buffer))
        except EOFError:
            raise Refused("import.gzip_truncated", field="file") from None
        except (gzip.BadGzipFile, zlib.error):
            raise Refused("import.gzip_broken", field="file") from None
        self._left -= len(block)
        if self._left < 0:
            raise Refused("import.too_large", field="file", megabytes=self._limit // MIB)
        buffer[: len(block)] = block
        return len(block)


def opened(blocks: Iterable[bytes]) -> IO[bytes]:
    """Return stored ``blocks`` as a buffered file, unpacked when they are gzip."""
    packed = io.BufferedReader(BlockStream(blocks), BLOCK)
    if packed.peek(2)[:2] == GZIP:
        return io.BufferedReader(Unpacked(packed), BLOCK)
    return packed


def kind_of(head: bytes) -> str:
    """Return ``xlsx`` or ``csv`` by the first bytes. Raises Refused for what is no table: import.empty,
    import.old_excel, import.format."""
    if not head:
        raise Refused("import.empty", field="file")
    if head.startswith(ZIP):
        return "xlsx"
    if head.startswith(OLE):
        raise Refused("import.old_excel", field="file")
    if head.startswith(PDF):
        raise Refused("import.format", field="file")
    return "csv"


def find_encoding(opener: Opener) -> str:
    """Return the encoding in which the whole file is sound, trying strictly.

    Raises Refused import.encoding (``byte``: where the last one tried failed, ``encodings``).
    """
    with opener() as file:
        head = file.read(4)
    for mark, encoding in MARKS:
        if head.startswith(mark):
            return _required(opener, encoding)
    for encoding in TRIED[:-1]:
        if _fault(opener, encoding) is None:
            return encoding
    return _required(opener, TRIED[-1])


def _required(opener: Opener, encoding: str) -> str:
    fault = _fault(opener, encoding)
    if fault is not None:
        raise Refused("import.encoding", field="file", byte=fault, encodings="UTF-8, GB18030")
    return encoding


def _fault(opener: Opener, encoding: str) -> int | None:
    """Return where ``encoding`` fails, None when it fits the whole file."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    with opener() as file:
        passed = 0
        for block in _blocks(file):
            try:
                decoder.decode(block)
            except UnicodeDecodeError as error:
                return passed + error.start
            passed += len(block)
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return passed
    return None


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    while block := file.read(BLOCK):
        yield block
