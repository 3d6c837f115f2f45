"""Changing the calendars: loading a year, setting opening hours; clocks are worked out anew (SRV-2)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.clocks.timetables import calendar_defaults, windows_of
from keyuan.platform.jobs import start_tracked
from keyuan.platform.models.business_calendar import BusinessCalendar, HolidayYear
from keyuan.platform.models.tracked_job import TrackedJob
from keyuan.platform.permissions import SETTINGS_EDIT

JOB = "clocks.restand"
WEEKEND = 5
FIRST_YEAR, LAST_YEAR = 2004, 2199


def load_year(
    *,
    actor: Actor,
    year: int,
    holidays: Sequence[date],
    working_days: Sequence[date],
    source: str,
    version: int,
    now: datetime,
) -> HolidayYear:
    """Load the published table of a year in place of the one there is; running clocks follow in a job.

    Raises Refused for days of another year, a day that is both, a make-up day that is no weekend day, too few
    holidays to be a whole year's; Conflict when somebody loaded the year in the meantime.
    """
    actor.require(SETTINGS_EDIT)
    _check_year(year, holidays, working_days)
    with transaction.atomic():
        row = HolidayYear.objects.select_for_update().filter(year=year).first()
        if (row.version if row else 0) != version:
            raise Conflict("calendar.moved_on", field="year")
        before = {"holidays": len(row.holidays), "working_days": len(row.working_days)} if row else None
        row = row or HolidayYear(year=year, version=0)
        row.holidays = sorted(day.isoformat() for day in set(holidays))
        row.working_days = sorted(day.isoformat() for day in set(working_days))
        row.source, row.loaded_at, row.loaded_by = source.strip()[:80], now, actor.name[:80]
        row.version += 1
        row.save()
        after = {"year": year, "holidays": len(row.holidays), "working_days": len(row.working_days)}
        record(actor, Action.UPDATE, Subject("holiday_year", row.pk), before=before, after=after, now=now)
        for item in calendar_defaults:
            start_restanding(actor, item.key)
    return row


def _check_year(year: int, holidays: Sequence[date], working_days: Sequence[date]) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Refused("calendar.year", field="year", least=FIRST_YEAR, most=LAST_YEAR)
    foreign = sorted(day for day in (*holidays, *working_days) if day.year != year)
    if foreign:
        raise Refused("calendar.other_year", field="days", day=foreign[0].isoformat(), year=year)
    both = sorted(set(holidays) & set(working_days))
    if both:
        raise Refused("calendar.both", field="days", day=both[0].isoformat())
    weekdays = sorted(day for day in working_days if day.weekday() < WEEKEND)
    if weekdays:
        raise Refused("calendar.not_weekend", field="days", day=weekdays[0].isoformat())
    if not holidays:
        raise Refused("calendar.no_holidays", field="days")


def set_hours(
    *,
    actor: Actor,
    key: str,
    week: Sequence[str],
    holiday: str,
    days: Mapping[str, str],
    version: int,
    now: datetime,
) -> BusinessCalendar:
    """Set the opening hours of a calendar; running clocks follow in a job.

    Raises Refused for hours that cannot be read or never open, Conflict when somebody else changed them.
    """
    actor.require(SETTINGS_EDIT)
    if key not in calendar_defaults:
        raise Refused("calendar.unknown", field="week")
    _check_hours(week, holiday, days)
    with transaction.atomic():
        row = BusinessCalendar.objects.select_for_update().filter(key=key).first()
        if (row.version if row else 0) != version:
            raise Conflict("calendar.moved_on", field="week")
        before = {"week": row.week, "holiday": row.holiday, "days": row.days} if row else None
        row = row or BusinessCalendar(key=key, version=0)
        row.week, row.holiday, row.days = list(week), holiday.strip(), dict(days)
        row.changed_at, row.changed_by, row.version = now, actor.name[:80], row.version + 1
        row.save()
        after = {"week": row.week, "holiday": row.holiday, "days": row.days}
        record(actor, Action.UPDATE, Subject("business_calendar", row.pk), before=before, after=after, now=now)
        start_restanding(actor, key)
    return row


def _check_hours(week: Sequence[str], holiday: str, days: Mapping[str, str]) -> None:
    texts = [(f"day_{number}", text) for number, text in enumerate(week)]
    for field, text in (*texts, ("holiday", holiday), *(("days", text) for text in days.values())):
        try:
            windows_of(text)
        except ValueError as error:
            raise Refused("calendar.hours", field=field, text=text) from error
    if len(week) != 7 or not any(text.strip() for text in week):
        raise Refused("calendar.never_open", field="day_0")


def start_restanding(actor: Actor, hours_key: str) -> TrackedJob:
    """Work the unfinished clocks of a calendar out anew, in the background."""
    return start_tracked(actor, JOB, hours_key=hours_key)
