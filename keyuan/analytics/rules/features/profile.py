"""What a table of numbers looks like, and how far it has drifted since the night before (ANA-1, ANA-11).

Drift is the population stability index: Σ (now − before) · ln(now / before) over bins that hold a tenth each of the
earlier rows. Below 0.1 nothing happened, from 0.25 on the table is another one (GK).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log

WATCH, DRIFT = 0.1, 0.25
#: A bin that is empty on one side counts as this share, so that the index stays finite.
LEAST = 0.0001


@dataclass(frozen=True, slots=True)
class Profile:
    """A column: share of NULL, mean of the rest, cuts of its tenths, and the share of rows in each bin between them."""

    nulls: float
    mean: float | None
    cuts: tuple[float, ...] = ()
    shares: tuple[float, ...] = ()


def stability(before: Sequence[float], now: Sequence[float]) -> float:
    """Return the index of two rows of shares over the same bins."""
    pairs = [(max(old, LEAST), max(new, LEAST)) for old, new in zip(before, now, strict=True)]
    return sum((new - old) * log(new / old) for old, new in pairs)


def level_of(index: float) -> str:
    """Return ``ok``, ``warn`` or ``bad``."""
    if index >= DRIFT:
        return "bad"
    return "warn" if index >= WATCH else "ok"


def shares_of(counts: Sequence[int]) -> tuple[float, ...]:
    """Return each bin's part of all."""
    total = sum(counts)
    return tuple(round(count / total, 6) for count in counts) if total else ()


def from_json(stored: Mapping[str, Mapping[str, object]]) -> dict[str, Profile]:
    """Return the profiles of a table as a run keeps them."""
    return {name: _profile(one) for name, one in stored.items()}


def _profile(stored: Mapping[str, object]) -> Profile:
    cuts, shares, mean = stored.get("cuts"), stored.get("shares"), stored.get("mean")
    return Profile(
        float(str(stored.get("nulls", 0))),
        None if mean is None else float(str(mean)),
        tuple(cuts) if isinstance(cuts, list | tuple) else (),
        tuple(shares) if isinstance(shares, list | tuple) else (),
    )
