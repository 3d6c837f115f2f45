"""From a training file to what is learned from: target, groups of copies, and as many rows as memory bears (ANA-7)."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from keyuan.analytics.rules.propensity.arrays import Array
from keyuan.analytics.rules.propensity.columns import Columns, learn, same_rows
from keyuan.analytics.rules.propensity.folds import FOLDS
from keyuan.kernel.errors import Refused

#: Words of a target that mean "bought"; of other pairs of values the later one does, or the one that is named.
YES = frozenset({"true", "yes", "y", "是", "有", "已购", "购买", "成交"})
NO = frozenset({"false", "no", "n", "否", "无", "未购", "未购买", "未成交"})
#: Fewer buyers than this cannot be split into folds that tell anything.
FEWEST = 4 * FOLDS


@dataclass(frozen=True)
class Sample:
    """Training rows as bins with their outcome (1 bought), and the group of copies each belongs to."""

    columns: Columns
    binned: Array
    target: Array
    groups: Array
    rows_in_file: int
    copies: int
    positive: str


def thinned(frames: Iterable[pd.DataFrame], most: int, seed: int) -> tuple[pd.DataFrame, int]:
    """Return at most ``most`` rows drawn evenly from ``frames``, in their order, and how many rows there were.

    Memory holds two times ``most`` rows and one frame, however long the file is.
    """
    random, kept, held, seen = np.random.default_rng(seed), [], 0, 0
    ceiling = 1.0
    for frame in frames:
        seen += len(frame)
        frame = frame.assign(**{_DRAW: random.random(len(frame))})
        kept.append(frame[frame[_DRAW] < ceiling])
        held += len(kept[-1])
        if held > 2 * most:
            one = pd.concat(kept)
            ceiling = float(np.partition(one[_DRAW].to_numpy(), most)[most])
            kept = [one[one[_DRAW] < ceiling]]
            held = len(kept[0])
    whole = pd.concat(kept)
    if len(whole) > most:
        whole = whole[whole[_DRAW] <= np.partition(whole[_DRAW].to_numpy(), most - 1)[most - 1]]
    return whole.drop(columns=_DRAW), seen


#: Name of the column of random numbers while rows are drawn; no file has it.
_DRAW = "\0draw"


def sample_of(frame: pd.DataFrame, *, target: str, positive: str, group_duplicates: bool, rows_in_file: int) -> Sample:
    """Return what is learned from. Raises Refused propensity.target_* and .few_buyers, .no_columns."""
    outcome, meaning = outcome_of(frame[target], positive)
    told = frame.drop(columns=target)
    columns = learn(told)
    same = same_rows(told, list(told.columns))
    copies = int(len(same) - len(np.unique(same)))
    groups = same if group_duplicates else np.arange(len(frame))
    for buyers in (int(outcome.sum()), int(len(outcome) - outcome.sum())):
        if buyers < FEWEST:
            raise Refused("propensity.few_buyers", column=target, found=buyers, least=FEWEST)
    return Sample(columns, columns.read(told), outcome, groups, rows_in_file, copies, meaning)


def outcome_of(cells: pd.Series, positive: str) -> tuple[Array, str]:
    """Return 1 where the target holds ``positive`` (or what means yes) and that value.

    Raises Refused propensity.target_absent, .target_values, .target_positive.
    """
    if cells.isna().any():
        row = str(cells.index[cells.isna()][0])
        raise Refused("propensity.target_absent", column=str(cells.name), row=row, count=int(cells.isna().sum()))
    texts = cells.map(_plain)
    values = sorted(texts.unique(), key=_sorting)
    if len(values) != 2:
        shown = ", ".join(values[:6])
        raise Refused("propensity.target_values", column=str(cells.name), count=len(values), values=shown)
    if positive and positive not in values:
        raise Refused("propensity.target_positive", value=positive, values=", ".join(values))
    meaning = positive or _yes(values)
    return (texts == meaning).to_numpy().astype(np.int8), meaning


def _plain(cell: object) -> str:
    """Return a value as it is typed: 1.0 of a column with absent values elsewhere is 1."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()


def _sorting(value: str) -> tuple[float, str]:
    try:
        return float(value), value
    except ValueError:
        return float("inf"), value


def _yes(values: list[str]) -> str:
    """Return the value that means bought: of numbers the greater, of words the one that says so."""
    if all(_sorting(value)[0] < float("inf") for value in values):
        return values[-1]
    known = [value for value in values if value.lower() in YES]
    if known:
        return known[0]
    denied = [value for value in values if value.lower() in NO]
    return next(value for value in reversed(values) if value not in denied)
