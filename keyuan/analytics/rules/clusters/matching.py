"""Groups found anew against the ones that stand: which is which, so that names stay (ANA-4)."""

from collections.abc import Sequence

import numpy as np

from keyuan.analytics.rules.clusters.scaling import Labels
from keyuan.kernel.later import later

linear_sum_assignment = later("scipy.optimize:linear_sum_assignment")
adjusted_rand_score = later("sklearn.metrics:adjusted_rand_score")

#: A group goes on as another when they share so much of their people together (Jaccard, GK).
SAME = 0.4


def matched(old: Labels, new: Labels, numbers: Sequence[int], count: int) -> list[int | None]:
    """Return for each of ``count`` new groups the number of the old one that it continues, None for a new one.

    ``old`` and ``new`` place the same people; ``old`` counts from 0 in the order of ``numbers``.
    """
    both = np.zeros((count, len(numbers)))
    np.add.at(both, (new, old), 1)
    union = both.sum(axis=1, keepdims=True) + both.sum(axis=0, keepdims=True) - both
    shared = np.divide(both, union, out=np.zeros_like(both), where=union > 0)
    found: list[int | None] = [None] * count
    for place, other in zip(*linear_sum_assignment(-shared), strict=True):
        if shared[place, other] >= SAME:
            found[int(place)] = numbers[int(other)]
    return found


def agreement(old: Labels, new: Labels) -> float:
    """Return the adjusted Rand index of both placings: 1 where everybody stands with the same people as before."""
    return round(float(adjusted_rand_score(old, new)), 4)
