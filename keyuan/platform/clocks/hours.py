"""Working time: windows of a day, holidays and make-up days, special days; exact to the microsecond (SRV-2).

Everything rests on one increasing figure, the working time since the year 2000, so that nothing drifts over year ends:
the time between two moments is a difference, a deadline the first moment that reaches a sum.
"""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from keyuan.kernel.calendars import ONE_DAY, Calendar

#: China has one zone and no summer time, so that every day has 24 hours.
ZONE = ZoneInfo("Asia/Shanghai")
MICROSECOND = timedelta(microseconds=1)
MINUTE = 60_000_000
EPOCH_YEAR = 2000
#: Whoever asks for a deadline beyond this has hours that hardly open.
LONGEST_YEARS = 50
MINUTES_OF_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Window:
    """Opening hours within one day, in minutes from midnight; ``ends`` may be 1,440."""

    begins: int
    ends: int

    @property
    def length(self) -> int:
        """Microseconds that the window is open."""
        return (self.ends - self.begins) * MINUTE


Windows = tuple[Window, ...]


class NeverOpen(ValueError):
    """The hours open too seldom for the time asked for."""


@dataclass(frozen=True, slots=True)
class Hours:
    """One business calendar: windows by weekday (Monday first), on holidays, and on days that have their own.

    A weekend day worked in exchange has its weekday's windows, or Monday's where that weekday has none.
    """

    week: tuple[Windows, ...]
    holiday: Windows = ()
    days: Mapping[date, Windows] = field(default_factory=dict)
    calendar: Calendar = field(default_factory=Calendar)
    _sums: dict[int, list[int]] = field(default_factory=dict, repr=False, compare=False)
    _befores: dict[int, int] = field(default_factory=lambda: {EPOCH_YEAR: 0}, repr=False, compare=False)

    def windows_on(self, day: date) -> Windows:
        """Return the windows of a day, in order."""
        if day in self.days:
            return self.days[day]
        if day in self.calendar.holidays:
            return self.holiday
        own = self.week[day.weekday()]
        return own or (self.week[0] if day in self.calendar.working_days else ())

    def worked(self, moment: datetime) -> int:
        """Return the working time from the beginning of the year 2000 to ``moment``, in microseconds."""
        local = moment.astimezone(ZONE)
        day = local.date()
        passed = (local - datetime.combine(day, time.min, ZONE)) // MICROSECOND
        inside = sum(min(max(passed - window.begins * MINUTE, 0), window.length) for window in self.windows_on(day))
        return self._before(day.year) + self._sums_of(day.year)[day.timetuple().tm_yday - 1] + inside

    def between(self, start: datetime, end: datetime) -> int:
        """Return the working time from ``start`` to ``end`` in microseconds; negative when ``end`` is earlier."""
        return self.worked(end) - self.worked(start)

    def after(self, start: datetime, amount: int) -> datetime:
        """Return the first moment by which ``amount`` microseconds of working time have passed since ``start``.

        Nothing to wait for is ``start`` itself. Raises `NeverOpen` when fifty years are not enough.
        """
        if amount <= 0:
            return start
        target, year = self.worked(start) + amount, start.astimezone(ZONE).year
        last = year + LONGEST_YEARS
        while self._before(year + 1) < target:
            year += 1
            if year > last:
                raise NeverOpen
        sums, rest = self._sums_of(year), target - self._before(year)
        index = bisect_left(sums, rest) - 1
        day, left = date(year, 1, 1) + index * ONE_DAY, rest - sums[index]
        return datetime.combine(day, time.min, ZONE) + self._within(day, left) * MICROSECOND

    def _within(self, day: date, left: int) -> int:
        for window in self.windows_on(day):
            if left <= window.length:
                return window.begins * MINUTE + left
            left -= window.length
        raise NeverOpen

    def closing(self, day: date) -> datetime:
        """Return when business ends on ``day``; midnight where it has no windows (民法典 203)."""
        windows = self.windows_on(day)
        minutes = windows[-1].ends if windows else MINUTES_OF_DAY
        return datetime.combine(day, time.min, ZONE) + timedelta(minutes=minutes)

    def _sums_of(self, year: int) -> list[int]:
        """Working time before each day of the year, and behind the last one."""
        if year not in self._sums:
            first = date(year, 1, 1)
            days = (date(year + 1, 1, 1) - first).days
            lengths = (sum(w.length for w in self.windows_on(first + n * ONE_DAY)) for n in range(days))
            self._sums[year] = list(accumulate(lengths, initial=0))
        return self._sums[year]

    def _before(self, year: int) -> int:
        """Working time from the beginning of 2000 to that of ``year``."""
        while year not in self._befores:
            known = max(self._befores) if year > EPOCH_YEAR else min(self._befores)
            if year > known:
                self._befores[known + 1] = self._befores[known] + self._sums_of(known)[-1]
            else:
                self._befores[known - 1] = self._befores[known] - self._sums_of(known - 1)[-1]
        return self._befores[year]
