"""An SFTP server; its host key is known beforehand (`keyuan.platform.sftp`)."""

import posixpath
import secrets
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, Any, cast

import paramiko

from keyuan.platform.backup.destinations.base import Destination
from keyuan.platform.backup.faults import Unreachable
from keyuan.platform.sftp import Address, connected

UNFINISHED = ".part-"


def _address(options: Mapping[str, Any]) -> Address:
    files = {key: Path(options[key]) for key in ("key_file", "key_password_file", "password_file") if key in options}
    return Address(
        host=str(options["host"]),
        user=str(options["user"]),
        known_hosts=Path(options["known_hosts"]),
        port=int(options.get("port", 22)),
        **files,
    )


class SftpDestination(Destination):
    """Files below one path of a server; each is written under a passing name, then renamed."""

    kind = "sftp"

    def __init__(self, name: str, options: Mapping[str, Any]) -> None:
        super().__init__(name, options)
        self._root = str(options["path"])
        self._made: set[str] = set()
        self._session = ExitStack()
        with self._speaking():
            self._sftp = self._session.enter_context(connected(_address(options)))

    def sizes(self, prefix: str) -> dict[str, int]:
        """Return key → bytes below ``prefix``."""
        with self._speaking():
            return dict(self._walk(prefix.rstrip("/")))

    def put(self, key: str, source: Path) -> None:
        """Send ``source``; it appears under its name when the server has all of it."""
        folder = posixpath.dirname(key)
        draft = posixpath.join(folder, f"{UNFINISHED}{secrets.token_hex(6)}")
        with self._speaking():
            self._make(folder)
            try:
                # ``confirm`` asks the server for the size that arrived.
                self._sftp.put(str(source), self._path(draft), confirm=True)
                self._sftp.posix_rename(self._path(draft), self._path(key))
            except (OSError, paramiko.SSHException):
                with suppress(OSError, EOFError, paramiko.SSHException):
                    self._sftp.remove(self._path(draft))
                raise

    def read(self, key: str) -> IO[bytes]:
        """Open a file; its blocks are asked for ahead."""
        with self._speaking():
            size = self._sftp.stat(self._path(key)).st_size
            file = self._sftp.open(self._path(key), "rb")
            file.prefetch(size)
            return cast(IO[bytes], _Reading(file, self.name))

    def remove(self, keys: Iterable[str]) -> None:
        """Delete files, and folders that become empty."""
        with self._speaking():
            folders = set()
            for key in keys:
                with suppress(FileNotFoundError):
                    self._sftp.remove(self._path(key))
                folders.add(posixpath.dirname(key))
            for folder in folders - {""}:
                # A folder that still holds something stays.
                with suppress(OSError):
                    self._sftp.rmdir(self._path(folder))
                self._made.discard(self._path(folder))

    def clear(self) -> None:
        """Delete unfinished files, and folders without any."""
        with self._speaking():
            for key, _size in list(self._walk("", unfinished=True)):
                self._sftp.remove(self._path(key))
                with suppress(OSError):
                    self._sftp.rmdir(self._path(posixpath.dirname(key)))
            self._made.clear()

    def close(self) -> None:
        """Leave."""
        self._session.close()

    def _path(self, key: str) -> str:
        return posixpath.join(self._root, key)

    def _walk(self, folder: str, *, unfinished: bool = False) -> Iterator[tuple[str, int]]:
        try:
            entries = self._sftp.listdir_attr(self._path(folder))
        except FileNotFoundError:
            return
        for entry in entries:
            key = posixpath.join(folder, entry.filename)
            if stat.S_ISDIR(entry.st_mode or 0):
                yield from self._walk(key, unfinished=unfinished)
            elif entry.filename.startswith(UNFINISHED) == unfinished:
                yield key, int(entry.st_size or 0)

    def _make(self, folder: str) -> None:
        path = "/" if self._root.startswith("/") else ""
        for name in filter(None, self._path(folder).split("/")):
            path = posixpath.join(path, name)
            if path in self._made:
                continue
            try:
                self._sftp.stat(path)
            except FileNotFoundError:
                self._sftp.mkdir(path, 0o700)
            self._made.add(path)

    @contextmanager
    def _speaking(self) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError:
            raise
        except (OSError, EOFError, paramiko.SSHException) as error:
            raise Unreachable(self.name, error) from error


class _Reading:
    """A remote file that says whose fault it is when reading fails."""

    def __init__(self, file: paramiko.SFTPFile, place: str) -> None:
        self._file, self._place = file, place

    def read(self, size: int = -1) -> bytes:
        try:
            return bytes(self._file.read(size if size >= 0 else None))
        except (OSError, EOFError, paramiko.SSHException) as error:
            raise Unreachable(self._place, error) from error

    def close(self) -> None:
        self._file.close()

    def __enter__(self) -> "_Reading":
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()
