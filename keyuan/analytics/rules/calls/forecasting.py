"""Total of a day × its division over the intervals, both learnt with less weight for what is long past (ANA-14).

The logarithm of a day's total is the sum of its weekday, its day of the month (salaries, bills), the effect of a
holiday and a level that follows the last days. Unusual days (strikes, breakdowns, unknown holidays) are found by
their distance from the same weekday around them and teach nothing; what is merely far off weighs less.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from keyuan.analytics.rules.calls.series import CallSeries, Flags, Floats, weekdays
from keyuan.kernel.later import later

of_negative_binomial = later("scipy.stats:nbinom.ppf")
of_poisson = later("scipy.stats:poisson.ppf")

#: A day this far (in logarithms) from the median of its weekday in five weeks to either side is unusual.
UNUSUAL, NEAR_WEEKS = 0.4, 5
#: Days of a weekday needed nearby to call one of them unusual.
NEAR_LEAST = 3
#: Weekdays whose mean total lies below this part of the busiest one are divided over the day by themselves.
QUIET = 0.6
SMALLEST = 1e-9


@dataclass(frozen=True)
class Shape:
    """What is chosen in rolling validation. Half-lives in days.

    ``month_smooth`` draws neighbouring days of the month to each other (a million: the month has no shape), ``follow``
    is how much of the level of a day stays the next day, ``smooth`` the width in intervals over which a profile is
    smoothed; ``point`` what is written for an interval: the mean, or the median that makes the absolute error least.
    """

    half_life: float = 240.0
    month_smooth: float = 6.0
    follow: float = 0.9
    level_pull: float = 3.0
    profile_half_life: float = 40.0
    smooth: float = 1.5
    point: str = "mean"


@dataclass(frozen=True)
class Forecast:
    """The expected calls from the day after ``origin``: days × intervals."""

    origin: date
    mean: Floats


def unusual_days(totals: Floats) -> Flags:
    """Tell which of ``totals`` lie far off the same weekday around them; a day without a total is unusual."""
    logs = np.log(totals + 1)
    unknown = ~np.isfinite(totals)
    found = unknown
    # Twice: what was found once must not move the medians by which its neighbours are judged.
    for _ in range(2):
        clean = np.where(found, np.nan, logs)
        around = np.array([_shifted(clean, 7 * weeks) for weeks in range(-NEAR_WEEKS, NEAR_WEEKS + 1) if weeks])
        enough = np.isfinite(around).sum(0) >= NEAR_LEAST
        found = unknown | (enough & (np.abs(logs - _medians(around)) > UNUSUAL))
    return found


def _medians(table: Floats) -> Floats:
    """Return the median of what is known in each column, 0 without any; numpy's own takes a hundred times as long."""
    ordered = np.sort(table, axis=0)
    known = np.maximum(np.isfinite(table).sum(0), 1)
    columns = np.arange(table.shape[1])
    middle: Floats = (ordered[(known - 1) // 2, columns] + ordered[known // 2, columns]) / 2
    return np.nan_to_num(middle)


def _shifted(values: Floats, places: int) -> Floats:
    """Return ``values`` moved by ``places``, with NaN where nothing moves in."""
    moved = np.full(len(values), np.nan)
    if abs(places) < len(values):
        into = slice(places, None) if places > 0 else slice(None, places)
        out_of = slice(None, -places) if places > 0 else slice(-places, None)
        moved[into] = values[out_of]
    return moved


def forecast(
    series: CallSeries, origin: date, horizon: int, shape: Shape, holidays: Mapping[date, str] | None = None
) -> Forecast:
    """Return the ``horizon`` days after ``origin`` from what was known at its end."""
    known = series.place(origin) + 1
    calls = series.calls[:known]
    days = weekdays(series.first, known + horizon)
    totals = np.where(np.isfinite(calls).mean(1) > 0.9, np.nansum(calls, axis=1), np.nan)
    named = [(holidays or {}).get(series.first + timedelta(days=place), "") for place in range(known + horizon)]
    apart = unusual_days(totals) | np.array([bool(name) for name in named[:known]])
    expected = _totals(series.first, totals, days, apart, named, horizon, shape)
    profile = _profiles(calls, totals, days[:known], apart, shape)
    return Forecast(origin, expected[:, None] * profile[days[known:]])


def _totals(
    first: date, totals: Floats, days: npt.NDArray[np.intp], apart: Flags, named: list[str], horizon: int, shape: Shape
) -> Floats:
    known = len(totals)
    design = _design(first, days)
    age = known - 1 - np.arange(known)
    usable = ~apart
    logs = np.log(np.where(np.isfinite(totals), totals, 0) + 1)
    weight = 0.5 ** (age / shape.half_life) * usable
    pull = _pull(shape.month_smooth)
    rest, scale = logs, 1.0
    for _ in range(3):
        past = design[:known]
        effects = np.linalg.solve(past.T @ (past * weight[:, None]) + pull, past.T @ (weight * logs))
        rest = logs - past @ effects
        scale = 1.4826 * float(np.median(np.abs(rest[usable]))) + SMALLEST
        weight = 0.5 ** (age / shape.half_life) * usable * np.minimum(1, 2 * scale / np.maximum(np.abs(rest), SMALLEST))
    recent = shape.follow**age * usable
    level = float((recent * np.clip(rest, -2 * scale, 2 * scale)).sum() / (recent.sum() + shape.level_pull))
    ahead = design[known:] @ effects + level * 0.95 ** np.arange(horizon) + _holiday(named, rest, horizon)
    expected: Floats = np.maximum(np.exp(ahead) - 1, 0)
    return expected


def _design(first: date, days: npt.NDArray[np.intp]) -> Floats:
    """Return weekday and day of the month as columns of 0 and 1."""
    months = [(first + timedelta(days=place)).day - 1 for place in range(len(days))]
    return np.hstack([np.eye(7)[days], np.eye(31)[months]])


def _pull(month_smooth: float) -> Floats:
    """Return the penalty on the effects: a weekday stands by itself, a day of the month leans on its neighbours."""
    steps = np.diff(np.eye(31), axis=0)
    found = np.zeros((38, 38))
    found[:7, :7] = 0.01 * np.eye(7)
    found[7:, 7:] = 0.1 * np.eye(31) + month_smooth * steps.T @ steps
    return found


def _holiday(named: list[str], rest: Floats, horizon: int) -> Floats:
    """Return what the holidays ahead add: as the same holiday did before, drawn to all holidays by one of them."""
    past = [(name, value) for name, value in zip(named, rest, strict=False) if name]
    usual = float(np.mean([value for _, value in past])) if past else 0.0
    added = np.zeros(horizon)
    for ahead, name in enumerate(named[-horizon:]):
        if name:
            same = [value for other, value in past if other == name]
            added[ahead] = (sum(same) + usual) / (len(same) + 1)
    return added


def _profiles(calls: Floats, totals: Floats, days: npt.NDArray[np.intp], apart: Flags, shape: Shape) -> Floats:
    """Return the share of each interval by weekday; weekdays alike in size lend each other strength."""
    age = len(calls) - 1 - np.arange(len(calls))
    filled = np.where(np.isfinite(calls), calls, 0.0)
    weight = 0.5 ** (age / shape.profile_half_life) * ~apart
    group = _groups(totals, days, apart)
    found = np.zeros((7, calls.shape[1]))
    for day in range(7):
        own = (weight * (days == day)) @ filled
        alike = (weight * (group[days] == group[day])) @ filled
        # Two ordinary days of the group beside the weekday's own.
        lent = 2 * np.nanmean(totals[days == day]) if (days == day).any() else 1.0
        merged = own + (lent * alike / alike.sum() if alike.sum() > 0 else 0.0)
        found[day] = _smoothed(merged, shape.smooth)
        found[day] /= max(found[day].sum(), SMALLEST)
    return found


def _groups(totals: Floats, days: npt.NDArray[np.intp], apart: Flags) -> npt.NDArray[np.intp]:
    """Return a group for each weekday: busy ones together, each quiet one by itself."""
    size = np.array(
        [np.mean(totals[(days == day) & ~apart]) if ((days == day) & ~apart).any() else 0 for day in range(7)]
    )
    quiet = size < QUIET * size.max()
    return np.where(quiet, np.arange(7) + 1, 0)


def _smoothed(values: Floats, width: float) -> Floats:
    """Return ``values`` smoothed around the clock by a bell of ``width`` intervals."""
    if width <= 0:
        return values
    reach = min(int(np.ceil(4 * width)), len(values) // 2)
    bell = np.exp(-0.5 * (np.arange(-reach, reach + 1) / width) ** 2)
    around = np.concatenate([values[-reach:], values, values[:reach]]) if reach else values
    return np.convolve(around, bell / bell.sum(), "valid")


def quantile(mean: Floats, share: float, spread: float) -> Floats:
    """Return the ``share`` quantile of counts around ``mean`` whose own mean varies by the factor ``spread`` (CV)."""
    at_least = np.maximum(mean, SMALLEST)
    if spread <= 0:
        return np.asarray(of_poisson(share, at_least), dtype=float)
    size = 1 / spread**2
    return np.asarray(of_negative_binomial(share, size, size / (size + at_least)), dtype=float)


def point(mean: Floats, kind: str, spread: float) -> Floats:
    """Return what is written for the intervals: the mean, or the median of the counts around it."""
    return mean if kind == "mean" else quantile(mean, 0.5, spread)
