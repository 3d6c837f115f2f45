"""An uploaded file of calls as days × intervals, bounded, each fault named by row and column (ANA-14)."""

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from keyuan.analytics.drivers.calls import USUAL, columns_of
from keyuan.analytics.drivers.tables import dates_of, numbers_of, read_table
from keyuan.analytics.rules.calls.series import CallSeries, build_series
from keyuan.kernel.errors import Refused

#: A year of six-minute intervals is 88,000 rows.
MOST_BYTES, MOST_ROWS = 8_000_000, 120_000
#: Intervals of a day: none is shorter than five minutes.
MOST_INTERVALS = 288
MOST_DAYS = 800
MEGABYTE = 1_000_000


def read_calls(name: str, size: int, chunks: Iterable[bytes]) -> pd.DataFrame:
    """Return day, interval and calls of an uploaded file; the index is the row of the file.

    Raises Refused staffing.too_large, staffing.too_many_rows, table.* and import.* with the row, all on ``file``.
    """
    if size > MOST_BYTES:
        raise Refused("staffing.too_large", field="file", most=MOST_BYTES // MEGABYTE)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / (Path(name).name[-80:] or "calls")
        path.write_bytes(b"".join(chunks))
        try:
            return _columns(read_table(path))
        except Refused as error:
            raise Refused(error.code, field="file", **{**error.params, "file": path.name}) from None


def _columns(frame: pd.DataFrame) -> pd.DataFrame:
    if len(frame) > MOST_ROWS:
        raise Refused("staffing.too_many_rows", rows=len(frame), most=MOST_ROWS)
    if len(frame.columns) < len(USUAL):
        raise Refused("staffing.columns", columns=", ".join(map(str, frame.columns)))
    names = columns_of(frame, dict.fromkeys(USUAL, ""))
    calls = numbers_of(frame, names["calls"])
    absent = frame.index[frame[names["interval"]].isna()]
    if len(absent):
        raise Refused("staffing.no_interval", row=int(absent[0]), column=names["interval"])
    columns = {"day": dates_of(frame, names["date"]), "interval": frame[names["interval"]], "calls": calls}
    return pd.DataFrame(columns)


def series_of(frame: pd.DataFrame) -> CallSeries:
    """Return the past as a series. Raises Refused forecast.too_short, staffing.too_fine, staffing.too_long."""
    return checked(build_series(frame["day"], frame["interval"], frame["calls"]))


def checked(series: CallSeries) -> CallSeries:
    """Return ``series`` where it is within bounds. Raises Refused staffing.too_fine, staffing.too_long."""
    if len(series.intervals) > MOST_INTERVALS:
        raise Refused("staffing.too_fine", field="file", count=len(series.intervals), most=MOST_INTERVALS)
    if len(series.calls) > MOST_DAYS:
        raise Refused("staffing.too_long", field="file", days=len(series.calls), most=MOST_DAYS)
    return series


def given_of(frame: pd.DataFrame, horizon: int) -> CallSeries:
    """Return expected calls as they were given, at most ``horizon`` days; an absent interval has no calls."""
    series = checked(build_series(frame["day"], frame["interval"], frame["calls"], least_days=1))
    calls = np.nan_to_num(series.calls[:horizon])
    return CallSeries(series.first, series.intervals, calls, series.remarks)


def as_json(series: CallSeries) -> dict[str, Any]:
    """Return a series as it is stored; what is unknown is None."""
    rows = [[None if np.isnan(one) else float(one) for one in row] for row in series.calls]
    return {"first": series.first.isoformat(), "intervals": list(series.intervals), "calls": rows}
