"""A file of policies as a book that can be looked at on any day (ANA-6)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from keyuan.kernel.errors import Refused

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int16]

#: Days in a unit of duration: the mean length of the calendar's.
UNITS = {"days": 1.0, "weeks": 7.0, "months": 365.25 / 12, "quarters": 365.25 / 4, "years": 365.25}
#: A column of numbers with more values than this is a measure, otherwise its values are groups.
GROUPS = 12
#: Values of a text column that stand alone; the rarer ones share a level.
LEVELS = 30
#: A text column whose values are more often unique than this names policies and tells nothing of others.
NAMES = 0.5
#: Ends of running policies are the end of observation, give or take the rounding of durations.
LAST_DAYS = 45
#: Measures are held as this many bins of equal size: equal rows can then be counted instead of repeated.
BINS = 200


@dataclass(frozen=True)
class Feature:
    """A column as codes from 0: levels of a group (``values`` None), or bins of a measure with their mean values."""

    name: str
    codes: Codes
    labels: tuple[str, ...]
    values: Floats | None = None


@dataclass(frozen=True)
class Book:
    """Policies with the days of issue and end (days since 1970), whether the end was the event, and their features.

    ``ended`` tells who has ended as the file stands, also after ``observed_until``: only `known` may ask it.
    """

    issue: Floats
    end: Floats
    event: Flags
    ended: Flags
    features: Sequence[Feature]
    observed_until: date
    left_out: dict[str, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.issue)


def day_number(day: date) -> float:
    """Return ``day`` as days since 1970-01-01."""
    return float((day - date(1970, 1, 1)).days)


def build_book(
    frame: pd.DataFrame, *, issue: pd.Series, duration: pd.Series, unit: str, event: str, value: str, until: date
) -> Book:
    """Return the book of ``frame``, whose columns besides ``event`` are the features.

    ``issue`` are days, ``duration`` counts of ``unit`` from issue to the end, or to ``until`` where the policy runs on.
    What ends after ``until`` was still running then; what is issued after it is in no snapshot.

    Raises Refused lapse.event_value, .negative and .not_issued.
    """
    cells = frame[event].astype(str).str.strip()
    cells = cells.str.replace(r"^(-?\d+)\.0+$", r"\1", regex=True)
    wanted = cells == value.strip()
    if not wanted.any():
        shown = ", ".join(sorted(cells.unique())[:12])
        raise Refused("lapse.event_value", column=event, value=value, values=shown)
    if (duration < 0).any():
        row = int(duration.index[duration < 0][0])
        raise Refused("lapse.negative", row=row, column=str(duration.name), count=int((duration < 0).sum()))
    begin = issue.to_numpy().astype("datetime64[D]").astype(float)
    last = day_number(until)
    if begin.min() > last:
        raise Refused("lapse.not_issued", column=str(issue.name), until=until.isoformat())
    end = begin + duration.to_numpy() * UNITS[unit]
    running = ~wanted.to_numpy() & _runs_on(cells, end, last)
    features, left_out = features_of(frame.drop(columns=[event]))
    return Book(begin, np.minimum(end, last), wanted.to_numpy() & (end <= last), ~running, features, until, left_out)


def _runs_on(cells: pd.Series, end: Floats, last: float) -> Flags:
    """Tell who runs on: the values whose ends all lie in the last weeks, since ends by a cause are spread over years.

    Where no value is so, running policies share theirs with others, and whoever ends in these weeks is taken to run on.
    """
    latest = pd.Series(end >= last - LAST_DAYS, index=cells.index)
    share = latest.groupby(cells).transform("mean")
    always = (share > 0.98).to_numpy()
    found: Flags = always if always.any() else latest.to_numpy()
    return found


def features_of(frame: pd.DataFrame) -> tuple[list[Feature], dict[str, str]]:
    """Return the columns of ``frame`` as codes, and those that tell nothing, each with why."""
    found, left_out = [], {}
    for name in map(str, frame.columns):
        cells = _as_days(frame[name])
        if cells.nunique(dropna=False) < 2:
            left_out[name] = "constant"
        elif cells.dtype == object and cells.nunique() > NAMES * len(cells):
            left_out[name] = "names"
        elif cells.dtype != object and cells.nunique() > GROUPS:
            found.append(_measure(name, cells.astype(float)))
        else:
            found.append(_group(name, cells))
    return found, left_out


def _as_days(cells: pd.Series) -> pd.Series:
    """Return a column of days as numbers, any other as it is: the day a value was noted may itself tell the end."""
    if pd.api.types.is_datetime64_any_dtype(cells):
        days = cells
    elif cells.dtype == object and cells.dropna().astype(str).str.fullmatch(r"\d{4}-\d\d-\d\d.*").all():
        days = pd.to_datetime(cells, errors="coerce", format="ISO8601")
    else:
        return cells
    return (days - pd.Timestamp("1970-01-01")).dt.days.astype(float)


def _group(name: str, cells: pd.Series) -> Feature:
    texts = cells.astype(object).where(cells.notna(), "—").astype(str)
    counts = texts.value_counts()
    kept = sorted(counts.index[:LEVELS])
    labels = [*kept, "…"] if len(counts) > LEVELS else kept
    places = {label: place for place, label in enumerate(kept)}
    codes = texts.map(places).fillna(len(kept)).to_numpy()
    return Feature(name, codes.astype(np.int16), tuple(labels))


def _measure(name: str, cells: pd.Series) -> Feature:
    """Bin a measure by quantiles; an absent value has the last bin, which the median stands for."""
    numbers = cells.to_numpy(dtype=float)
    known = np.isfinite(numbers)
    edges = np.unique(np.quantile(numbers[known], np.linspace(0, 1, BINS + 1)[1:-1]))
    codes = np.searchsorted(edges, numbers[known], side="right")
    present, codes = np.unique(codes, return_inverse=True)
    means = np.bincount(codes, weights=numbers[known]) / np.bincount(codes)
    placed = np.full(len(numbers), len(present), dtype=np.int16)
    placed[known] = codes
    values = np.append(means, np.median(numbers[known]))
    return Feature(name, placed, tuple(f"{value:.4g}" for value in values), values)
