"""A model as a card of points: every fact adds its points, and their sum is the chance (ANA-6, ANA-11).

Whoever reads a card can work a chance out by hand, and the points of a contract are its reasons: nothing is explained
afterwards by another model. A card is text (JSON), not a program.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from keyuan.analytics.rules.lapse.book import Feature, Floats
from keyuan.analytics.rules.scorecards import from_odds, parts_of

Codes = npt.NDArray[np.int16]

#: Measures are cut into as many bins of equal size at most.
BINS = 20
#: Up to so many values of a measure stand alone, each with points of its own.
FEW = 12
#: Values of a group that stand alone; rarer and unknown ones get no points.
LEVELS = 30
ABSENT = ""
#: Cuts of a card that watches nobody.
NEVER = (2.0, 2.0)


@dataclass(frozen=True, slots=True)
class Coder:
    """How one fact becomes a code: by ``levels`` (values as text), or by the ``edges`` between bins of a measure.

    The last code of a measure stands for an absent value; of a group, for a value that was not seen.
    """

    name: str
    levels: tuple[str, ...] = ()
    edges: tuple[float, ...] = ()
    means: tuple[float, ...] = ()

    @property
    def count(self) -> int:
        """How many codes there are."""
        return (len(self.means) if self.means else len(self.levels)) + 1

    def codes(self, column: pd.Series) -> Codes:
        """Return the code of each value."""
        if self.means:
            numbers = column.to_numpy(dtype=float, na_value=np.nan)
            found = np.searchsorted(np.array(self.edges), numbers, side="right")
            return np.where(np.isfinite(numbers), found, len(self.means)).astype(np.int16)
        places = {label: place for place, label in enumerate(self.levels)}
        # A million rows have a few values: only those become text.
        which, values = pd.factorize(column, use_na_sentinel=False)
        known: Codes = as_text(pd.Series(values)).map(places).fillna(len(self.levels)).to_numpy(dtype=np.int16)
        found_codes: Codes = known[which]
        return found_codes

    def feature(self, codes: Codes) -> Feature:
        """Return the codes as the models of `lapse` take them."""
        labels = (*self.levels, "…")
        if not self.means:
            return Feature(self.name, codes, labels)
        return Feature(self.name, codes, labels, np.array([*self.means, float(np.median(self.means))]))


def as_text(column: pd.Series) -> pd.Series:
    """Return values as text, whole numbers without a point, absent ones as `ABSENT`."""
    if pd.api.types.is_numeric_dtype(column):
        # All digits of a whole number: `g` alone would round those of a large one.
        return column.map(lambda value: ABSENT if pd.isna(value) else f"{value:.15g}")
    return column.fillna(ABSENT).astype(str)


def coder_of(name: str, column: pd.Series, *, is_measure: bool) -> Coder | None:
    """Return how to code a column by what it holds; None for one that tells nothing."""
    if column.nunique(dropna=False) < 2:
        return None
    if not is_measure or column.nunique() <= FEW:
        counts = column.value_counts(dropna=False).head(LEVELS)
        return Coder(name, levels=tuple(sorted(as_text(pd.Series(counts.index)))))
    numbers = column.to_numpy(dtype=float, na_value=np.nan)
    known = numbers[np.isfinite(numbers)]
    edges = np.unique(np.quantile(known, np.linspace(0, 1, BINS + 1)[1:-1]))
    held = np.unique(np.searchsorted(edges, known, side="right"))
    # A bin that nobody is in has no mean: its lower edge goes, and the first edge where nobody is below it.
    edges = edges[[place in held and (place > 1 or 0 in held) for place in range(1, len(edges) + 1)]]
    codes = np.searchsorted(edges, known, side="right")
    means = np.bincount(codes, known, len(edges) + 1) / np.maximum(np.bincount(codes, minlength=len(edges) + 1), 1)
    return Coder(name, edges=tuple(map(float, edges)), means=tuple(map(float, means)))


@dataclass(frozen=True, slots=True)
class Part:
    """The points of one fact by code, in log odds, 0 for the mean of what was learnt from."""

    coder: Coder
    points: tuple[float, ...]


@dataclass(frozen=True)
class Card:
    """A model: chance = 1 ÷ (1 + e^−(level + slope × sum of points)).

    ``cuts`` are the chances from which a contract is watched, and watched first.
    """

    key: str
    parts: tuple[Part, ...]
    level: float
    slope: float
    cuts: tuple[float, float] = NEVER

    def points(self, frame: pd.DataFrame) -> Floats:
        """Return the points of each row (axis 0) by part (axis 1), as they count in the chance."""
        codes = [part.coder.codes(frame[part.coder.name]) for part in self.parts]
        return self.slope * parts_of([part.points for part in self.parts], codes)

    def chance(self, points: Floats) -> Floats:
        """Return the chance that goes with rows of points."""
        return from_odds(self.level + points.sum(1))

    def to_json(self) -> str:
        """Return the card as it is kept."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1)


def from_json(text: str) -> Card:
    """Return a card that was kept."""
    stored: Mapping[str, Any] = json.loads(text)
    parts = tuple(Part(_coder(part["coder"]), tuple(part["points"])) for part in stored["parts"])
    raised, high = stored["cuts"]
    return Card(stored["key"], parts, float(stored["level"]), float(stored["slope"]), (float(raised), float(high)))


def _coder(stored: Mapping[str, Sequence[Any]]) -> Coder:
    return Coder(str(stored["name"]), tuple(stored["levels"]), tuple(stored["edges"]), tuple(stored["means"]))
