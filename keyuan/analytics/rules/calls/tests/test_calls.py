"""Calls per interval: gaps told from silence, forecasts from the past alone, beside two baselines (ANA-14)."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from keyuan.analytics.rules.calls import judging
from keyuan.analytics.rules.calls.forecasting import Shape, forecast, quantile, unusual_days
from keyuan.analytics.rules.calls.running import run
from keyuan.analytics.rules.calls.series import CallSeries, build_series, weekdays
from keyuan.kernel.errors import Refused

FIRST = date(2021, 1, 4)
HOLIDAYS = {date(2021, 4, 5): "festival", date(2021, 6, 14): "festival"}


def series(days: int = 170, intervals: int = 12, seed: int = 5) -> CallSeries:
    """Return made-up calls: quiet week-ends, busy first days of a month, festivals at a fifth, Poisson noise."""
    draw = np.random.default_rng(seed)
    hours = np.exp(-0.5 * ((np.arange(intervals) - 5) / 2) ** 2)
    weekday = np.array([1.2, 1, 1, 1, 0.9, 0.3, 0.2])[weekdays(FIRST, days)]
    every = [FIRST + timedelta(days=place) for place in range(days)]
    month = np.array([1.5 if day.day <= 3 else 1.0 for day in every])
    festive = np.array([0.2 if day in HOLIDAYS else 1.0 for day in every])
    mean = 1000 * (weekday * month * festive)[:, None] * hours / hours.sum()
    return CallSeries(FIRST, [str(place) for place in range(intervals)], draw.poisson(mean).astype(float), [])


def rows(*cells: tuple[str, object, float]) -> CallSeries:
    """Return the series of five weeks without calls, changed by ``cells`` (day, interval, calls) put in or added."""
    days = [FIRST + timedelta(days=place) for place in range(35)]
    made = [(day.isoformat(), place, 1.0) for day in days for place in range(24)]
    table = pd.DataFrame([*made, *cells], columns=["date", "slot", "calls"])
    return build_series(pd.to_datetime(table["date"]), table["slot"], table["calls"])


def test_copies_count_once_and_differing_rows_are_added() -> None:
    found = rows(("2021-01-05", 3, 1.0), ("2021-01-06", 3, 4.0))

    assert found.calls[1, 3] == 1
    assert found.calls[2, 3] == 5
    assert [(one.code, one.days, one.count) for one in found.remarks] == [
        ("copies", (date(2021, 1, 5),), 1),
        ("added", (date(2021, 1, 6),), 1),
    ]


def test_gaps_are_unknown_not_silent_and_a_lost_hour_is_told() -> None:
    days = pd.date_range("2021-03-01", periods=40, freq="D")
    table = pd.DataFrame([(day, f"{hour}:00", 2.0) for day in days for hour in range(24)], columns=["d", "t", "n"])
    absent = (table["d"] == "2021-03-10") | ((table["d"] == "2021-03-28") & (table["t"] == "2:00"))
    absent |= (table["d"] == "2021-03-20") & table["t"].isin(["3:00", "8:00"])
    table = table[~absent]

    found = build_series(table["d"], table["t"], table["n"])

    assert found.intervals[:3] == ["00:00", "01:00", "02:00"]
    assert np.isnan(found.calls[9]).all()
    assert np.isnan(found.calls[27, 2])
    assert [(one.code, one.days[0].day, one.count) for one in found.remarks] == [
        ("days_absent", 10, 1),
        ("daylight", 28, 1),
        ("gaps", 20, 2),
    ]


def test_negative_calls_and_short_files_are_refused() -> None:
    with pytest.raises(Refused) as negative:
        rows(("2021-01-05", 3, -1.0))
    with pytest.raises(Refused) as short:
        build_series(pd.Series(pd.to_datetime(["2021-01-04"])), pd.Series([0]), pd.Series([1.0]))

    assert (negative.value.code, negative.value.params["row"]) == ("forecast.negative", 840)
    assert short.value.code == "forecast.too_short"


def test_unusual_days_are_found_and_teach_nothing() -> None:
    made = series()
    broken = made.calls.copy()
    broken[120] = 0
    changed = CallSeries(FIRST, made.intervals, broken, [])
    origin = FIRST + timedelta(days=150)

    assert unusual_days(broken.sum(1))[120]
    kept, lost = (forecast(one, origin, 7, Shape(), HOLIDAYS).mean for one in (made, changed))
    assert np.allclose(kept, lost, rtol=0.05)


def test_what_comes_later_changes_no_forecast() -> None:
    made = series()
    origin = FIRST + timedelta(days=120)
    later = made.calls.copy()
    later[121:] = 10_000

    told = [
        forecast(one, origin, 14, Shape(), HOLIDAYS).mean
        for one in (made, CallSeries(FIRST, made.intervals, later, []))
    ]

    assert np.array_equal(*told)


def test_weekday_month_and_holiday_are_learnt() -> None:
    made = series()
    origin = date(2021, 5, 31)

    totals = forecast(made, origin, 21, Shape(), HOLIDAYS).mean.sum(1)

    truth = {1: 1500, 8: 1000, 12: 300, 14: 240, 21: 1200}
    for day, calls in truth.items():
        assert totals[day - 1] == pytest.approx(calls, rel=0.2), day


def test_the_forecast_beats_both_baselines_from_origins_that_chose_nothing() -> None:
    found = run(series(), FIRST + timedelta(days=155), 14, HOLIDAYS)

    for judged in filter(None, (found.rolling, found.held_out)):
        wape = {name: tally.wape(14) for name, tally in judged.tallies.items()}
        assert wape["forecast"] < 0.95 * min(wape[judging.LAST_WEEK], wape[judging.EIGHT_WEEKS])
    chosen_by, judged_by = judging.origins_until(series(), found.until, 14)
    assert max(chosen_by) < min(judged_by)
    assert max(judged_by) == found.until - timedelta(days=14)
    assert 0.75 < found.rolling.coverage < 0.97
    assert found.written.shape == (14, 12)


def test_baselines_take_the_same_weekdays_known_at_the_origin() -> None:
    made = series()
    origin = FIRST + timedelta(days=100)

    week, eight = (judging.baseline(made, weeks)(origin, 9) for weeks in (1, 8))

    assert np.array_equal(week[0], made.calls[94])
    assert np.array_equal(week[7], made.calls[94])
    assert np.allclose(eight[8], made.calls[[95 - 7 * back for back in range(8)]].mean(0))


def test_wape_adds_errors_over_the_days_ahead() -> None:
    made = series()
    origin = FIRST + timedelta(days=100)

    found = judging.tally(made, [origin], 2, lambda *_: made.calls[101:103] + 1)

    calls = made.calls[101:103].sum(1)
    assert found.wape(1) == pytest.approx(12 / calls[0])
    assert found.wape(2, "day") == pytest.approx(24 / calls.sum())


@pytest.mark.parametrize(
    "until, horizon, code",
    [
        (date(2020, 1, 1), 7, "forecast.until"),
        (date(2022, 1, 1), 7, "forecast.until"),
        (FIRST + timedelta(days=100), 0, "forecast.horizon"),
        (FIRST + timedelta(days=10), 7, "forecast.too_short"),
    ],
)
def test_days_that_cannot_be_forecast_are_refused(until: date, horizon: int, code: str) -> None:
    with pytest.raises(Refused) as refused:
        run(series(), until, horizon, {})

    assert refused.value.code == code


def test_quantiles_of_counts_widen_with_the_spread_of_the_mean() -> None:
    mean = np.array([10.0])

    assert quantile(mean, 0.9, 0.0) == 14
    assert quantile(mean, 0.9, 0.5) == 18
