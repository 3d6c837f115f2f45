"""Sealing bytes: one version byte, one algorithm byte, a random nonce, ciphertext and tag.

The field's key is authenticated with the text, so that a sealed phone cannot be moved into another column.
"""

import os
from functools import lru_cache
from typing import Protocol

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from keyuan.platform.crypto.keyring import ring
from keyuan.platform.crypto.sm4 import SM4GCM

NONCE_BYTES = 12
AES, SM4 = 1, 2
ALGORITHMS = {"AES-256-GCM": AES, "SM4-GCM": SM4}


class Aead(Protocol):
    """Authenticated encryption with associated data."""

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes: ...
    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes: ...


@lru_cache(maxsize=64)
def _aead(algorithm: int, key: bytes) -> Aead:
    return AESGCM(key) if algorithm == AES else SM4GCM(key[:16])


def encrypt(field_key: str, text: str) -> bytes:
    """Seal ``text`` under the current data key."""
    keys = ring()
    algorithm = ALGORITHMS[settings.SEAL_ALGORITHM]
    nonce = os.urandom(NONCE_BYTES)
    body = _aead(algorithm, keys.data_keys[keys.current]).encrypt(nonce, text.encode("utf-8"), field_key.encode())
    return bytes((keys.current, algorithm)) + nonce + body


def decrypt(field_key: str, blob: bytes) -> str:
    """Open ``blob``; raises ``cryptography.exceptions.InvalidTag`` when it was altered or belongs to another field."""
    version, algorithm = blob[0], blob[1]
    aead = _aead(algorithm, ring().data_keys[version])
    return aead.decrypt(blob[2 : 2 + NONCE_BYTES], blob[2 + NONCE_BYTES :], field_key.encode()).decode("utf-8")


def version_of(blob: bytes) -> int:
    """Return the version of the data key that sealed ``blob``."""
    return blob[0]
