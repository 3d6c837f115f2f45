"""A file of calls per interval as days × intervals, with what is odd in it named (ANA-14)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from keyuan.kernel.errors import Refused

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

#: Places of the first and the last interval of a day must leave this many for a profile.
LEAST_DAYS = 28
MINUTES = 24 * 60


@dataclass(frozen=True)
class Remark:
    """Something odd that was met and how it was taken: a code, the days it concerns and how often."""

    code: str
    days: tuple[date, ...]
    count: int


@dataclass(frozen=True)
class CallSeries:
    """Calls by day (rows, without a gap between the first and the last) and interval (columns); NaN is unknown.

    ``intervals`` are the labels of the file, in its order of the day.
    """

    first: date
    intervals: Sequence[str]
    calls: Floats
    remarks: Sequence[Remark]

    @property
    def days(self) -> list[date]:
        """The days of the rows."""
        return [self.first + timedelta(days=place) for place in range(len(self.calls))]

    @property
    def interval_minutes(self) -> float:
        """Minutes of an interval, for files that cover the whole day."""
        return MINUTES / len(self.intervals)

    def place(self, day: date) -> int:
        """Return the row of ``day``, which may lie outside."""
        return (day - self.first).days


def build_series(
    days: pd.Series, intervals: pd.Series, calls: pd.Series, *, least_days: int = LEAST_DAYS
) -> CallSeries:
    """Return the series of three columns: day, interval (number or clock time) and number of calls.

    Copies of a row count once; differing rows of one interval are added up (two queues, the hour that comes twice in
    autumn). Raises Refused forecast.negative (with row) and .too_short.
    """
    wrong = calls < 0
    if wrong.any():
        raise Refused(
            "forecast.negative", row=int(calls.index[wrong][0]), column=str(calls.name), count=int(wrong.sum())
        )
    rows = pd.DataFrame({"day": days.dt.normalize(), "interval": _labels(intervals), "calls": calls})
    rows, remarks = _single(rows)
    order = sorted(rows["interval"].unique(), key=_place_in_day)
    table = rows.pivot_table(index="day", columns="interval", values="calls", aggfunc="sum")[order]
    every = pd.date_range(table.index[0], table.index[-1])
    if len(every) < least_days:
        raise Refused("forecast.too_short", days=len(every), least=least_days)
    table = table.reindex(every)
    remarks += _gaps(table)
    first = every[0].date()
    return CallSeries(first, [str(label) for label in order], table.to_numpy(dtype=float), remarks)


def _labels(intervals: pd.Series) -> pd.Series:
    """Return clock times as HH:MM and numbers without a fraction, so that equal intervals have equal labels."""
    if intervals.dtype != object:
        return intervals.astype(int).astype(str)
    return intervals.astype(str).str.strip().str.replace(r"^(\d):", r"0\1:", regex=True)


def _place_in_day(label: str) -> tuple[int, str]:
    return (int(label), "") if label.isdigit() else (0, label)


def _single(rows: pd.DataFrame) -> tuple[pd.DataFrame, list[Remark]]:
    remarks = []
    copies = rows.duplicated(["day", "interval", "calls"])
    rows_left = rows[~copies]
    if copies.any():
        remarks.append(_remark("copies", rows[copies]["day"]))
    differing = rows_left.duplicated(["day", "interval"])
    if differing.any():
        remarks.append(_remark("added", rows_left[differing]["day"]))
    return rows_left, remarks


def _remark(code: str, days: Iterable[pd.Timestamp]) -> Remark:
    found = list(days)
    return Remark(code, tuple(sorted({day.date() for day in found})), len(found))


def _gaps(table: pd.DataFrame) -> list[Remark]:
    absent = table.isna()
    whole = absent.all(axis=1)
    remarks = []
    if whole.any():
        remarks.append(_remark("days_absent", table.index[whole]))
    hour = max(round(len(table.columns) / 24), 1)
    partly = absent[~whole].sum(axis=1)
    an_hour = (partly == hour) & absent[~whole].apply(_is_one_run, axis=1) if len(partly) else partly
    for code, days in (
        ("daylight", partly.index[an_hour.astype(bool)]),
        ("gaps", partly.index[(partly > 0) & ~an_hour]),
    ):
        if len(days):
            remarks.append(Remark(code, tuple(day.date() for day in days), int(partly[days].sum())))
    broken = table.index[((table % 1) > 0).any(axis=1)]
    if len(broken):
        remarks.append(_remark("broken", broken))
    return remarks


def _is_one_run(absent: pd.Series) -> bool:
    places = np.flatnonzero(absent.to_numpy())
    return len(places) > 0 and bool(places[-1] - places[0] + 1 == len(places))


def weekdays(first: date, count: int) -> npt.NDArray[np.intp]:
    """Return the weekdays (Monday 0) of ``count`` days from ``first``."""
    return (np.arange(count) + first.weekday()) % 7
