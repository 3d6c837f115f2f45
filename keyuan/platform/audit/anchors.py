"""Anchors: the head of each chain, kept in files outside the database, so that a cut tail is noticed (decision 18).

``<chain>-head.json`` follows every sealing; ``<chain>-YYYY-MM-DD.json`` is written once a day and never again. Copy the
folder to another machine: whoever can change both the database and these files can cut the tail unseen.
"""

import hashlib
import hmac
import json
import os
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from django.conf import settings

from keyuan.platform.crypto.keyring import ring


@dataclass(frozen=True, slots=True)
class Anchor:
    """The head of a chain at one moment: its last link, and the largest event id among the links so far."""

    chain: str
    sequence: int
    hash: str
    max_event_id: int
    at: str


def folder() -> Path:
    """Return the folder of the anchors, made when absent, mode 700."""
    path = Path(settings.VAR_DIR) / "anchors"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def keep_head(anchor: Anchor) -> None:
    """Replace the file of the present head."""
    path = folder() / f"{anchor.chain}-head.json"
    temporary = path.with_suffix(f".{os.getpid()}")
    temporary.write_text(_dumped(anchor), encoding="ascii")
    temporary.replace(path)


def keep_daily(anchor: Anchor, day: date) -> None:
    """Keep the head of ``day``; the first of a day stands."""
    try:
        with (folder() / f"{anchor.chain}-{day.isoformat()}.json").open("x", encoding="ascii") as file:
            file.write(_dumped(anchor))
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        return


def anchors_of(chain: str) -> list[tuple[str, Anchor | None]]:
    """Return every anchor of a chain by file name, in order of time; None for one that was tampered with."""
    return [(path.name, _loaded(path)) for path in sorted(folder().glob(f"{chain}-*.json"))]


def floor_of(chain: str, before: date) -> int:
    """Return the largest event id known to be sealed on a day before ``before``; 0 when there was none."""
    daily = [anchor for name, anchor in anchors_of(chain) if anchor and name < f"{chain}-{before.isoformat()}.json"]
    return daily[-1].max_event_id if daily else 0


def _dumped(anchor: Anchor) -> str:
    body = asdict(anchor)
    return json.dumps(body | {"mac": _mac(body)})


def _loaded(path: Path) -> Anchor | None:
    try:
        body = json.loads(path.read_text(encoding="ascii"))
        mac = body.pop("mac")
        return Anchor(**body) if hmac.compare_digest(mac, _mac(body)) else None
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _mac(body: dict[str, object]) -> str:
    text = json.dumps(body, sort_keys=True).encode()
    return hmac.digest(ring().audit_key, b"anchor:" + text, hashlib.sha256).hex()
