"""Days apart from their weekday by the calendar in force, and what a forecast makes of them (ANA-14)."""

from datetime import date, timedelta

import numpy as np

from keyuan.analytics.rules.calls.forecasting import Shape, forecast
from keyuan.analytics.rules.calls.holidays import WEEKDAY_OFF, WORKED, days_apart
from keyuan.analytics.rules.calls.series import CallSeries
from keyuan.kernel.calendars import Calendar

FIRST = date(2026, 1, 5)
#: A Wednesday off and the Sunday before it worked, in January; again in March; the first Saturday off in March, too.
CALENDAR = Calendar(
    holidays=frozenset({date(2026, 1, 21), date(2026, 3, 11), date(2026, 3, 14)}),
    working_days=frozenset({date(2026, 1, 18), date(2026, 3, 8)}),
)
UNTIL = FIRST + timedelta(days=59)


def test_kinds_that_the_past_has_seen_are_named_and_others_are_not():
    found = days_apart(CALENDAR, FIRST, UNTIL, 14)

    assert found == {
        date(2026, 1, 18): WORKED,
        date(2026, 1, 21): WEEKDAY_OFF,
        date(2026, 3, 8): WORKED,
        date(2026, 3, 11): WEEKDAY_OFF,
    }


def test_a_day_off_ahead_is_expected_as_the_one_before_was():
    days = [FIRST + timedelta(days=place) for place in range(60)]
    calls = np.array([[30.0 if CALENDAR.is_rest_day(day) else 100.0] for day in days])
    series = CallSeries(FIRST, ("09:00",), calls, ())

    told = [
        forecast(series, UNTIL, 14, Shape(), holidays).mean.sum(1)
        for holidays in ({}, days_apart(CALENDAR, FIRST, UNTIL, 14))
    ]
    worked, off = ((day - UNTIL).days - 1 for day in (date(2026, 3, 8), date(2026, 3, 11)))

    assert told[1][off] < 0.6 * told[0][off]
    assert told[1][worked] > 1.5 * told[0][worked]
