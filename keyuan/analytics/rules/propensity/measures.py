"""Figures of a ranking: buyers found at the top, area under the curve, lift, calibration (ANA-7)."""

from dataclasses import dataclass

import numpy as np

from keyuan.analytics.rules.propensity.arrays import Array
from keyuan.kernel.later import later

roc_auc_score = later("sklearn.metrics:roc_auc_score")

#: The depths around the wanted one over which `near` averages, as multiples.
AROUND = (0.5, 0.75, 1.0, 1.25, 1.5)


def order(scores: Array) -> Array:
    """Return the rows from best to worst; equal scores keep the order of the file."""
    return np.argsort(-scores, kind="stable")


def captured(target: Array, scores: Array, depth: float) -> float:
    """Return the share of all buyers that stand in the best ``depth`` of the rows."""
    best = order(scores)[: round(len(target) * depth)]
    return float(target[best].sum() / max(1, target.sum()))


def near(target: Array, scores: Array, depth: float) -> float:
    """Return `captured` averaged over depths around ``depth``: it asks the same, with less chance in it."""
    return float(np.mean([captured(target, scores, min(1.0, depth * factor)) for factor in AROUND]))


def area(target: Array, scores: Array) -> float:
    """Return the probability that a buyer stands above a non-buyer (AUC); a half where there are none to compare."""
    if target.min() == target.max():
        return 0.5
    return float(roc_auc_score(target, scores))


@dataclass(frozen=True)
class Depth:
    """What the best ``depth`` of the rows holds."""

    depth: float
    rows: int
    buyers: int
    captured: float
    lift: float


def lift_table(target: Array, scores: Array, steps: int = 10) -> list[Depth]:
    """Return buyers, share and lift of the best 1/steps, 2/steps … of the rows."""
    sorted_target, total = target[order(scores)], max(1, int(target.sum()))
    table = []
    for step in range(1, steps + 1):
        rows = round(len(target) * step / steps)
        buyers = int(sorted_target[:rows].sum())
        table.append(Depth(step / steps, rows, buyers, buyers / total, buyers / total / (rows / len(target))))
    return table


@dataclass(frozen=True)
class Calibrated:
    """A group of rows of like score: what was promised and what came."""

    rows: int
    promised: float
    observed: float


def calibration_table(target: Array, probabilities: Array, groups: int = 10) -> list[Calibrated]:
    """Return groups of equal size from the lowest to the highest probability."""
    parts = [part for part in np.array_split(order(probabilities)[::-1], groups) if len(part)]
    return [Calibrated(len(part), float(probabilities[part].mean()), float(target[part].mean())) for part in parts]


def calibration_error(table: list[Calibrated]) -> float:
    """Return the mean distance between promise and observation, weighted by rows."""
    rows = sum(group.rows for group in table)
    return sum(group.rows * abs(group.promised - group.observed) for group in table) / max(1, rows)
