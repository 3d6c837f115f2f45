"""What the columns of a model looked like in training, and how far they stand from that later (ANA-11).

Bins are those of `rules.features.profile`: below each tenth's cut, at the cut itself, above the last, and absent.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from keyuan.analytics.rules.features.profile import shares_of, stability

Floats = npt.NDArray[np.float64]
#: From this index on a column says something else than it did: four times what counts as drift (GK).
DEPARTED = 1.0
TENTHS = tuple(number / 10 for number in range(1, 10))


def profile_of(values: Any) -> dict[str, list[float]]:
    """Return ``cuts`` and ``shares`` of a column of numbers; NaN is absent."""
    column = np.asarray(values, dtype=float)
    known = column[~np.isnan(column)]
    cuts = np.unique(np.quantile(known, TENTHS, method="inverted_cdf")) if known.size else np.empty(0)
    return {"cuts": [float(cut) for cut in cuts], "shares": list(shares_of(_counts(known, cuts, column.size)))}


def _counts(known: Floats, cuts: Floats, rows: int) -> list[int]:
    """Return rows below each cut, at it, above the last one, and absent."""
    ends = np.column_stack([np.searchsorted(np.sort(known), cuts, side) for side in ("left", "right")]).ravel()
    return [int(count) for count in np.diff([0, *ends, known.size, rows])]


def described(columns: Mapping[str, Any], importance: Mapping[str, float]) -> list[dict[str, Any]]:
    """Return the ``features`` of a version: each column of numbers with importance and profile, most important first.

    Give the columns as training saw them, under the names that the night's table has.
    """
    rows = [
        {"name": name, "importance": importance.get(name), **profile_of(values)} for name, values in columns.items()
    ]
    return sorted(rows, key=lambda row: (-(row["importance"] or 0.0), row["name"]))


def moved(profile: Mapping[str, Any], shares: Sequence[float]) -> float:
    """Return the index of stability of ``shares`` over the bins of ``profile``; 0 where training kept no bins."""
    before = profile.get("shares") or []
    return round(stability(before, shares), 4) if len(before) == len(shares) else 0.0


def departed(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, float]:
    """Return the columns that no longer look as they did, with their index of stability, the farthest first.

    A fact whose record was begun lately (contacts, in a book that moved here a year ago) was absent in the past that a
    model learns from; what is learnt of its absence would be said of everybody tonight.
    """
    found = {}
    for name, values in before.items():
        column = np.asarray(now[name], dtype=float)
        profile = profile_of(values)
        known = column[~np.isnan(column)]
        counts = _counts(known, np.asarray(profile["cuts"]), column.size)
        found[name] = moved(profile, shares_of(counts))
    far = {name: index for name, index in found.items() if index >= DEPARTED}
    return dict(sorted(far.items(), key=lambda one: -one[1]))


def with_bins(features: Iterable[Any]) -> list[Mapping[str, Any]]:
    """Return the features of which training kept bins."""
    return [one for one in features if isinstance(one, Mapping) and one.get("shares")]
