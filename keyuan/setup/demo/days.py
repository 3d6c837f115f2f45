"""Dates and moments as columns of numbers: days and seconds since 1970-01-01, the latter in UTC.

The period rules are those of `keyuan.kernel.dates`, for a million dates at once.
"""

from datetime import date
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

EPOCH = date(1970, 1, 1).toordinal()
#: No date: becomes NULL.
NO_DAY = -1_000_000
#: The two sentinels of sorted columns.
FOREVER = date(9999, 12, 31).toordinal() - EPOCH
FAR_PAST = date(1, 1, 1).toordinal() - EPOCH
FIRST, LAST = date(1900, 1, 1).toordinal() - EPOCH, date(2200, 1, 1).toordinal() - EPOCH
DAY_SECONDS = 86_400
#: Asia/Shanghai has no daylight saving.
SHANGHAI = 8 * 3600


def day_of(value: date) -> int:
    """Return the number of a date."""
    return value.toordinal() - EPOCH


def date_of(day: int) -> date:
    """Return the date of a number."""
    return date.fromordinal(int(day) + EPOCH)


def add_months(days: Ints, months: Ints | int) -> Ints:
    """Return the same-numbered day ``months`` later, or that month's last day (民法典 202)."""
    starts = days.astype("datetime64[D]").astype("datetime64[M]")
    offset = days - starts.astype("datetime64[D]").astype(np.int64)
    target = starts + np.asarray(months, dtype=np.int64)
    first = target.astype("datetime64[D]").astype(np.int64)
    length = (target + 1).astype("datetime64[D]").astype(np.int64) - first
    return first + np.minimum(offset, length - 1)


def years_of(days: Ints) -> Ints:
    """Return the calendar years of dates."""
    return days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970


def month_day(days: Ints) -> Ints:
    """Return month × 100 + day of dates."""
    months = days.astype("datetime64[D]").astype("datetime64[M]")
    number = months.astype(np.int64) % 12 + 1
    return number * 100 + (days - months.astype("datetime64[D]").astype(np.int64)) + 1


def ages_on(births: Ints, days: Ints | int) -> Ints:
    """Return completed years on ``days``, a 29 February counting on the 28th in common years."""
    on = np.broadcast_to(np.asarray(days, dtype=np.int64), births.shape)
    years = years_of(on) - years_of(births)
    return years - (add_months(births, years * 12) > on)


@cache
def _day_texts() -> npt.NDArray[np.object_]:
    return np.array([date_of(day).isoformat() for day in range(FIRST, LAST)], dtype=object)


@cache
def _time_texts() -> npt.NDArray[np.object_]:
    return np.array(
        [f" {second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}" for second in range(DAY_SECONDS)],
        dtype=object,
    )


def day_texts(days: Ints) -> list[Any]:
    """Return ISO dates, None for `NO_DAY`."""
    texts = _day_texts()[np.clip(days, FIRST, LAST - 1) - FIRST]
    if days.size and (days.min() < FIRST or days.max() >= LAST):
        texts[days == NO_DAY] = None
        texts[days == FOREVER] = "9999-12-31"
        texts[days == FAR_PAST] = "0001-01-01"
    found: list[Any] = texts.tolist()
    return found


def moment_texts(seconds: Ints) -> list[Any]:
    """Return moments in UTC as both databases read them; whatever lies before 1900 is NULL."""
    days, rest = np.divmod(seconds, DAY_SECONDS)
    texts = _day_texts()[np.clip(days, FIRST, LAST - 1) - FIRST] + _time_texts()[rest]
    texts[days < FIRST] = None
    found: list[Any] = texts.tolist()
    return found


def local_moment(days: Ints, second_of_day: Ints | int) -> Ints:
    """Return the moments of local days and seconds of day; `NO_DAY` stays none."""
    moments = days * DAY_SECONDS + np.asarray(second_of_day, dtype=np.int64) - SHANGHAI
    return np.where(days == NO_DAY, np.int64(NO_DAY) * DAY_SECONDS, moments)


def local_day(moments: Ints) -> Ints:
    """Return the local days of moments."""
    return (moments + SHANGHAI) // DAY_SECONDS
