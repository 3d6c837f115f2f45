"""Times into figures: percentiles of one round, and the median of the rounds."""

import math
import statistics
from collections.abc import Sequence
from typing import Any

#: What is kept of each round.
POINTS = (("p50", 0.50), ("p95", 0.95), ("p99", 0.99))


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that ``share`` of all ``values`` do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * share) - 1)]


def of_round(seconds: Sequence[float]) -> dict[str, float]:
    """Return the percentiles of one round in milliseconds."""
    return {name: percentile(seconds, share) * 1000 for name, share in POINTS}


def of_rounds(rounds: Sequence[Sequence[float]]) -> dict[str, Any]:
    """Return the median of each percentile over the rounds (milliseconds), the slowest answer and how many there were.

    The median of rounds keeps one disturbed round out of the figure; ``most`` hides nothing.
    """
    each = [of_round(seconds) for seconds in rounds if seconds]
    found: dict[str, Any] = {name: round(statistics.median(one[name] for one in each), 2) for name, _share in POINTS}
    found["most"] = round(max(max(seconds) for seconds in rounds if seconds) * 1000, 2)
    found["count"] = sum(map(len, rounds))
    return found
