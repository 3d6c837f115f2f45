"""Bins into what models reckon with: indicators of levels, of steps, of pairs; evidence; counts (ANA-7).

Everything here learns from the training rows of a fold only.
"""

from itertools import combinations
from typing import Self

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin

from keyuan.analytics.rules.propensity.arrays import Array

#: Evidence is drawn towards none as if this many rows of average outcome had been seen beside each bin's own.
SHRINK = 30.0
#: A column in which one bin holds at least this share of the rows is an exception that some rows have.
USUAL = 0.8


def counts_by_bin(column: Array, target: Array, bins: int) -> tuple[Array, Array]:
    """Return rows and buyers of each bin."""
    return np.bincount(column, minlength=bins), np.bincount(column, weights=target, minlength=bins)


def evidence(column: Array, target: Array, bins: int) -> Array:
    """Return for each bin the log odds of buying above the average, drawn towards 0 where rows are few."""
    rows, buyers = counts_by_bin(column, target, bins)
    share = target.mean()
    rate = (buyers + SHRINK * share) / (rows + SHRINK)
    return np.asarray(np.log(rate / (1 - rate)) - np.log(share / (1 - share)))


def strengths(binned: Array, target: Array, bins: Array) -> Array:
    """Return how far apart each column sets the rows: the spread of its evidence over them."""
    columns = range(binned.shape[1])
    return np.array([evidence(binned[:, c], target, int(bins[c]))[binned[:, c]].std() for c in columns])


class Levels(TransformerMixin, BaseEstimator):
    """An indicator for each bin with at least ``rare`` rows; rarer bins share one if they reach it together."""

    def __init__(self, bins: Array, rare: int = 10) -> None:
        self.bins = bins
        self.rare = rare

    def fit(self, binned: Array, _target: Array | None = None) -> Self:
        """Learn which bins stand alone."""
        self.places_, self.width_ = [], 0
        for column, bins in enumerate(self.bins):
            rows = np.bincount(binned[:, column], minlength=int(bins))
            places = np.full(int(bins), -1)
            alone = rows >= self.rare
            places[alone] = self.width_ + np.arange(alone.sum())
            self.width_ += int(alone.sum())
            if rows[~alone].sum() >= self.rare:
                places[~alone] = self.width_
                self.width_ += 1
            self.places_.append(places)
        return self

    def transform(self, binned: Array) -> sparse.csr_matrix:
        """Return rows × indicators."""
        if not self.width_:
            return sparse.csr_matrix((len(binned), 0), dtype=np.float32)
        places = np.column_stack([place[binned[:, c]] for c, place in enumerate(self.places_)])
        row, column = np.nonzero(places >= 0)
        ones = np.ones(len(row), dtype=np.float32)
        return sparse.csr_matrix((ones, (row, places[row, column])), shape=(len(binned), self.width_))


