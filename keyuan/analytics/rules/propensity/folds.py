"""Splits for judging: repeated, stratified, and never tearing copies of a row apart (ANA-7)."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from keyuan.analytics.rules.propensity.arrays import Array
from keyuan.kernel.later import later

StratifiedGroupKFold = later("sklearn.model_selection:StratifiedGroupKFold")

FOLDS = 5
#: Rows that are learned from, over all repeats: more rows need fewer repeats for the same certainty.
WORK = 30_000
MOST_REPEATS = 10


@dataclass(frozen=True)
class Split:
    """One fold of one repeat: rows to learn from, rows to judge on."""

    repeat: int
    fold: int
    train: Array
    test: Array


def repeats_for(rows: int) -> int:
    """Return how often the folds are drawn anew: ten times for small files, once for large ones."""
    return int(np.clip(WORK // max(1, rows), 1, MOST_REPEATS))


def splits(target: Array, groups: Array, *, repeats: int, seed: int) -> Iterator[Split]:
    """Yield the folds of each repeat; rows of one group always stand on one side."""
    rows = np.zeros((len(target), 1))
    for repeat in range(repeats):
        kinds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed + repeat)
        for fold, (train, test) in enumerate(kinds.split(rows, target, groups)):
            yield Split(repeat, fold, train, test)
