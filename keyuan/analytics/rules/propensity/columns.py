"""What each column of a file holds, learned on training rows, and rows as small whole numbers (ANA-7).

Every family of models reads the same picture of a row: for each column the number of its bin. Whole numbers with few
values keep each value as a bin, other numbers are cut at quantiles, texts get a bin for each frequent level and one
for all others. Absent values have a bin of their own. Values not met in training fall where they belong.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from keyuan.analytics.rules.propensity.arrays import Array
from keyuan.kernel.errors import Refused

Kind = Literal["code", "number", "text"]

#: Whole numbers with more values than this are cut at quantiles like any other number.
CODES = 60
BINS = 32
LEVELS = 40
#: A level of a text with fewer rows than this goes to the others.
RARE = 10
#: A column of texts that are nearly all different names the row; it cannot tell anything about others.
NAMES_ROWS = 0.5
#: Bin 0 is "absent", so that a column that was always filled in training still has a place for it.
ABSENT = 0


@dataclass(frozen=True)
class Reading:
    """How one column is read: ``edges`` are lower bounds of bins (numbers), ``levels`` the levels of texts."""

    name: str
    kind: Kind
    edges: tuple[float, ...] = ()
    levels: tuple[str, ...] = ()

    @property
    def bins(self) -> int:
        """Number of bins, the absent one included, and for texts the one of all other levels."""
        return 1 + len(self.edges) if self.kind != "text" else 2 + len(self.levels)

    def read(self, cells: pd.Series) -> Array:
        """Return the bin of each cell."""
        return self._texts(cells) if self.kind == "text" else self._numbers(cells)

    def _numbers(self, cells: pd.Series) -> Array:
        values = _as_numbers(cells)
        # Below the lowest edge is the lowest bin: a new extreme resembles the nearest known value.
        bins = np.maximum(np.searchsorted(self.edges, values.to_numpy(), side="right"), 1)
        return np.where(values.isna(), ABSENT, bins).astype(np.int16)

    def _texts(self, cells: pd.Series) -> Array:
        places = {level: place for place, level in enumerate(self.levels, start=2)}
        texts = _as_texts(cells)
        return np.where(texts.isna(), ABSENT, texts.map(places).fillna(1)).astype(np.int16)


@dataclass(frozen=True)
class Columns:
    """The readings of a file's columns, and those left out with the reason."""

    readings: tuple[Reading, ...]
    left_out: Mapping[str, str]

    @property
    def names(self) -> list[str]:
        """Names of the columns that are read, in the file's order."""
        return [reading.name for reading in self.readings]

    @property
    def bins(self) -> Array:
        """Number of bins of each column."""
        return np.array([reading.bins for reading in self.readings])

    @property
    def ordered(self) -> Array:
        """Tell of each column whether its bins have an order."""
        return np.array([reading.kind != "text" for reading in self.readings])

    def read(self, frame: pd.DataFrame) -> Array:
        """Return rows × columns of bins. Raises Refused propensity.columns_missing, .not_numbers."""
        missing = [name for name in self.names if name not in frame.columns]
        if missing:
            raise Refused("propensity.columns_missing", columns=", ".join(missing[:10]), count=len(missing))
        return np.column_stack([reading.read(frame[reading.name]) for reading in self.readings])


def learn(frame: pd.DataFrame) -> Columns:
    """Return how the columns of ``frame`` are read. Raises Refused propensity.no_columns when none tells anything."""
    found = [_reading(str(name), frame[name]) for name in frame.columns]
    readings = tuple(one for one in found if isinstance(one, Reading))
    if not readings:
        raise Refused("propensity.no_columns")
    names = [str(name) for name in frame.columns]
    return Columns(readings, {name: one for name, one in zip(names, found, strict=True) if isinstance(one, str)})


def _reading(name: str, cells: pd.Series) -> Reading | str:
    """Return how a column is read, or why it is left out: ``constant`` or ``names_rows``."""
    if cells.nunique(dropna=False) < 2:
        return "constant"
    if _is_text(cells):
        return _text_reading(name, _as_texts(cells).dropna())
    values = _as_numbers(cells).dropna().to_numpy()
    distinct = np.unique(values)
    if len(distinct) <= CODES and (distinct == np.round(distinct)).all():
        return Reading(name, "code", edges=tuple(distinct.tolist()))
    cuts = np.quantile(values, np.linspace(0, 1, BINS + 1)[:-1])
    return Reading(name, "number", edges=tuple(np.unique(cuts).tolist()))


def _text_reading(name: str, texts: pd.Series) -> Reading | str:
    counts = texts.value_counts()
    if len(counts) > NAMES_ROWS * len(texts) and len(texts) > CODES:
        return "names_rows"
    # By name among equals, so that the order of rows changes nothing.
    frequent = sorted(counts[counts >= min(RARE, len(texts) // 20)].items(), key=lambda item: (-item[1], str(item[0])))
    return Reading(name, "text", levels=tuple(str(level) for level, _count in frequent[:LEVELS]))


def _is_text(cells: pd.Series) -> bool:
    return not (
        pd.api.types.is_numeric_dtype(cells)
        or pd.api.types.is_bool_dtype(cells)
        or pd.api.types.is_datetime64_any_dtype(cells)
    )


def _as_texts(cells: pd.Series) -> pd.Series:
    return cells.astype(object).where(cells.notna(), None).map(lambda cell: None if cell is None else str(cell).strip())


def _as_numbers(cells: pd.Series) -> pd.Series:
    """Return numbers; moments as days. Raises Refused propensity.not_numbers naming the row and column."""
    if pd.api.types.is_datetime64_any_dtype(cells):
        return (cells - pd.Timestamp(0, tz=getattr(cells.dt, "tz", None))).dt.total_seconds() / 86400
    if not _is_text(cells):
        return cells.astype(float)
    values = pd.to_numeric(cells, errors="coerce")
    wrong = cells.index[values.isna() & cells.notna()]
    if len(wrong):
        raise Refused(
            "propensity.not_numbers", row=str(wrong[0]), column=str(cells.name), value=str(cells[wrong[0]])[:40]
        )
    return values.astype(float)


def same_rows(frame: pd.DataFrame, names: Sequence[str]) -> Array:
    """Return a number for each row, equal for rows that agree in all columns ``names``."""
    return np.asarray(frame.groupby(list(names), sort=False, dropna=False).ngroup())
