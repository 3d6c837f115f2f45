"""Rows to score against the columns of training, also where no line names them (ANA-7)."""

from collections.abc import Sequence

import pandas as pd

from keyuan.kernel.errors import Refused


def aligned(frame: pd.DataFrame, columns: Sequence[str], target: str, *, named: bool) -> pd.DataFrame:
    """Return ``frame`` under the names of training; without names the target may stand in its place or be absent.

    Raises Refused propensity.width when columns cannot be told by their places.
    """
    if named:
        return frame
    without = [name for name in columns if name != target]
    for names in (columns, without):
        if len(frame.columns) == len(names):
            return frame.set_axis(list(names), axis=1)
    raise Refused("propensity.width", found=len(frame.columns), whole=len(columns), without=len(without))
