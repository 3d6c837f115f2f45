"""Scores into probabilities that hold what they promise, without losing the order of the scores (ANA-7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from keyuan.analytics.rules.propensity.arrays import Array
from keyuan.analytics.rules.propensity.folds import Split
from keyuan.kernel.later import later

IsotonicRegression = later("sklearn.isotonic:IsotonicRegression")
LogisticRegression = later("sklearn.linear_model:LogisticRegression")
log_loss = later("sklearn.metrics:log_loss")

Method = Literal["sigmoid", "isotonic"]
METHODS: tuple[Method, ...] = ("sigmoid", "isotonic")
#: Isotonic steps make equal probabilities of unequal scores; this much of the sigmoid keeps the order.
ORDER = 1e-3


@dataclass(frozen=True)
class Calibrator:
    """A growing curve from score to probability; ``points`` are the steps of an isotonic one."""

    slope: float
    intercept: float
    points: tuple[tuple[float, float], ...] = ()

    def probability(self, scores: Array) -> Array:
        """Return the probability of each score; a higher score never has a lower one."""
        smooth = np.asarray(1 / (1 + np.exp(-(self.slope * scores + self.intercept))))
        if not self.points:
            return smooth
        stepped = np.interp(scores, *np.array(self.points).T)
        return np.asarray((1 - ORDER) * stepped + ORDER * smooth)


def fitted(method: Method, scores: Array, target: Array) -> Calibrator:
    """Return the curve of ``method`` through scores of rows that the model had not seen."""
    line = LogisticRegression(C=1e6).fit(scores.reshape(-1, 1), target)
    # A score that ranks the wrong way round would turn the order; then only the level is kept.
    slope = max(float(line.coef_[0, 0]), 1e-9)
    if method == "sigmoid":
        return Calibrator(slope, float(line.intercept_[0]))
    steps = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(scores, target)
    points = tuple(zip(steps.X_thresholds_.tolist(), steps.y_thresholds_.tolist(), strict=True))
    return Calibrator(slope, float(line.intercept_[0]), points)


def judged(scores: Array, target: Array, folds: Sequence[Split]) -> dict[Method, Array]:
    """Return for each method the probabilities of all rows, each from a curve fitted without its fold."""
    found: dict[Method, Array] = {}
    for method in METHODS:
        found[method] = np.empty(len(target))
        for split in folds:
            curve = fitted(method, scores[split.train], target[split.train])
            found[method][split.test] = curve.probability(scores[split.test])
    return found


def better(probabilities: dict[Method, Array], target: Array) -> Method:
    """Return the method that was surprised least by unseen rows (log loss)."""
    return min(METHODS, key=lambda method: log_loss(target, np.clip(probabilities[method], 1e-6, 1 - 1e-6)))