class Steps(TransformerMixin, BaseEstimator):
    """For ordered columns an indicator "at most this bin" for each bin with ``rare`` rows on either side.

    All columns together get ``most`` indicators at most, each column a like number of them: half of all cells are 1,
    so that every indicator costs as much as a column.
    """

    def __init__(self, bins: Array, ordered: Array, rare: int = 10, most: int = 1000) -> None:
        self.bins = bins
        self.ordered = ordered
        self.rare = rare
        self.most = most

    def fit(self, binned: Array, _target: Array | None = None) -> Self:
        """Learn which steps divide the rows."""
        self.steps_: list[tuple[int, Array]] = []
        for column in np.flatnonzero(self.ordered):
            below = np.cumsum(np.bincount(binned[:, column], minlength=int(self.bins[column])))
            kept = np.flatnonzero((below >= self.rare) & (below <= len(binned) - self.rare))
            self.steps_.append((int(column), kept))
        if sum(len(kept) for _column, kept in self.steps_) > self.most:
            each = max(1, self.most // len(self.steps_))
            self.steps_ = [(column, _thinned(kept, each)) for column, kept in self.steps_]
        return self

    def transform(self, binned: Array) -> sparse.csr_matrix:
        """Return rows × indicators."""
        ends = np.cumsum([len(kept) for _column, kept in self.steps_], dtype=np.int64)
        # The steps of a column rise: from the first that a value reaches up to the last they are all 1.
        begun = [np.searchsorted(kept, binned[:, column]) - len(kept) for column, kept in self.steps_]
        starts = np.column_stack(begun) + ends if begun else np.zeros((len(binned), 0), dtype=np.int64)
        lengths = (ends - starts).ravel()
        before = np.concatenate([[0], np.cumsum(lengths)])
        places = np.arange(before[-1]) + np.repeat(starts.ravel() - before[:-1], lengths)
        rows = before[np.arange(len(binned) + 1) * len(self.steps_)]
        width = int(ends[-1]) if len(ends) else 0
        ones = np.ones(len(places), dtype=np.float32)
        return sparse.csr_matrix((ones, places.astype(np.int32), rows), shape=(len(binned), width))


def _thinned(places: Array, most: int) -> Array:
    """Return at most ``most`` of ``places``, evenly spread."""
    if len(places) <= most:
        return places
    return np.asarray(places[np.linspace(0, len(places) - 1, most).round().astype(int)])


class Pairs(TransformerMixin, BaseEstimator):
    """Indicators of the joint levels of each pair of the ``strongest`` columns, chosen on the rows learned from."""

    def __init__(self, bins: Array, strongest: int = 8, rare: int = 15) -> None:
        self.bins = bins
        self.strongest = strongest
        self.rare = rare

    def fit(self, binned: Array, target: Array) -> Self:
        """Choose the columns and learn which joint levels have enough rows."""
        best = np.argsort(-strengths(binned, target, self.bins), kind="stable")[: self.strongest]
        self.pairs_ = list(combinations(sorted(best.tolist()), 2))
        bins = np.array([self.bins[first] * self.bins[second] for first, second in self.pairs_])
        self.levels_ = Levels(bins, self.rare).fit(self._joint(binned))
        return self

    def transform(self, binned: Array) -> sparse.csr_matrix:
        """Return rows × indicators."""
        return self.levels_.transform(self._joint(binned))

    def _joint(self, binned: Array) -> Array:
        wide, joint = binned.astype(np.int64), np.zeros((len(binned), len(self.pairs_)), dtype=np.int64)
        for place, (first, second) in enumerate(self.pairs_):
            joint[:, place] = wide[:, first] * self.bins[second] + wide[:, second]
        return joint


class Evidence(TransformerMixin, BaseEstimator):
    """Each bin as its evidence, so that levels without an order get one; in standard deviations of the column."""

    def __init__(self, bins: Array) -> None:
        self.bins = bins

    def fit(self, binned: Array, target: Array) -> Self:
        """Learn the evidence of each bin."""
        self.tables_ = []
        for column, bins in enumerate(self.bins):
            table = evidence(binned[:, column], target, int(bins))
            spread = table[binned[:, column]].std()
            self.tables_.append(table / spread if spread > 0 else np.zeros_like(table))
        return self

    def transform(self, binned: Array) -> Array:
        """Return rows × columns."""
        return np.column_stack([table[binned[:, c]] for c, table in enumerate(self.tables_)])


class Exceptions(TransformerMixin, BaseEstimator):
    """The bins and beside them how many of the columns that are mostly alike differ in this row: products held, say."""

    def __init__(self, bins: Array) -> None:
        self.bins = bins

    def fit(self, binned: Array, _target: Array | None = None) -> Self:
        """Learn the usual bin of each column."""
        rows = [np.bincount(binned[:, c], minlength=int(bins)) for c, bins in enumerate(self.bins)]
        self.usual_ = np.array([count.argmax() for count in rows])
        self.counted_ = np.array([count.max() >= USUAL * len(binned) for count in rows])
        return self

    def transform(self, binned: Array) -> Array:
        """Return rows × (columns and the count)."""
        return np.column_stack([binned, ((binned != self.usual_) & self.counted_).sum(axis=1)])
