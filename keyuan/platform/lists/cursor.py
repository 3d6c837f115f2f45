"""Cursors: the place in a list where a page ends, opaque and safe against tampering.

A cursor holds the sort value and id of a row. Sort values may be names or dates of birth, so a cursor is encrypted, not
merely signed: addresses end up in histories and logs. The list and its order are bound to it, so that it fits nowhere
else.
"""

import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db.models import Field

NONCE_BYTES = 12
#: Longest cursor that is looked at.
LONGEST = 600


@dataclass(frozen=True, slots=True)
class Anchor:
    """A row's place: its sort value and its id."""

    value: Any
    id: int


@lru_cache(maxsize=2)
def _cipher(secret: str) -> AESGCM:
    return AESGCM(sha256(b"keyuan.lists.cursor" + secret.encode()).digest())


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


def write_cursor(anchor: Anchor, bound_to: str) -> str:
    """Return ``anchor`` as text for an address; ``bound_to`` names list and order."""
    nonce = os.urandom(NONCE_BYTES)
    plain = json.dumps([_plain(anchor.value), anchor.id], ensure_ascii=False).encode()
    sealed = _cipher(settings.SECRET_KEY).encrypt(nonce, plain, bound_to.encode())
    return urlsafe_b64encode(nonce + sealed).decode().rstrip("=")


def read_cursor(text: str, bound_to: str, field: "Field[Any, Any]") -> Anchor | None:
    """Return the place that ``text`` names, its value as ``field`` keeps it; None when we did not make it for this."""
    if not text or len(text) > LONGEST:
        return None
    try:
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        plain = _cipher(settings.SECRET_KEY).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], bound_to.encode())
    except (ValueError, InvalidTag):
        return None
    value, row_id = json.loads(plain)
    return Anchor(None if value is None else field.to_python(value), row_id)
