"""The manifest that goes with the files of a delivery: read strictly, refused by name (PLT-14)."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

from keyuan.integrations.rules.offers import Offer, OfferedPart
from keyuan.kernel.errors import Refused

FORMAT = "keyuan-delivery/1"
SUFFIX = ".manifest.json"
MOST_FILES = 50
NAME_LIMIT = 120
KEY = re.compile(r"[\w][\w.\-:]{0,79}")
DIGEST = re.compile(r"[0-9a-f]{64}")
#: No control totals beyond what a database integer holds.
MOST = 2**63 - 1


def read_manifest(data: bytes, *, handle: str, stamp: str) -> Offer:
    """Return what a manifest announces; one that cannot be read is an offer with its fault."""
    digest = hashlib.sha256(data).hexdigest()
    try:
        stored = json.loads(data.decode("utf-8-sig"))
    except ValueError:
        return _faulty(handle, stamp, digest, Refused("manifest.no_json"))
    try:
        return _offer(_mapping(stored, "manifest"), handle, stamp, digest)
    except Refused as fault:
        return _faulty(handle, stamp, digest, fault)


def _faulty(handle: str, stamp: str, digest: str, fault: Refused) -> Offer:
    return Offer(key=f"?{handle}"[:80], digest=digest, handle=handle, stamp=stamp, fault=fault)


def _offer(stored: Mapping[str, Any], handle: str, stamp: str, digest: str) -> Offer:
    if stored.get("format") != FORMAT:
        raise Refused("manifest.format", expected=FORMAT)
    files = stored.get("files")
    if not isinstance(files, list) or not 1 <= len(files) <= MOST_FILES:
        raise Refused("manifest.files", limit=MOST_FILES)
    parts = tuple(_part(_mapping(item, "files")) for item in files)
    if len({part.name.casefold() for part in parts}) != len(parts):
        raise Refused("manifest.name_twice")
    return Offer(
        key=_key(stored.get("delivery")),
        digest=digest,
        handle=handle,
        stamp=stamp,
        sequence=_count(stored, "sequence", least=1),
        business_date=_day(stored.get("business_date")),
        parts=parts,
    )


def _mapping(value: Any, name: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise Refused("manifest.entry", entry=name)
    return value


def _key(value: Any) -> str:
    if not isinstance(value, str) or not KEY.fullmatch(value):
        raise Refused("manifest.entry", entry="delivery")
    return value


def _day(value: Any) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise Refused("manifest.entry", entry="business_date") from None


def _count(stored: Mapping[str, Any], name: str, *, least: int = 0) -> int | None:
    value = stored.get(name)
    if value is None:
        return None
    # A JSON true is an int to Python.
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= MOST:
        raise Refused("manifest.entry", entry=name)
    return value


def _part(stored: Mapping[str, Any]) -> OfferedPart:
    digest = stored.get("sha256")
    if not isinstance(digest, str) or not DIGEST.fullmatch(digest):
        raise Refused("manifest.entry", entry="sha256")
    size, rows = _count(stored, "size"), _count(stored, "rows")
    if size is None or rows is None:
        raise Refused("manifest.entry", entry="size" if size is None else "rows")
    return OfferedPart(
        name=safe_file_name(stored.get("name")),
        target=_word(stored, "target"),
        mapping=_word(stored, "mapping"),
        encoding=_word(stored, "encoding"),
        size=size,
        sha256=digest,
        rows=rows,
        totals=_totals(stored.get("totals")),
    )


def _word(stored: Mapping[str, Any], name: str) -> str:
    value = stored.get(name, "")
    if not isinstance(value, str) or len(value) > 80:
        raise Refused("manifest.entry", entry=name)
    return value.strip()


def _totals(value: Any) -> dict[str, int]:
    totals = _mapping({} if value is None else value, "totals")
    for column, total in totals.items():
        # Minor units are whole: a fraction would be a rounding that nobody can reconcile.
        if not column or not isinstance(total, int) or isinstance(total, bool) or abs(total) > MOST:
            raise Refused("manifest.entry", entry="totals")
    return dict(totals)


def safe_file_name(value: Any) -> str:
    """Return a plain file name. Raises Refused manifest.hostile_name for paths, hidden files and control signs."""
    name = value if isinstance(value, str) else ""
    is_plain = bool(name) and len(name) <= NAME_LIMIT and not name.startswith((".", "~", "-"))
    signs = any(unicodedata.category(sign).startswith("C") or sign in '/\\:*?"<>|' for sign in name)
    if not is_plain or signs or name.strip() != name or name.lower().endswith(SUFFIX):
        raise Refused("manifest.hostile_name")
    return name
