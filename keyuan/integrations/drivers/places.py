"""Folders on this machine and on others, as far as deliveries need them."""

import errno
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol, cast

import paramiko

from keyuan.kernel.errors import Refused

MOST_ENTRIES = 20_000
#: As much as servers answer to one request of SFTP.
REQUEST = 32 * 1024


@dataclass(frozen=True, slots=True)
class Entry:
    """A name in a folder; ``is_file`` is False for links, folders and devices."""

    name: str
    size: int
    changed: int
    is_file: bool

    @property
    def stamp(self) -> str:
        """What changes when the file is written again."""
        return f"{self.size}:{self.changed}"


class Place(Protocol):
    """One folder."""

    def entries(self) -> list[Entry]:
        """Return what stands in it. Raises Refused delivery.folder when it cannot be read."""

    def entry(self, name: str) -> Entry | None:
        """Return one name, None when it is not there; links are not followed."""

    def open(self, name: str) -> IO[bytes]:
        """Open a file for reading. Raises FileNotFoundError."""

    def put_away(self, name: str, folder: str) -> None:
        """Move a file into a folder below. Raises PermissionError where nothing may be changed."""


def _entry(name: str, mode: int, size: int, changed: int) -> Entry:
    return Entry(name, size, changed, stat.S_ISREG(mode))


class FolderPlace:
    """A folder of this machine. Names are plain names (the manifest's rule); links are never followed."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def entries(self) -> list[Entry]:
        """Return what stands in it."""
        found: list[Entry] = []
        try:
            with os.scandir(self._path) as names:
                for item in names:
                    _bounded(len(found))
                    status = item.stat(follow_symlinks=False)
                    found.append(_entry(item.name, status.st_mode, status.st_size, status.st_mtime_ns))
        except FileNotFoundError as error:
            raise Refused("delivery.folder", folder=self._path.name) from error
        except (NotADirectoryError, PermissionError) as error:
            raise Refused("delivery.folder", folder=self._path.name) from error
        return found

    def entry(self, name: str) -> Entry | None:
        """Return one name."""
        try:
            status = (self._path / name).lstat()
        except FileNotFoundError:
            return None
        return _entry(name, status.st_mode, status.st_size, status.st_mtime_ns)

    def open(self, name: str) -> IO[bytes]:
        """Open a file; one that became a link since it was looked at is refused."""
        try:
            descriptor = os.open(self._path / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError as error:
            if error.errno == errno.ELOOP:
                raise Refused("delivery.not_regular", name=name) from error
            raise
        return os.fdopen(descriptor, "rb")

    def put_away(self, name: str, folder: str) -> None:
        """Move a file; a file of that name put away before is replaced."""
        target = self._path / folder
        target.mkdir(exist_ok=True)
        (self._path / name).replace(target / name)


class SftpPlace:
    """A folder of another machine."""

    def __init__(self, client: paramiko.SFTPClient, folder: str) -> None:
        self._client, self._folder = client, folder.rstrip("/") or "."

    def _at(self, *names: str) -> str:
        return "/".join((self._folder, *names))

    def entries(self) -> list[Entry]:
        """Return what stands in it."""
        found: list[Entry] = []
        try:
            for item in self._client.listdir_iter(self._folder):
                _bounded(len(found))
                found.append(_remote(item.filename, item))
        except FileNotFoundError as error:
            raise Refused("delivery.folder", folder=self._folder) from error
        except PermissionError as error:
            raise Refused("delivery.folder", folder=self._folder) from error
        return found

    def entry(self, name: str) -> Entry | None:
        """Return one name."""
        try:
            return _remote(name, self._client.lstat(self._at(name)))
        except FileNotFoundError:
            return None

    def open(self, name: str) -> IO[bytes]:
        """Open a file; every read asks for its parts at once, so that distance costs little."""
        return cast(IO[bytes], _Ahead(self._client.open(self._at(name), "rb")))

    def put_away(self, name: str, folder: str) -> None:
        """Move a file; a file of that name put away before is replaced."""
        if self._stat(folder) is None:
            self._client.mkdir(self._at(folder), 0o700)
        if self._stat(folder, name) is not None:
            self._client.remove(self._at(folder, name))
        self._client.rename(self._at(name), self._at(folder, name))

    def _stat(self, *names: str) -> Any:
        try:
            return self._client.lstat(self._at(*names))
        except FileNotFoundError:
            return None


class _Ahead:
    """A remote file read by several requests in flight; never more of it in memory than one read asks for."""

    def __init__(self, file: paramiko.SFTPFile) -> None:
        self._file, self._at = file, 0
        self._size = file.stat().st_size or 0

    def __enter__(self) -> "_Ahead":
        return self

    def __exit__(self, *_error: object) -> None:
        self._file.close()

    def seek(self, start: int) -> None:
        """Go to byte ``start``."""
        self._at = start

    def read(self, size: int) -> bytes:
        """Return up to ``size`` bytes; a file cut off in the meantime gives what is there."""
        end = min(self._at + size, self._size)
        wanted = [(at, min(REQUEST, end - at)) for at in range(self._at, end, REQUEST)]
        data = b"".join(self._file.readv(wanted)) if wanted else b""
        self._at += len(data)
        return data


def _remote(name: str, item: Any) -> Entry:
    return _entry(name, item.st_mode or 0, item.st_size or 0, item.st_mtime or 0)


def _bounded(count: int) -> None:
    if count >= MOST_ENTRIES:
        raise Refused("delivery.folder_full", limit=MOST_ENTRIES)


def blocks_of(file: IO[bytes], start: int, size: int) -> Iterator[bytes]:
    """Yield a file from byte ``start`` on in blocks of ``size``."""
    file.seek(start)
    while block := file.read(size):
        yield block
