"""Where snapshots stand: one folder per date below ``KEYUAN_VAR/mart``, complete or not there at all."""

import fcntl
import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings

from keyuan.kernel.errors import Refused

#: The day, and for a second build of one day its number: a reader of the first is not disturbed.
NAME = re.compile(r"(\d{4}-\d{2}-\d{2})(?:\.(\d+))?")
BUILDING = ".building-"
FACTS = "snapshot.json"
#: Folder beside the extracts for tables made of them; it is kept, swept and rid of erased customers with them.
DERIVED = "derived"
#: How long a snapshot replaced by a newer one of its day stays for those who still read it.
LINGER = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One complete copy: ``day`` is the book's day, ``as_of`` the moment at which all of it was read."""

    folder: Path
    day: date
    as_of: datetime
    rows: dict[str, int]
    seconds: float

    def path(self, key: str) -> Path:
        """Return the Parquet file of extract ``key``. Raises KeyError when the snapshot has none."""
        if key not in self.rows:
            raise KeyError(key)
        return self.folder / f"{key}.parquet"

    @property
    def keys(self) -> list[str]:
        """Return the names of its tables."""
        return sorted(self.rows)


def home() -> Path:
    """Return the folder of all snapshots, mode 700."""
    path = Path(settings.VAR_DIR) / "mart"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


@contextmanager
def alone() -> Iterator[None]:
    """Be the only one who changes snapshots. Raises Refused ``mart.busy``."""
    with lone(home() / ".lock", "mart.busy"):
        yield


@contextmanager
def lone(path: Path, code: str) -> Iterator[None]:
    """Hold the lock file ``path`` alone; whoever dies lets go of it. Raises Refused ``code`` while another has it."""
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Refused(code) from error
        yield


def is_busy() -> bool:
    """Tell whether a build runs."""
    try:
        with alone():
            return False
    except Refused:
        return True


def snapshots() -> list[Snapshot]:
    """Return the snapshots that are there, newest first."""
    found = [(match, path) for path in home().iterdir() if (match := NAME.fullmatch(path.name))]
    found.sort(key=lambda pair: (pair[0][1], int(pair[0][2] or 1)), reverse=True)
    return [opened for _match, path in found if (opened := _open(path))]


def latest() -> Snapshot | None:
    """Return the newest snapshot, or None before the first build."""
    return next(iter(snapshots()), None)


def snapshot_of(day: date) -> Snapshot | None:
    """Return the newest snapshot taken on ``day``."""
    return next((one for one in snapshots() if one.day == day), None)


def _open(folder: Path) -> Snapshot | None:
    try:
        facts = json.loads((folder / FACTS).read_text(encoding="utf-8"))
    except FileNotFoundError:
        # Taken away between the listing and the look.
        return None
    day, as_of = date.fromisoformat(facts["day"]), datetime.fromisoformat(facts["as_of"])
    return Snapshot(folder, day, as_of, facts["rows"], facts["seconds"])


def place_for(day: date) -> Path:
    """Return the folder that a new snapshot of ``day`` takes. Only while `alone`."""
    taken = [
        int(match[2] or 1) for path in home().iterdir() if (match := NAME.fullmatch(path.name)) and match[1] == str(day)
    ]
    return home() / (f"{day}.{max(taken) + 1}" if taken else str(day))


def clear() -> None:
    """Delete every snapshot: they are of another book. Raises Refused ``mart.busy``."""
    with alone():
        for one in snapshots():
            shutil.rmtree(one.folder)


def sweep(*, keep_days: int, now: datetime) -> int:
    """Delete what killed builds left, snapshots older than ``keep_days`` and replaced ones; return how many.

    The newest always stays. Only while `alone`.
    """
    for left in home().glob(f"{BUILDING}*"):
        shutil.rmtree(left)
    found, gone = snapshots(), 0
    for older, newer in zip(found[1:], found, strict=False):
        replaced = older.day == newer.day and newer.as_of < now - LINGER
        if replaced or older.day <= found[0].day - timedelta(days=keep_days):
            shutil.rmtree(older.folder)
            gone += 1
    return gone
