"""The vault in a backup: encrypted already, never changed, so each file is sent once and listed in every backup."""

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import zstandard

from keyuan.platform.backup.envelope import sha256_of
from keyuan.platform.backup.faults import Flawed
from keyuan.platform.files import vault

HELD = ".held-"


@dataclass(frozen=True, slots=True)
class Stored:
    """One file of the vault as it stands on the disk."""

    name: str
    size: int
    sha256: str


@contextmanager
def held(name: str) -> Iterator["Held"]:
    """Keep the files of this moment from vanishing: each gets a second name, for the length of the block."""
    for left in vault.folder().glob(f"{HELD}*"):
        shutil.rmtree(left, ignore_errors=True)
    holding = Held(vault.folder() / f"{HELD}{name}")
    try:
        holding.renew()
        yield holding
    finally:
        shutil.rmtree(holding.folder, ignore_errors=True)


class Held:
    """Second names of the vault's files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(mode=0o700)

    def renew(self) -> None:
        """Hold what came since. Called after the copy of the database, so that no row names a file that is not held."""
        for path in _files(vault.folder()):
            target = self.path_of(path.name)
            if not target.exists():
                target.parent.mkdir(mode=0o700, exist_ok=True)
                try:
                    os.link(path, target)
                except FileNotFoundError:
                    # Deleted this moment, with its row.
                    continue

    def path_of(self, storage_name: str) -> Path:
        """Return where a held file stands."""
        return self.folder / storage_name[:2] / storage_name

    def listing(self, known: dict[str, Stored]) -> list[Stored]:
        """Return all held files by name; digests of those listed before (``known``) are not taken again."""
        found = []
        for path in sorted(_files(self.folder)):
            size, before = path.stat().st_size, known.get(path.name)
            is_known = before is not None and before.size == size
            found.append(before if before and is_known else Stored(path.name, size, sha256_of(path)))
        return found


def _files(folder: Path) -> Iterator[Path]:
    for shelf in folder.iterdir():
        if len(shelf.name) == 2 and shelf.is_dir():
            yield from (path for path in shelf.iterdir() if not path.name.startswith("."))


def dump(files: Iterable[Stored]) -> bytes:
    """Return a listing as it is stored."""
    text = "".join(f"{file.name} {file.size} {file.sha256}\n" for file in files)
    return zstandard.compress(text.encode("ascii"))


def load(raw: bytes) -> list[Stored]:
    """Return a listing. Raises Flawed ``unreadable``."""
    try:
        with zstandard.ZstdDecompressor().stream_reader(raw) as reader:
            lines = [line.split() for line in reader.read().decode("ascii").splitlines()]
        return [Stored(name, int(size), sha256) for name, size, sha256 in lines]
    except (zstandard.ZstdError, ValueError) as error:
        raise Flawed("unreadable", part="files.zst") from error
