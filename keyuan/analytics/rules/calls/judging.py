"""Rolling origin: each past day as if it were today, the forecast beside what came and beside two baselines (ANA-14).

The shape of the forecast is chosen on earlier origins than those by which it is judged.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta

import numpy as np

from keyuan.analytics.rules.calls.forecasting import Shape, forecast, point, quantile
from keyuan.analytics.rules.calls.series import CallSeries, Floats

HORIZONS = (1, 7, 14)
#: Origins that choose the shape, and the later ones that judge it.
CHOOSING, JUDGING = 42, 28
#: Days to learn from before the first origin.
LEAST_PAST = 56
LAST_WEEK, EIGHT_WEEKS = "last_week", "eight_weeks"
#: What is tried in turn, the best so far kept.
STEPS: Sequence[tuple[str, Sequence[float | str], str]] = (
    ("half_life", (60.0, 120.0, 240.0), "day"),
    ("month_smooth", (2.0, 6.0, 20.0, 1e6), "day"),
    ("follow", (0.8, 0.9, 0.95), "day"),
    ("profile_half_life", (20.0, 40.0, 80.0), "interval"),
    ("smooth", (0.0, 1.0, 1.5, 2.5), "interval"),
    ("point", ("mean", "median"), "interval"),
)

Holidays = Mapping[date, str]
Forecaster = Callable[[date, int], Floats]


@dataclass
class Tally:
    """Sums of absolute errors and of calls by days ahead (column 0: one day), over origins."""

    interval: Floats
    day: Floats
    calls: Floats

    def wape(self, horizon: int, of: str = "interval") -> float:
        """Return Σ|error| ÷ Σ calls of the first ``horizon`` days; of intervals, or of whole days."""
        errors = self.interval if of == "interval" else self.day
        total = self.calls[:horizon].sum()
        return float(errors[:horizon].sum() / total) if total > 0 else float("nan")


@dataclass(frozen=True)
class Judged:
    """The judged origins, what was chosen before them, and how far forecast and baselines were off."""

    origins: Sequence[date]
    shape: Shape
    spread: float
    tallies: Mapping[str, Tally]
    coverage: float
    tried: Sequence[tuple[str, str, float]] = field(default_factory=tuple)


def tally(series: CallSeries, origins: Sequence[date], horizon: int, forecaster: Forecaster) -> Tally:
    """Return the errors of ``forecaster`` (origin, horizon → days × intervals); unknown intervals count nowhere."""
    sums = Tally(np.zeros(horizon), np.zeros(horizon), np.zeros(horizon))
    for origin in origins:
        begin = series.place(origin) + 1
        came = series.calls[begin : begin + horizon]
        told = forecaster(origin, horizon)[: len(came)]
        known = np.isfinite(came)
        came, told = np.where(known, came, 0), np.where(known, told, 0)
        many = len(came)
        sums.interval[:many] += np.abs(came - told).sum(1)
        sums.day[:many] += np.abs(came.sum(1) - told.sum(1))
        sums.calls[:many] += came.sum(1)
    return sums


def baseline(series: CallSeries, weeks: int) -> Forecaster:
    """Return the mean of the last ``weeks`` same weekdays known at the origin, unusual days included."""

    def told(origin: date, horizon: int) -> Floats:
        known = series.place(origin) + 1
        found = np.zeros((horizon, series.calls.shape[1]))
        for ahead in range(horizon):
            newest = known + ahead - 7 * (ahead // 7 + 1)
            same = series.calls[[place for place in range(newest, max(newest - 7 * weeks, -1), -7) if place >= 0]]
            counts = np.isfinite(same).sum(0)
            found[ahead] = np.nansum(same, axis=0) / np.maximum(counts, 1)
        return found

    return told


def forecaster(series: CallSeries, shape: Shape, holidays: Holidays, spread: float) -> Forecaster:
    """Return the forecast in ``shape`` as a function of origin and horizon."""

    def told(origin: date, horizon: int) -> Floats:
        return point(forecast(series, origin, horizon, shape, holidays).mean, shape.point, spread)

    return told


def origins_until(series: CallSeries, until: date, horizon: int) -> tuple[list[date], list[date]]:
    """Return the origins that choose and those that judge a forecast, whose days had all come by ``until``."""
    last = series.place(until) - horizon
    places = range(max(LEAST_PAST, last + 1 - CHOOSING - JUDGING), last + 1)
    days = [series.first + timedelta(days=place) for place in places]
    cut = len(days) - min(JUDGING, len(days) // 2)
    return days[:cut], days[cut:]


def choose(
    series: CallSeries, origins: Sequence[date], horizon: int, holidays: Holidays
) -> tuple[Shape, float, list[tuple[str, str, float]]]:
    """Return the shape with the least WAPE over ``origins``, the spread around it, and what was tried."""
    best, tried, spread = Shape(), [], 0.0
    for name, values, of in STEPS:
        if name == "point":
            # Only medians ask for the spread, and what is written for an interval is chosen last.
            spread = spread_around(series, origins, best, horizon, holidays)
        found = []
        for value in values:
            shape = Shape(**{**asdict(best), name: value})
            wape = tally(series, origins, horizon, forecaster(series, shape, holidays, spread)).wape(horizon, of)
            found.append((wape, shape))
            tried.append((name, str(value), wape))
        best = min(found, key=lambda one: one[0])[1]
    return best, spread, tried


def spread_around(series: CallSeries, origins: Sequence[date], shape: Shape, horizon: int, holidays: Holidays) -> float:
    """Return by what part the mean itself varies (CV), beyond the chance of single calls.

    From the variance: (came − mean)² is mean + spread² · mean² on average; the quarter furthest off is left away,
    since breakdowns are no part of an ordinary day.
    """
    parts = []
    for origin in origins:
        begin = series.place(origin) + 1
        came = series.calls[begin : begin + horizon]
        mean = forecast(series, origin, horizon, shape, holidays).mean[: len(came)]
        known = np.isfinite(came)
        excess = np.where(known, (came - mean) ** 2 - mean, 0).sum(1)
        parts.append(np.column_stack([excess, np.where(known, mean**2, 0).sum(1)]))
    if not parts:
        return 0.1
    days = np.concatenate(parts)
    days = days[days[:, 1] > 0]
    ratio = np.sort(days[:, 0] / days[:, 1])[: max(int(0.75 * len(days)), 1)]
    return float(np.sqrt(max(ratio.mean(), 0.0)))


def judge(series: CallSeries, until: date, horizon: int, holidays: Holidays) -> Judged:
    """Choose on the earlier and judge on the later origins before ``until``."""
    choosing, judging = origins_until(series, until, horizon)
    shape, spread, tried = choose(series, choosing, horizon, holidays)
    return judged_on(series, judging, horizon, shape, spread, holidays, tried)


def judged_on(
    series: CallSeries,
    origins: Sequence[date],
    horizon: int,
    shape: Shape,
    spread: float,
    holidays: Holidays,
    tried: Sequence[tuple[str, str, float]] = (),
) -> Judged:
    """Return how forecast and baselines did from ``origins``, with the share of intervals inside 80 % bounds."""
    tallies = {
        "forecast": tally(series, origins, horizon, forecaster(series, shape, holidays, spread)),
        LAST_WEEK: tally(series, origins, horizon, baseline(series, 1)),
        EIGHT_WEEKS: tally(series, origins, horizon, baseline(series, 8)),
    }
    return Judged(origins, shape, spread, tallies, coverage(series, origins, horizon, shape, spread, holidays), tried)


def coverage(
    series: CallSeries, origins: Sequence[date], horizon: int, shape: Shape, spread: float, holidays: Holidays
) -> float:
    """Return the share of intervals with calls between the 10 % and the 90 % quantile."""
    inside, known = 0, 0
    for origin in origins:
        begin = series.place(origin) + 1
        came = series.calls[begin : begin + horizon]
        mean = forecast(series, origin, horizon, shape, holidays).mean[: len(came)]
        low, high = bounds(mean, spread)
        here = np.isfinite(came)
        inside += int(((came >= low) & (came <= high) & here).sum())
        known += int(here.sum())
    return inside / known if known else float("nan")


def bounds(mean: Floats, spread: float) -> tuple[Floats, Floats]:
    """Return the 10 % and the 90 % quantile of the calls around ``mean``."""
    return quantile(mean, 0.1, spread), quantile(mean, 0.9, spread)
