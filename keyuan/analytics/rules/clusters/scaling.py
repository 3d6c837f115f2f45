"""Customers as points: every measure on a scale on which a unit means the same (ANA-4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]
Columns = Mapping[str, Floats]
#: Sums grow by factors, so that their logarithm counts; the rest counts as it is.
SUMS = ("life", "illness", "medical", "accident", "pension", "motor", "premium")
NAMES = ("age", "married", *SUMS)
#: Nobody stands further out than so many deviations: one huge contract is no group.
FURTHEST = 3.0


@dataclass(frozen=True, slots=True)
class Scaling:
    """Middle and spread of each measure, learnt once and kept with the groups."""

    middle: tuple[float, ...]
    spread: tuple[float, ...]


def learnt(columns: Columns) -> Scaling:
    """Return mean and standard deviation of each measure where it is known."""
    known = [_counted(name, columns[name]) for name in NAMES]
    middles = [float(np.nanmean(one)) if np.isfinite(one).any() else 0.0 for one in known]
    spreads = [float(np.nanstd(one)) if np.isfinite(one).any() else 0.0 for one in known]
    return Scaling(tuple(middles), tuple(spread or 1.0 for spread in spreads))


def points(columns: Columns, scaling: Scaling) -> Floats:
    """Return one row for each customer; what is unknown stands in the middle and so decides nothing."""
    scaled = [
        np.nan_to_num((_counted(name, columns[name]) - middle) / spread)
        for name, middle, spread in zip(NAMES, scaling.middle, scaling.spread, strict=True)
    ]
    return np.clip(np.column_stack(scaled), -FURTHEST, FURTHEST)


def nearest(rows: Floats, centres: Sequence[Sequence[float]]) -> Labels:
    """Return the number of the nearest centre of each row."""
    middle = np.asarray(centres, dtype=np.float64)
    # |a − b|² without |a|², which is the same for every centre.
    return np.asarray(np.argmin((middle**2).sum(axis=1) - 2 * rows @ middle.T, axis=1), dtype=np.int64)


def _counted(name: str, values: Floats) -> Floats:
    return np.log1p(values) if name in SUMS else values
