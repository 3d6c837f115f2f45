"""Sending a prepared backup to one destination: what is there already is not sent again."""

from dataclasses import dataclass, field
from pathlib import Path

import structlog

from keyuan.platform.backup.config import Place
from keyuan.platform.backup.destinations import Destination, opened
from keyuan.platform.backup.faults import Unreachable
from keyuan.platform.backup.manifest import BACKUPS, FILES, HEAD, blob_key, key_of
from keyuan.platform.backup.preparing import Prepared

#: A connection that breaks is made again; what has arrived stays.
TRIES = 3
log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Sent:
    """What went over the line: bytes, and the files of the vault that were not there yet."""

    size: int = 0
    files: set[str] = field(default_factory=set)


def send(place: Place, prepared: Prepared) -> Sent:
    """Send everything and the head last; go on after a broken connection. Raises `Unreachable` after the last try."""
    sent = Sent()
    for attempt in range(1, TRIES + 1):
        try:
            with opened(place) as destination:
                _send(destination, prepared, sent)
        except Unreachable as error:
            log.warning("backup.unreachable", place=place.name, attempt=attempt, why=error.params["why"])
            if attempt == TRIES:
                raise
        else:
            break
    return sent


def _send(destination: Destination, prepared: Prepared, sent: Sent) -> None:
    destination.clear()
    there = destination.sizes(key_of(prepared.name))
    _clear_halves(destination, prepared.name)
    shelves = destination.sizes(FILES) if prepared.files else {}
    for file in prepared.files:
        key = blob_key(file.name)
        if shelves.get(key) != file.size:
            _put(destination, key, prepared.held.path_of(file.name), sent)
            sent.files.add(file.name)
    for part in prepared.parts:
        path = prepared.folder / part
        if there.get(key_of(prepared.name, part)) != path.stat().st_size or part == HEAD:
            _put(destination, key_of(prepared.name, part), path, sent)


def _put(destination: Destination, key: str, path: Path, sent: Sent) -> None:
    destination.put(key, path)
    sent.size += path.stat().st_size


def _clear_halves(destination: Destination, current: str) -> None:
    """Remove backups without a head: their sending was killed, and only one runs at a time."""
    found = destination.sizes(BACKUPS)
    names = {key.split("/")[1] for key in found}
    whole = {key.split("/")[1] for key in found if key.endswith(f"/{HEAD}")}
    for name in names - whole - {current}:
        destination.remove([key for key in found if key.split("/")[1] == name])
