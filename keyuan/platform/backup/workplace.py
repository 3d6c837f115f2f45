"""Folders and small memories of backups on this machine: one run at a time, nothing left of a killed one."""

import fcntl
import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyrage
from django.conf import settings

from keyuan.kernel.errors import Refused
from keyuan.platform.backup import stored_files
from keyuan.platform.backup.config import Plan
from keyuan.platform.backup.keys import write_private
from keyuan.platform.backup.stored_files import Stored

RUN_KEY, LISTING = "run.key", "files.zst"
WORK = "keyuan-backup-"


def home() -> Path:
    """Return the folder of backup's own memories, mode 700."""
    path = Path(settings.VAR_DIR) / "backup"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def scratch(plan: Plan) -> Path:
    """Return where copies are made and tried: as large as the book and its sealed form together."""
    path = plan.scratch or home() / "work"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


@contextmanager
def alone() -> Iterator[None]:
    """Be the only backup or verification of this book. Raises Refused ``backup.busy``."""
    with (home() / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Refused("backup.busy") from error
        yield


def is_busy() -> bool:
    """Tell whether a backup or a verification runs."""
    try:
        with alone():
            return False
    except Refused:
        return True


@contextmanager
def workplace(plan: Plan, name: str) -> Iterator[Path]:
    """Give an empty working folder, gone afterwards; what killed runs left goes, too. Only while `alone`."""
    for left in scratch(plan).glob(f"{WORK}*"):
        shutil.rmtree(left, ignore_errors=True)
    path = scratch(plan) / f"{WORK}{name}"
    path.mkdir(mode=0o700)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def keep_run_key(name: str, identity: pyrage.x25519.Identity) -> None:
    """Keep what opens the newest backup, so that it can be verified where the recovery key is not."""
    write_private(home() / RUN_KEY, json.dumps({"name": name, "identity": str(identity)}))


def run_key(name: str) -> pyrage.x25519.Identity | None:
    """Return what opens the backup called ``name``, if it is the newest of this machine."""
    path = home() / RUN_KEY
    if not path.is_file():
        return None
    stored = json.loads(path.read_text(encoding="ascii"))
    return pyrage.x25519.Identity.from_str(stored["identity"]) if stored["name"] == name else None


def known_files() -> dict[str, Stored]:
    """Return the files of the last listing by name: the vault never changes a file."""
    path = home() / LISTING
    return {file.name: file for file in stored_files.load(path.read_bytes())} if path.is_file() else {}


def remember_files(files: Sequence[Stored]) -> None:
    """Keep a listing for the next time."""
    draft = home() / f".{LISTING}"
    draft.write_bytes(stored_files.dump(files))
    draft.replace(home() / LISTING)
