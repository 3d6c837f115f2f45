"""Several families as one: chosen by what they find among rows they have not seen (ANA-7).

A member speaks in log odds, brought to mean 0 and deviation 1 by figures fixed in training, so that the score of a row
never depends on the rows beside it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from keyuan.analytics.rules.propensity.arrays import Array
from keyuan.analytics.rules.propensity.folds import Split
from keyuan.analytics.rules.propensity.measures import near

#: At most this many picks, a family may be picked again; more picks follow chance more than they help.
PICKS = 6
#: The best so many families enter a blend before picking goes on, so that one lucky family never stands alone.
START = 2
#: Probabilities nearer to 0 or 1 than this are taken as this: log odds stay finite.
EDGE = 1e-6


@dataclass(frozen=True)
class Scale:
    """Mean and deviation of a family's log odds on rows it had not seen."""

    mean: float
    deviation: float

    def of(self, probabilities: Array) -> Array:
        """Return log odds in deviations from the mean."""
        return (log_odds(probabilities) - self.mean) / self.deviation


def log_odds(probabilities: Array) -> Array:
    """Return the logarithm of the odds, finite at either end."""
    kept = np.clip(probabilities, EDGE, 1 - EDGE)
    return np.asarray(np.log(kept) - np.log1p(-kept))


def scale_of(probabilities: Array) -> Scale:
    """Return the scale of a family from what it said of unseen rows."""
    odds = log_odds(probabilities)
    return Scale(float(odds.mean()), float(odds.std()) or 1.0)


def mixed(said: Mapping[str, Array], weights: Mapping[str, float]) -> Array:
    """Return the weighted sum of what the families said."""
    return np.asarray(sum(weight * said[key] for key, weight in weights.items()))


def choose(said: Mapping[str, Array], target: Array, rows: Array, depth: float) -> dict[str, float]:
    """Return the weights, adding up to 1, that find most buyers near ``depth`` among ``rows``.

    ``said`` holds repeats × rows for each family. Greedy: beginning with the best families, the one is added, again
    perhaps, that helps most, until none does.
    """
    alone = {key: _found(values, target, rows, depth) for key, values in said.items()}
    picked = sorted(alone, key=lambda key: -alone[key])[:START]
    total = np.asarray(sum(said[key] for key in picked))
    best = _found(total, target, rows, depth)
    while len(picked) < PICKS:
        found = {key: _found(total + values, target, rows, depth) for key, values in said.items()}
        key = max(found, key=lambda one: found[one])
        if found[key] <= best:
            break
        best, total = found[key], total + said[key]
        picked.append(key)
    return {key: count / len(picked) for key, count in Counter(picked).items()}


def _found(values: Array, target: Array, rows: Array, depth: float) -> float:
    return float(np.mean([near(target[rows], one[rows], depth) for one in values]))


def unseen_blend(said: Mapping[str, Array], target: Array, folds: Sequence[Split], depth: float) -> Array:
    """Return repeats × rows of a blend whose weights were chosen, fold by fold, without the rows it is judged on."""
    result = np.full_like(next(iter(said.values())), np.nan)
    for split in folds:
        others = np.setdiff1d(np.arange(len(target)), split.test)
        weights = choose(said, target, others, depth)
        result[split.repeat, split.test] = mixed({key: said[key][split.repeat] for key in weights}, weights)[split.test]
    return result
