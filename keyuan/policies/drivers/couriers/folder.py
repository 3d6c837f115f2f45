"""A courier that puts files into a folder: CSV with number, state, day and words in each line (POL-8)."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from keyuan.policies.drivers.couriers import Parcel, Told

#: Words of couriers for what we know.
STATES = {
    "DELIVERED": "DELIVERED", "妥投": "DELIVERED", "签收": "DELIVERED", "已签收": "DELIVERED",
    "RETURNED": "RETURNED", "退回": "RETURNED", "拒收": "RETURNED", "LOST": "LOST", "遗失": "LOST", "丢失": "LOST",
}  # fmt: skip
MOST_BYTES = 8 * 1024 * 1024
MOST_FILES = 50


@dataclass(frozen=True, slots=True)
class FolderCourier:
    """Reads the newest files of ``folder``; lines that say nothing we understand are passed over."""

    key: str
    folder: Path

    def track(self, parcels: Sequence[Parcel], _today: date) -> list[Told]:
        """Return what the files say of ``parcels``, in the order of the files."""
        wanted = {parcel.tracking_no for parcel in parcels}
        if not self.folder.is_dir():
            return []
        files = sorted(self.folder.glob("*.csv"))[-MOST_FILES:]
        return [one for path in files for one in _lines(path) if one.tracking_no in wanted]


def _lines(path: Path) -> Iterator[Told]:
    if path.stat().st_size > MOST_BYTES:
        return
    text = path.read_bytes().decode("utf-8-sig", "replace")
    for row in csv.reader(text.splitlines()):
        told = _told([cell.strip() for cell in row])
        if told is not None:
            yield told


def _told(cells: list[str]) -> Told | None:
    if len(cells) < 3 or cells[1].upper() not in STATES:
        return None
    try:
        day = date.fromisoformat(cells[2])
    except ValueError:
        return None
    return Told(cells[0], STATES[cells[1].upper()], day, cells[3][:200] if len(cells) > 3 else "")
