"""The calendars in force: published years, loaded years, and the opening hours of each desk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import Any

from keyuan.kernel.calendars import Calendar, CalendarYear, builtin_years
from keyuan.kernel.registry import Registry
from keyuan.platform.clocks.hours import MINUTES_OF_DAY, Hours, Window, Windows
from keyuan.platform.models.business_calendar import BusinessCalendar, HolidayYear


@dataclass(frozen=True, slots=True)
class CalendarDefault:
    """A business calendar as it is before anybody edits it: week, holidays, as texts of "08:30-12:00"."""

    key: str
    label: Any
    week: tuple[str, ...]
    holiday: str = ""


#: Calendars that the code knows by name; contexts may add theirs.
calendar_defaults: Registry[CalendarDefault] = Registry()


def windows_of(text: str) -> Windows:
    """Read "08:30-12:00 13:30-17:30". Raises ValueError for anything else: overlapping, backwards, beyond 24:00."""
    found = tuple(_window(part) for part in text.replace("，", " ").replace(",", " ").split())
    if any(one.ends > other.begins for one, other in pairwise(found)):
        raise ValueError(text)
    return found


def _window(part: str) -> Window:
    begins, dash, ends = part.replace("—", "-").replace("：", ":").partition("-")
    window = Window(_minutes(begins), _minutes(ends))
    if not dash or window.begins >= window.ends or window.ends > MINUTES_OF_DAY:
        raise ValueError(part)
    return window


def _minutes(text: str) -> int:
    hour, colon, minute = text.partition(":")
    if not colon or not (hour.isdecimal() and minute.isdecimal()) or int(minute) > 59:
        raise ValueError(text)
    return int(hour) * 60 + int(minute)


def text_of(windows: Windows) -> str:
    """Write windows as they are typed."""
    return " ".join(f"{_clock(window.begins)}-{_clock(window.ends)}" for window in windows)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


@dataclass(frozen=True, slots=True)
class Timetables:
    """Everything that clocks are counted by, as of one reading of the tables."""

    calendar: Calendar
    hours: Mapping[str, Hours]

    def of(self, key: str) -> Hours:
        """Return a calendar's hours; one that nobody knows is open round the clock."""
        return self.hours.get(key) or _always(self.calendar)


@lru_cache(maxsize=4)
def _always(calendar: Calendar) -> Hours:
    return Hours((windows_of("00:00-24:00"),) * 7, windows_of("00:00-24:00"), {}, calendar)


def timetables() -> Timetables:
    """Read the calendars: two small queries; what was worked out before is kept while the tables say the same."""
    years = tuple(
        (row.year, tuple(row.holidays), tuple(row.working_days)) for row in HolidayYear.objects.order_by("year")
    )
    rows = tuple(
        (row.key, tuple(row.week), row.holiday, tuple(sorted(row.days.items())))
        for row in BusinessCalendar.objects.order_by("key")
    )
    defaults = tuple((item.key, item.week, item.holiday, ()) for item in calendar_defaults)
    return _built(years, {row[0]: row for row in (*defaults, *rows)}.values())


def _built(years: Sequence[Any], rows: Any) -> Timetables:
    return _cached(tuple(years), tuple(rows))


@lru_cache(maxsize=8)
def _cached(years: tuple[Any, ...], rows: tuple[Any, ...]) -> Timetables:
    loaded = [CalendarYear(year, _days(holidays), _days(working)) for year, holidays, working in years]
    calendar = Calendar.of([*builtin_years(), *loaded])
    return Timetables(calendar, {key: _hours(week, holiday, days, calendar) for key, week, holiday, days in rows})


def _days(texts: Sequence[str]) -> frozenset[date]:
    return frozenset(date.fromisoformat(text) for text in texts)


def _hours(week: Sequence[str], holiday: str, days: Sequence[tuple[str, str]], calendar: Calendar) -> Hours:
    special = {date.fromisoformat(day): windows_of(text) for day, text in days}
    return Hours(tuple(windows_of(text) for text in week), windows_of(holiday), special, calendar)


def calendar_in_force() -> Calendar:
    """Return rest days and working days with the years that operators loaded."""
    return timetables().calendar


def hours_of(key: str) -> Hours:
    """Return one calendar's hours."""
    return timetables().of(key)


def loaded_years() -> list[HolidayYear]:
    """Return the years that operators loaded, the latest first."""
    return list(HolidayYear.objects.order_by("-year"))


def version_of(key: str) -> int:
    """Return how often a calendar's hours were set; 0 for the hours that ship with us."""
    return BusinessCalendar.objects.filter(key=key).values_list("version", flat=True).first() or 0
