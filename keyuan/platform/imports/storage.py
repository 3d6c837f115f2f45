"""The uploaded file at rest: encrypted in the vault, read again for every pass, gone when it expires."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO

from keyuan.kernel.errors import Refused
from keyuan.platform.files import vault
from keyuan.platform.imports import streams
from keyuan.platform.imports.limits import MAX_FILE_BYTES, MIB
from keyuan.platform.imports.streams import Opener
from keyuan.platform.models.import_job import ImportJob


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file in the vault: where, under which sealed key, how large, and the digest of its content."""

    storage_name: str
    key: bytes
    size: int
    sha256: str


class Metered:
    """Passes blocks on while counting, bounding and hashing them."""

    def __init__(self, blocks: Iterable[bytes], limit: int = MAX_FILE_BYTES) -> None:
        self._blocks, self._limit = blocks, limit
        self._hash = hashlib.sha256()
        self.size = 0

    def __iter__(self) -> Iterator[bytes]:
        for block in self._blocks:
            self.size += len(block)
            if self.size > self._limit:
                raise Refused("import.file_large", field="file", megabytes=self._limit // MIB)
            self._hash.update(block)
            yield block

    @property
    def sha256(self) -> str:
        """The digest of what was passed on, as hexadecimal digits."""
        return self._hash.hexdigest()


def opener_of(storage_name: str, wrapped_key: bytes) -> Opener:
    """Return what opens a stored file anew, unpacked. It raises Refused import.expired when the file is gone."""

    def opener() -> IO[bytes]:
        if not storage_name or not vault.path_of(storage_name).exists():
            raise Refused("import.expired")
        return streams.opened(vault.read(storage_name, wrapped_key))

    return opener


def opener_for(import_job: ImportJob) -> Opener:
    """Return what opens the file of ``import_job``."""
    return opener_of(import_job.storage_name, bytes(import_job.wrapped_key or b""))
