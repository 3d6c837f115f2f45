"""A folder: another disk, a network share."""

import os
import secrets
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from keyuan.platform.backup.destinations.base import Destination
from keyuan.platform.backup.faults import Unreachable

UNFINISHED = ".part-"


class FolderDestination(Destination):
    """Files below one folder; each is written beside its place, flushed to the disk, then moved into it."""

    kind = "folder"

    def __init__(self, name: str, options: Mapping[str, Any]) -> None:
        super().__init__(name, options)
        self._root = Path(options["path"])
        with self._speaking():
            self._root.mkdir(mode=0o700, parents=True, exist_ok=True)

    def sizes(self, prefix: str) -> dict[str, int]:
        """Return key → bytes below ``prefix``."""
        with self._speaking():
            found = (path for path in (self._root / prefix).rglob("*") if path.is_file())
            return {
                path.relative_to(self._root).as_posix(): path.stat().st_size
                for path in found
                if not path.name.startswith(UNFINISHED)
            }

    def put(self, key: str, source: Path) -> None:
        """Copy ``source`` to its place in one move."""
        target = self._root / key
        draft = target.with_name(f"{UNFINISHED}{secrets.token_hex(6)}")
        with self._speaking():
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                with source.open("rb") as read, draft.open("xb") as written:
                    shutil.copyfileobj(read, written, 1024 * 1024)
                    written.flush()
                    os.fsync(written.fileno())
                draft.replace(target)
                _flush_folder(target.parent)
            finally:
                draft.unlink(missing_ok=True)

    def read(self, key: str) -> IO[bytes]:
        """Open a file."""
        with self._speaking():
            return (self._root / key).open("rb")

    def remove(self, keys: Iterable[str]) -> None:
        """Delete files, and folders that become empty."""
        with self._speaking():
            for key in keys:
                path = self._root / key
                path.unlink(missing_ok=True)
                if path.parent != self._root and path.parent.is_dir() and not any(path.parent.iterdir()):
                    path.parent.rmdir()

    def clear(self) -> None:
        """Delete unfinished files, and folders without any."""
        with self._speaking():
            for path in list(self._root.rglob(f"{UNFINISHED}*")):
                path.unlink(missing_ok=True)
            for folder in (self._root / "backups").glob("*/"):
                if not any(folder.iterdir()):
                    folder.rmdir()

    @contextmanager
    def _speaking(self) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError:
            raise
        except OSError as error:
            raise Unreachable(self.name, error) from error


def _flush_folder(path: Path) -> None:
    # Without it a power cut may forget the move, though not the file.
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
