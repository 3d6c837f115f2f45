"""Thresholds without truth: what the fitted weights themselves promise of precision and recall (CUS-8).

A weight is a logarithm (base 2) of odds: 10 means a thousand to one that two records are one person. The share of true
pairs among all is found so that it agrees with what it says of every pair; then the sum of probabilities above a
threshold is the number of true pairs to be expected there.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
#: No link below this probability, however many true pairs it would win: one wrong link joins two people.
LEAST = 0.5
#: From here pairs may be merged by rule; between the two and down to a tenth somebody looks.
SURE, REVIEW = 0.999, 0.1
_MOST_ROUNDS = 200
_SHOWN = (0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 0.999)


@dataclass(frozen=True, slots=True)
class Expected:
    """What a threshold promises."""

    probability: float
    weight: float
    pairs: int
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Return the harmonic mean of both."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The chosen thresholds (probabilities), the share of true pairs, and what other thresholds would promise."""

    link: float
    review: float
    sure: float
    prior: float
    expected_pairs: float
    chosen: Expected
    table: tuple[Expected, ...]


def probabilities(weights: Floats) -> Floats:
    """Return the probabilities that weights (log2 odds) mean."""
    return 1.0 / (1.0 + np.exp2(-np.clip(weights, -1000, 1000)))


def log_odds(probability: float) -> float:
    """Return a probability as a weight."""
    return float(np.log2(probability / (1.0 - probability)))


def fit_prior(evidence: Floats, possible: int) -> float:
    """Return the share of true pairs among ``possible`` ones that agrees with the evidence (weights without prior)."""
    prior = max(1.0, 0.5 * float((evidence > log_odds(1 - 1.0 / max(2, possible))).sum())) / max(1, possible)
    prior = min(prior, 0.5)
    for _ in range(_MOST_ROUNDS):
        found = max(1e-15, min(0.5, float(probabilities(evidence + log_odds(prior)).sum()) / possible))
        if abs(found - prior) <= 1e-6 * prior:
            break
        prior = found
    return prior


def expect(probability: Floats, threshold: float) -> Expected:
    """Return what linking at ``threshold`` promises."""
    linked = probability[probability >= threshold]
    whole, sure = float(probability.sum()), float(linked.sum())
    return Expected(
        threshold,
        log_odds(threshold),
        len(linked),
        sure / len(linked) if len(linked) else 1.0,
        sure / whole if whole else 1.0,
    )


def choose(weights: Floats, prior: float, *, link: float | None, review: float | None) -> Thresholds:
    """Return the thresholds for ``weights`` (with prior): as configured, otherwise by the greatest expected F1."""
    probability = probabilities(weights)
    if link is None:
        link = _best(np.sort(weights)[::-1])
    low = min(link, REVIEW if review is None else review)
    table = tuple(expect(probability, shown) for shown in _SHOWN)
    return Thresholds(link, low, max(SURE, link), prior, float(probability.sum()), expect(probability, link), table)


def _best(ordered: Floats) -> float:
    """Return the threshold with the greatest expected F1: twice the true pairs over the pairs linked and to be found.

    It lies half-way to the next lighter pair, and never below `LEAST`. ``ordered`` are weights, the heaviest first.
    """
    probability = probabilities(ordered)
    if not len(ordered) or probability[0] < LEAST:
        return LEAST
    won = np.cumsum(probability)
    place = int(np.argmax(2 * won / (np.arange(1, len(ordered) + 1) + won[-1])))
    below = float(ordered[place + 1]) if place + 1 < len(ordered) else float("-inf")
    middle = (float(ordered[place]) + max(below, log_odds(LEAST))) / 2
    return float(probabilities(np.array([max(middle, log_odds(LEAST))]))[0])
