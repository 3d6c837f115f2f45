"""Keyed digests: of personal values, so that a trail can be compared but not read, and of whole events."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from keyuan.kernel.fields import PERSONAL_FIELDS
from keyuan.platform.crypto.keyring import ring
from keyuan.platform.crypto.sealed import Sealed
from keyuan.platform.models.audit_event import EventRecord

DIGEST_PREFIX = "#"
#: Columns under the digest of an event, in this order; ``id`` is added by the chain, since it is given by the database.
COLUMNS = (
    "uid", "at", "action", "actor_kind", "actor_id", "actor_name", "staff_no", "post_id", "post_label", "unit_id",
    "address", "device", "request_id", "subject_kind", "subject_id", "customer_id", "reason", "changes", "detail",
)  # fmt: skip


def value_digest(field: str, text: str) -> str:
    """Return the digest that stands for a personal value: equal values of one field give equal digests."""
    mac = hmac.digest(ring().audit_key, f"value:{field}:{text}".encode(), hashlib.sha256)
    return DIGEST_PREFIX + mac[:12].hex()


def is_secret(field: str, value: Any) -> bool:
    """Tell whether ``value`` may stand in the trail as a digest only."""
    entry = PERSONAL_FIELDS.get(field)
    return isinstance(value, Sealed) or bool(entry and (entry.sealed or entry.sensitive))


def plain(field: str, value: Any) -> Any:
    """Return ``value`` as it may stand in the trail: JSON, with personal values as digests."""
    if value is None or value == "":
        return value
    if isinstance(value, Sealed):
        return value.keyed_digest(lambda text: value_digest(value.field_key, text))
    if isinstance(value, Mapping):
        return {str(key): plain(str(key), part) for key, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(field, part) for part in value]
    if is_secret(field, value):
        return value_digest(field, str(value))
    return _json(value)


def _json(value: Any) -> Any:
    if isinstance(value, bool | int | str):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal | float):
        return str(value)
    # Enumerations, lazy labels, identifiers: their text says enough.
    return str(value)


def dumps(value: Any) -> str:
    """Return the one JSON text of ``value``; empty for nothing."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")) if value else ""


def event_mac(event: EventRecord) -> bytes:
    """Return the keyed digest over the content of ``event``; only who holds the ring can make it."""
    parts = [getattr(event, column) for column in COLUMNS]
    parts[1] = event.at.astimezone(UTC).isoformat(timespec="microseconds")
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    return hmac.digest(ring().audit_key, b"event:" + text.encode(), hashlib.sha256)


def link_hash(previous: bytes, sequence: int, event: EventRecord) -> bytes:
    """Return the hash of the link ``sequence`` over ``event``, following the link that ended in ``previous``."""
    text = f"link:{sequence}:{event.pk}:".encode() + event_mac(event)
    return hmac.digest(ring().audit_key, previous + text, hashlib.sha256)
