"""Signatures of the Standard Webhooks specification: HMAC-SHA256 over id, moment and body (PLT-14)."""

import base64
import binascii
import hashlib
import hmac

#: What a secret begins with, so that scanners of source code recognise a leaked one.
PREFIX = "whsec_"
#: Bytes of a new secret; the specification asks for 24 to 64.
SECRET_BYTES = 32


def as_secret(key: bytes) -> str:
    """Return ``key`` as people copy it."""
    return PREFIX + base64.b64encode(key).decode()


def key_of(secret: str) -> bytes:
    """Return the key inside a secret. Raises ValueError for something that is none."""
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("not a webhook secret") from error


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """Return one signature, ``v1,`` and base64; ``timestamp`` in seconds since 1970."""
    signed = f"{message_id}.{timestamp}.".encode() + body
    digest = hmac.new(key_of(secret), signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"
