"""Keyed blind indexes: exact search on sealed values without opening them.

A value becomes 64 bits of HMAC-SHA-256 under the index key, bound to its field, so that equal values of two fields
differ. 64 bits keep the index narrow; whoever finds a row by it compares the opened value where a clash would matter.
"""

import hashlib
import hmac

from keyuan.kernel.fields import PERSONAL_FIELDS
from keyuan.platform.crypto.keyring import ring

TAIL_DIGITS = 4


def _token(label: str, value: str) -> int:
    digest = hmac.digest(ring().index_key, f"{label}:{value}".encode(), hashlib.sha256)
    return int.from_bytes(digest[:8], "big", signed=True)


def blind_index(field_key: str, value: str) -> int | None:
    """Return the token of a normalised ``value``, or None for an empty one."""
    if not PERSONAL_FIELDS[field_key].index:
        raise ValueError(f"{field_key} has no blind index")
    return _token(field_key, value) if value else None


def tail_index(field_key: str, value: str) -> int | None:
    """Return the token of the last four characters, or None when there are fewer."""
    if not PERSONAL_FIELDS[field_key].tail:
        raise ValueError(f"{field_key} has no tail index")
    return _token(f"{field_key}.tail", value[-TAIL_DIGITS:]) if len(value) >= TAIL_DIGITS else None
