"""Finding groups: k-means for each number of groups, and which number is right, with the reason (ANA-4).

Every number is tried on the same drawn customers. *Silhouette*: how much nearer customers stand to their own group
than to the next (−1 to 1). *Stability*: groups are found anew in drawn-again customers (bootstrap) and compared on the
same people by the adjusted Rand index (1: the same groups, 0: as by chance).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from keyuan.analytics.rules.clusters.scaling import Floats, Labels, nearest
from keyuan.kernel.later import later

KMeans = later("sklearn.cluster:KMeans")
adjusted_rand_score = later("sklearn.metrics:adjusted_rand_score")
silhouette_score = later("sklearn.metrics:silhouette_score")

#: Numbers of groups that people can still tell apart, and remember.
NUMBERS = (3, 4, 5, 6, 7, 8)
#: Rows that are learnt from, looked at for silhouettes, and drawn again.
LEARNT, LOOKED, DRAWN = 20_000, 2_000, 5_000
BOOTSTRAPS, DRAWS, PART = 10, 5, 0.8
#: Fewer people make no groups.
FEWEST = 100
#: A number of groups is steady from this index on, and none of its groups may be smaller than this share (GK).
STEADY, SMALLEST = 0.8, 0.02
BEST, STEADIEST = "best_of_steady", "steadiest"


@dataclass(frozen=True, slots=True)
class Trial:
    """One number of groups: silhouette with its spread over draws, stability with its spread, smallest group."""

    number: int
    silhouette: float
    silhouette_sd: float
    stability: float
    stability_sd: float
    smallest: float

    @property
    def is_steady(self) -> bool:
        """Tell whether the groups come again, and each is large enough to be worth a name."""
        return self.stability >= STEADY and self.smallest >= SMALLEST


@dataclass(frozen=True, slots=True)
class Found:
    """The trials, the number chosen, why, and the centres of its groups."""

    trials: tuple[Trial, ...]
    number: int
    reason: str
    centres: tuple[tuple[float, ...], ...]


def find(rows: Floats, *, seed: int, numbers: Sequence[int] = NUMBERS) -> Found:
    """Try every number on ``rows`` (at least `FEWEST`) and return the groups of the chosen one."""
    rng = np.random.default_rng(seed)
    sample = _drawn(rows, LEARNT, rng)
    with threadpool_limits(1):
        models = {number: _fitted(sample, number, seed) for number in numbers}
        trials = tuple(_tried(sample, model, rng) for model in models.values())
    best, reason = chosen(trials)
    centres = models[best.number].cluster_centers_
    return Found(trials, best.number, reason, tuple(tuple(map(float, one)) for one in centres))


def chosen(trials: Sequence[Trial]) -> tuple[Trial, str]:
    """Return the trial to take: of steady ones the best silhouette, of equally good ones fewer groups.

    Equally good: within the spread of the best. Where no number is steady, the steadiest is taken and the reason says
    so: such groups are read with care.
    """
    steady = [one for one in trials if one.is_steady]
    if not steady:
        return max(trials, key=lambda one: (one.stability, -one.number)), STEADIEST
    best = max(steady, key=lambda one: one.silhouette)
    equal = [one for one in steady if one.silhouette >= best.silhouette - best.silhouette_sd]
    return min(equal, key=lambda one: one.number), BEST


def _fitted(rows: Floats, number: int, seed: int) -> Any:
    return KMeans(number, n_init=4, random_state=seed).fit(rows)


def _tried(rows: Floats, model: Any, rng: np.random.Generator) -> Trial:
    labels = nearest(rows, model.cluster_centers_)
    silhouettes = [_silhouette(rows, labels, rng) for _draw in range(DRAWS)]
    agreements = [_agreement(rows, labels, model.n_clusters, rng) for _draw in range(BOOTSTRAPS)]
    counts = np.bincount(labels, minlength=model.n_clusters)
    return Trial(
        model.n_clusters,
        *_mean_and_spread(silhouettes),
        *_mean_and_spread(agreements),
        round(float(counts.min() / len(rows)), 4),
    )


def _mean_and_spread(values: Sequence[float]) -> tuple[float, float]:
    return round(float(np.mean(values)), 4), round(float(np.std(values)), 4)


def _silhouette(rows: Floats, labels: Labels, rng: np.random.Generator) -> float:
    # A part even of a small book, so that the spread says what other customers would change.
    chosen_rows = _places(len(rows), min(LOOKED, int(PART * len(rows))), rng)
    seen = labels[chosen_rows]
    return float(silhouette_score(rows[chosen_rows], seen)) if len(np.unique(seen)) > 1 else 0.0


def _agreement(rows: Floats, labels: Labels, number: int, rng: np.random.Generator) -> float:
    """Find the groups in customers drawn with replacement, and compare on all of ``rows``."""
    again = rows[rng.integers(0, len(rows), min(len(rows), DRAWN))]
    other = KMeans(number, n_init=1, random_state=int(rng.integers(2**31))).fit(again)
    return float(adjusted_rand_score(labels, nearest(rows, other.cluster_centers_)))


def _drawn(rows: Floats, most: int, rng: np.random.Generator) -> Floats:
    return rows[_places(len(rows), most, rng)]


def _places(rows: int, most: int, rng: np.random.Generator) -> Labels:
    if rows <= most:
        return np.arange(rows)
    return np.sort(rng.choice(rows, most, replace=False))
