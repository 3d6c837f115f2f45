"""How well a ranking and its probabilities were: AUC, lift, calibration (ANA-6)."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from keyuan.analytics.rules.lapse.book import Floats
from keyuan.kernel.later import later

rankdata = later("scipy.stats:rankdata")


def auc(happened: Floats, score: Floats, weight: Floats | None = None) -> float:
    """Return the chance that one to whom it happened ranks before one to whom not, ties half; NaN without both.

    ``weight`` counts each row so often (for the bootstrap).
    """
    if weight is None:
        many = happened.sum()
        ranks = rankdata(score)
        return float(
            (ranks[happened > 0].sum() - many * (many + 1) / 2) / np.maximum(many * (len(score) - many), 1e-300)
        )
    return auc_of_ranks(np.unique(score, return_inverse=True)[1], happened, weight)


def auc_of_ranks(group: npt.NDArray[np.intp], happened: Floats, weight: Floats) -> float:
    """Return the same by the rank of each score, equal ones alike: whoever weighs often ranks once."""
    yes, no = np.bincount(group, happened * weight), np.bincount(group, (1 - happened) * weight)
    below = np.cumsum(no) - no
    return float((yes * (below + no / 2)).sum() / np.maximum(yes.sum() * no.sum(), 1e-300))


def lift(happened: Floats, score: Floats, share: float = 0.1) -> float:
    """Return the rate among the best ``share`` of the ranking over the rate of all.

    Rows that tie at the cut count with the part of them that would be taken at random.
    """
    room = share * len(score)
    cut = np.sort(score)[::-1][max(int(np.ceil(room)) - 1, 0)]
    above, tied = score > cut, score == cut
    caught = happened[above].sum() + happened[tied].mean() * (room - above.sum())
    return float(caught / room / happened.mean())


@dataclass(frozen=True)
class Bin:
    """A tenth of the policies by probability: how many, what was expected and what came."""

    count: int
    expected: float
    observed: float


def calibration(happened: Floats, chance: Floats, bins: int = 10) -> list[Bin]:
    """Return expected against observed in ``bins`` groups of equal size, from the lowest probability up."""
    order = np.argsort(chance, kind="stable")
    return [
        Bin(len(part), float(chance[part].mean()), float(happened[part].mean()))
        for part in np.array_split(order, bins)
        if len(part)
    ]


def brier(happened: Floats, chance: Floats) -> float:
    """Return the mean squared distance of probability and outcome."""
    return float(((happened - chance) ** 2).mean())
