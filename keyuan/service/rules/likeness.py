"""Complaints that belong together: letters of one template, one number or one proxy for many customers (domain.md A.6).

What is found is a sign for a person to look at, never a verdict: a customer whose letter is copied keeps every right.
"""

import hashlib
import re
from dataclasses import dataclass

TEXT, PHONE, PROXY = KINDS = ("TEXT", "PHONE", "PROXY")
OPEN, GROUP, DISMISSED = STATES = ("OPEN", "GROUP", "DISMISSED")
#: Bits of 64 in which two letters of one template differ at most; unrelated ones differ in about 32.
NEAR = 13
#: Shorter texts say too little to compare.
SHORTEST = 40
WIDTH = 3
BITS = 64


@dataclass(frozen=True, slots=True)
class Threshold:
    """From how many customers within how many days on a likeness is told."""

    customers: int
    days: int = 30


#: Defaults of domain.md A.6 (GK); the desk's settings change them.
DEFAULTS = {TEXT: Threshold(3), PHONE: Threshold(3), PROXY: Threshold(2)}


def essence(text: str) -> str:
    """Return what a template keeps when names, amounts, dates and contract numbers change: its Chinese words."""
    return "".join(re.findall(r"[\u4e00-\u9fff]+", text))


def fingerprint(text: str) -> int | None:
    """Return 64 bits that are near for near texts (SimHash, Charikar 2002), signed; None for a short text.

    Each run of three characters votes on every bit by its digest.
    """
    kept = essence(text)
    if len(kept) < SHORTEST:
        return None
    votes = [0] * BITS
    for start in range(len(kept) - WIDTH + 1):
        digest = hashlib.blake2b(kept[start : start + WIDTH].encode(), digest_size=8).digest()
        number = int.from_bytes(digest, "big")
        for bit in range(BITS):
            votes[bit] += 1 if number >> bit & 1 else -1
    found = sum(1 << bit for bit in range(BITS) if votes[bit] > 0)
    return found - (1 << BITS) if found >> (BITS - 1) else found


def distance(one: int, other: int) -> int:
    """Return in how many bits two fingerprints differ."""
    return ((one ^ other) & ((1 << BITS) - 1)).bit_count()


def proxy_key(name: str) -> int | None:
    """Return a number for the name of a proxy; None without a name."""
    kept = "".join(name.split())
    return int.from_bytes(hashlib.blake2b(kept.encode(), digest_size=8).digest(), "big", signed=True) if kept else None


def are_alike(kind: str, one: int, other: int) -> bool:
    """Tell whether two keys of a kind belong together."""
    return distance(one, other) <= NEAR if kind == TEXT else one == other
