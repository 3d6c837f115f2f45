"""Does retention work retain? A control group that is left alone, and the difference it shows (ANA-6)."""

import hashlib
from dataclasses import dataclass
from math import sqrt

#: Two-sided 95 %.
Z = 1.959964
WHOLE = 10_000


def is_control(customer_id: int, seed: int, share_bp: int) -> bool:
    """Tell whether a customer belongs to the control group: always the same answer for a seed.

    Whoever is in it at a share stays in it at a greater one (``share_bp`` in ten-thousandths).
    """
    digest = hashlib.sha256(f"{seed}:{customer_id}".encode()).digest()
    return int.from_bytes(digest[:8]) * WHOLE < share_bp << 64


@dataclass(frozen=True, slots=True)
class Group:
    """How many customers were followed to the end of the time, and how many of them were still there."""

    count: int
    kept: int

    @property
    def rate(self) -> float | None:
        """The part that stayed; None of nobody."""
        return self.kept / self.count if self.count else None

    def bounds(self) -> tuple[float, float]:
        """Return the bounds of the rate (Wilson)."""
        if not self.count:
            return 0.0, 1.0
        share, square = self.kept / self.count, Z * Z
        middle = share + square / (2 * self.count)
        reach = Z * sqrt(share * (1 - share) / self.count + square / (4 * self.count**2))
        return (middle - reach) / (1 + square / self.count), (middle + reach) / (1 + square / self.count)


@dataclass(frozen=True, slots=True)
class Effect:
    """The difference of retention between who was worked on and who was left alone, with its bounds (95 %)."""

    treated: Group
    control: Group
    difference: float
    low: float
    high: float

    @property
    def is_certain(self) -> bool:
        """Tell whether chance alone hardly explains it: the bounds leave 0 out."""
        return self.low > 0 or self.high < 0


def effect(treated: Group, control: Group) -> Effect | None:
    """Return the effect by Newcombe's method of the scores, which holds for small groups; None without both."""
    if treated.rate is None or control.rate is None:
        return None
    difference = treated.rate - control.rate
    (low_1, high_1), (low_2, high_2) = treated.bounds(), control.bounds()
    down = sqrt((treated.rate - low_1) ** 2 + (high_2 - control.rate) ** 2)
    up = sqrt((high_1 - treated.rate) ** 2 + (control.rate - low_2) ** 2)
    return Effect(treated, control, difference, difference - down, difference + up)
