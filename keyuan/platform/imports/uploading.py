"""An upload on its way into the vault: encrypted while it arrives, so that its plain text never touches the disk."""

import queue
import threading
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest

from keyuan.kernel.errors import Refused
from keyuan.platform.files import vault
from keyuan.platform.imports.storage import Metered, StoredFile

#: Blocks that may wait for the disk; more would fill the memory when the network is faster.
WAITING = 16
POLL_SECONDS = 0.2


class _Abandoned(Exception):
    """The browser went away in the middle."""


@dataclass(frozen=True, slots=True)
class VaultUpload:
    """An uploaded file that stands in the vault; the request closes it like any other."""

    name: str
    stored: StoredFile

    @property
    def fingerprint(self) -> str:
        """The digest of the content, taken while it arrived: it cannot be read again like another upload."""
        return self.stored.sha256

    def close(self) -> None:
        """Nothing is open."""


class VaultUploadHandler(FileUploadHandler):
    """Hands what arrives to a writer in a thread of its own, because the vault takes a file as one stream.

    What the writer refuses (disk full, too large) stands in ``refusal`` afterwards; nothing is kept then.
    """

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.refusal: Refused | None = None
        self._stored: StoredFile | None = None
        self._failure: BaseException | None = None
        self._blocks: queue.Queue[bytes | BaseException | None] = queue.Queue(WAITING)
        self._writer: threading.Thread | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin to write."""
        super().new_file(*args, **kwargs)
        if self._writer is not None:
            raise StopUpload(connection_reset=True)
        self._writer = threading.Thread(target=self._write, daemon=True)
        self._writer.start()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:  # noqa: ARG002 - Django's signature
        """Pass a block on. Stops the upload when the writer has given up."""
        self._put(bytes(raw_data))

    def file_complete(self, file_size: int) -> Any:  # noqa: ARG002 - Django's signature
        """Wait until everything is on the disk; None when it was refused."""
        self._end(None)
        if self._stored is None:
            return None
        return VaultUpload(self.file_name or "file", self._stored)

    def upload_interrupted(self) -> None:
        """Leave nothing behind when the browser goes away."""
        self._end(_Abandoned())

    def forget(self) -> None:
        """Remove what was stored: nobody will come for it."""
        if self._stored is not None:
            vault.remove(self._stored.storage_name)

    def _put(self, block: bytes) -> None:
        while self._writer is not None and self._writer.is_alive():
            try:
                self._blocks.put(block, timeout=POLL_SECONDS)
            except queue.Full:
                continue
            return
        raise StopUpload(connection_reset=False)

    def _end(self, last: BaseException | None) -> None:
        if self._writer is None:
            return
        while self._writer.is_alive():
            try:
                self._blocks.put(last, timeout=POLL_SECONDS)
            except queue.Full:
                continue
            break
        self._writer.join()
        if self._failure is not None:
            raise self._failure

    def _write(self) -> None:
        meter = Metered(self._arriving())
        try:
            name, key = vault.write(meter)
        except Refused as refusal:
            self.refusal = refusal
        except _Abandoned:
            return
        except OSError as failure:
            # Raised again in the request's own thread, where it is a bug with a trace.
            self._failure = failure
        else:
            self._stored = StoredFile(name, key, meter.size, meter.sha256)

    def _arriving(self) -> Any:
        while (block := self._blocks.get()) is not None:
            if isinstance(block, BaseException):
                raise block
            yield block
