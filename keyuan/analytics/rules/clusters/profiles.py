"""What the people of a group have in common (ANA-4)."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from keyuan.analytics.rules.clusters.features import COVERS
from keyuan.analytics.rules.clusters.scaling import Columns, Floats, Labels

#: A measure known of fewer than this share of a group says nothing of it.
KNOWN = 0.5
Profile = dict[str, float | None]


def profile(columns: Columns, members: npt.NDArray[np.bool_]) -> Profile:
    """Return middle age, shares (0 to 1) of the married and of those with each cover, median yearly premium in yuan."""
    found: Profile = {
        "age": _of_known(columns["age"][members], np.nanmedian),
        "married": _of_known(columns["married"][members], np.nanmean),
        **{need: _share(columns[need][members] > 0) for need in COVERS},
    }
    paid = columns["premium"][members]
    return {**found, "premium": float(np.median(paid)) if len(paid) else 0.0}


def profiles(columns: Columns, labels: Labels, count: int) -> list[Profile]:
    """Return the profile of each group."""
    return [profile(columns, labels == number) for number in range(count)]


def _of_known(values: Floats, measure: Callable[[Floats], Any]) -> float | None:
    known = np.isfinite(values)
    if not len(values) or known.mean() < KNOWN:
        return None
    return round(float(measure(values)), 4)


def _share(held: npt.NDArray[np.bool_]) -> float:
    return round(float(held.mean()), 4) if len(held) else 0.0
