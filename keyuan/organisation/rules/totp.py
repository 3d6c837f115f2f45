"""Time-based one-time passwords after RFC 6238 (HMAC-SHA-1, 30 seconds, 6 digits), as authenticator apps make them."""

import base64
import hashlib
import hmac

STEP_SECONDS = 30
DIGITS = 6
#: Steps before and after the present one that are accepted, for clocks that differ.
WINDOW = 1


def code_at(secret: bytes, step: int, *, digits: int = DIGITS) -> str:
    """Return the code of time step ``step`` (RFC 4226 truncation)."""
    mac = hmac.digest(secret, step.to_bytes(8, "big"), hashlib.sha1)
    offset = mac[-1] & 0x0F
    number = int.from_bytes(mac[offset : offset + 4], "big") & 0x7FFF_FFFF
    return f"{number % 10**digits:0{digits}}"


def step_at(seconds: int) -> int:
    """Return the time step of a moment in seconds since 1970."""
    return seconds // STEP_SECONDS


def matching_step(secret: bytes, code: str, seconds: int, *, last_step: int = 0) -> int | None:
    """Return the step that ``code`` belongs to, or None. A step up to ``last_step`` was used before and never counts.

    Every step of the window is compared, so that the time taken says nothing.
    """
    present = step_at(seconds)
    found: int | None = None
    for step in range(present - WINDOW, present + WINDOW + 1):
        same = hmac.compare_digest(code_at(secret, step).encode(), code.encode())
        if same and step > last_step:
            found = step
    return found


def as_base32(secret: bytes) -> str:
    """Return ``secret`` as people type it into an app."""
    return base64.b32encode(secret).decode("ascii").rstrip("=")


def from_base32(text: str) -> bytes:
    """Return the secret that `as_base32` wrote."""
    return base64.b32decode(text + "=" * (-len(text) % 8))
