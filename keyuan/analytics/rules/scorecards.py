"""What score cards share: points by code that add up, the strongest as reasons, a level (ANA-6, ANA-7)."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
#: Parts of a score that stand out (log odds above what is usual) become reasons, so many at most.
STANDS_OUT, MOST_REASONS = 0.1, 3
#: Log odds between which a level is looked for, and halvings of the space between: finer than anybody prints.
FARTHEST, HALVINGS = 30.0, 60


def parts_of(points: Sequence[Sequence[float]], codes: Iterable[Any]) -> Floats:
    """Return rows × facts: the points of each row's code, fact by fact."""
    columns = [np.asarray(own)[found] for own, found in zip(points, codes, strict=True)]
    return np.column_stack(columns)


def strongest(parts: Floats) -> list[list[int]]:
    """Return for each row the places of the facts that speak most for it, the strongest first."""
    order = np.argsort(-parts, axis=1, kind="stable")[:, :MOST_REASONS]
    tell = np.take_along_axis(parts, order, axis=1) >= STANDS_OUT
    pairs = zip(order.tolist(), tell.tolist(), strict=True)
    return [[fact for fact, told in zip(facts, telling, strict=True) if told] for facts, telling in pairs]


def level_at(odds: Floats, rate: float) -> float:
    """Return what must be added to log ``odds`` for the mean chance to be ``rate``, by bisection."""
    low, high = -FARTHEST, FARTHEST
    for _halving in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if from_odds(odds + middle).mean() < rate else (low, middle)
    return (low + high) / 2


def from_odds(odds: Floats) -> Floats:
    """Return the chances of log odds."""
    found: Floats = 1 / (1 + np.exp(-odds))
    return found
