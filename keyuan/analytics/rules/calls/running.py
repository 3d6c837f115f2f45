"""One run of ``keyuan forecast calls``: judge, choose anew with everything known, forecast (ANA-14)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from threadpoolctl import threadpool_limits

from keyuan.analytics.rules.calls import judging
from keyuan.analytics.rules.calls.forecasting import Forecast, Shape, forecast, point, unusual_days
from keyuan.analytics.rules.calls.judging import Holidays, Judged
from keyuan.analytics.rules.calls.series import LEAST_DAYS, CallSeries, Floats
from keyuan.kernel.errors import Refused

LONGEST = 366


@dataclass(frozen=True)
class Outcome:
    """What is written and reported. ``rolling`` and ``held_out`` are None where the file is too short for them."""

    series: CallSeries
    until: date
    shape: Shape
    spread: float
    told: Forecast
    written: Floats
    day_bounds: tuple[Floats, Floats]
    rolling: Judged | None
    held_out: Judged | None
    unusual: Sequence[date]


def run(series: CallSeries, until: date, horizon: int, holidays: Holidays) -> Outcome:
    """Return the forecast of ``horizon`` days after ``until`` and how far such forecasts were off.

    Nothing after ``until`` is learnt from; where the file goes on, the forecast is judged by it. Raises Refused
    forecast.until, .horizon and .too_short.
    """
    _check(series, until, horizon)
    # Matrices are small: threads would only wait for each other.
    with threadpool_limits(1):
        return _run(series, until, horizon, holidays)


def _run(series: CallSeries, until: date, horizon: int, holidays: Holidays) -> Outcome:
    ahead = min(horizon, max(judging.HORIZONS))
    choosing, judged = judging.origins_until(series, until, ahead)
    rolling = judging.judge(series, until, ahead, holidays) if choosing and judged else None
    newest = [*choosing, *judged][-judging.CHOOSING :]
    shape, spread, _ = judging.choose(series, newest, ahead, holidays) if newest else (Shape(), 0.1, [])
    told = forecast(series, until, horizon, shape, holidays)
    left = len(series.calls) - series.place(until) - 1
    held_out = judging.judged_on(series, [until], min(horizon, left), shape, spread, holidays) if left > 0 else None
    low, high = _day_factors(series, newest, ahead, shape, holidays)
    totals = told.mean.sum(1)
    return Outcome(
        series=series,
        until=until,
        shape=shape,
        spread=spread,
        told=told,
        written=point(told.mean, shape.point, spread),
        day_bounds=(totals * low, totals * high),
        rolling=rolling,
        held_out=held_out,
        unusual=_unusual(series, until),
    )


def _check(series: CallSeries, until: date, horizon: int) -> None:
    last = series.days[-1]
    if not series.first <= until <= last:
        raise Refused("forecast.until", until=until.isoformat(), first=series.first.isoformat(), last=last.isoformat())
    if not 1 <= horizon <= LONGEST:
        raise Refused("forecast.horizon", horizon=horizon, most=LONGEST)
    known = series.place(until) + 1
    if known < LEAST_DAYS:
        raise Refused("forecast.too_short", days=known, least=LEAST_DAYS)


def _day_factors(
    series: CallSeries, origins: Sequence[date], horizon: int, shape: Shape, holidays: Holidays
) -> tuple[float, float]:
    """Return between which factors of the forecast 80 % of past days came."""
    factors: list[float] = []
    for origin in origins:
        begin = series.place(origin) + 1
        came = series.calls[begin : begin + horizon].sum(1)
        told = forecast(series, origin, horizon, shape, holidays).mean[: len(came)].sum(1)
        factors += [float(one) for one in (came / np.maximum(told, 1e-9)) if np.isfinite(one)]
    if not factors:
        return float("nan"), float("nan")
    low, high = np.quantile(factors, [0.1, 0.9])
    return float(low), float(high)


def _unusual(series: CallSeries, until: date) -> list[date]:
    known = series.place(until) + 1
    totals = np.where(np.isfinite(series.calls[:known]).any(1), np.nansum(series.calls[:known], axis=1), np.nan)
    found = unusual_days(totals)
    return [series.first + timedelta(days=int(place)) for place in np.flatnonzero(found & np.isfinite(totals))]
