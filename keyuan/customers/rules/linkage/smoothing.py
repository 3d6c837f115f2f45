"""What EM learned, joined over its rounds and made safe for files that show some levels hardly ever (CUS-8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from keyuan.customers.rules.linkage.levels import Comparison

#: The prior counts as much as so many true pairs; agreement by chance is never rarer than once in a million pairs.
_PRIOR_PAIRS = 20.0
_PRIOR_SHARE = 0.01
_LEAST_CHANCE = 1e-6
#: One round counts as so many true pairs at most, so that no round drowns the others.
_MOST_PAIRS = 2_000.0


@dataclass(frozen=True, slots=True)
class Learned:
    """What one round of EM says of a comparison: the share of true pairs at each level, and how many pairs say so."""

    name: str
    shares: tuple[float, ...]
    pairs: float


def smooth(
    settings: dict[str, Any],
    comparisons: Sequence[Comparison],
    chance: Sequence[Sequence[float]],
    learned: Sequence[Learned],
) -> dict[str, Any]:
    """Put the weights into Splink's ``settings``: rounds by their pairs with the prior among them, chance never zero.

    ``chance`` and each ``learned`` have the levels of ``comparisons``, best first, "differs" last.
    """
    for place, comparison in enumerate(comparisons):
        levels = [
            level for level in settings["comparisons"][place]["comparison_levels"] if not level.get("is_null_level")
        ]
        u = [max(_LEAST_CHANCE, value) for value in chance[place]]
        m = _upright(_shares(comparison, learned), u)
        for level, true, random in zip(levels, m, u, strict=True):
            level["m_probability"], level["u_probability"] = true, random
    return settings


def _shares(comparison: Comparison, learned: Sequence[Learned]) -> list[float]:
    """Return the share of true pairs at each level."""
    own = [each for each in learned if each.name == comparison.name]
    pairs = sum(min(_MOST_PAIRS, each.pairs) for each in own)
    weight = max(_PRIOR_PAIRS, _PRIOR_SHARE * pairs)
    found = [weight * share for share in comparison.priors]
    for each in own:
        whole = sum(each.shares) or 1.0
        found = [
            sum_ + min(_MOST_PAIRS, each.pairs) * share / whole for sum_, share in zip(found, each.shares, strict=True)
        ]
    return [value / (weight + pairs) for value in found]


def _upright(true: list[float], chance: list[float]) -> list[float]:
    """Keep agreement from counting against a pair, and difference from counting for it."""
    return [max(true[0], chance[0]), *true[1:-1], min(true[-1], chance[-1])]
