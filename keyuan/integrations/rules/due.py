"""When a delivery is due, and from when on it is missing (PLT-14)."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, tzinfo

from keyuan.kernel.calendars import Calendar

ONE_DAY = timedelta(days=1)


def due_at(business_date: date, lag: int, at: time, *, working: bool, calendar: Calendar, zone: tzinfo) -> datetime:
    """Return when the delivery of ``business_date`` is due: ``lag`` days later (working days if ``working``)."""
    day = calendar.add_working_days(business_date, lag) if working else business_date + timedelta(days=lag)
    return datetime.combine(day, at, zone)


def expected_dates(since: date, until: date, *, working: bool, calendar: Calendar) -> Iterator[date]:
    """Yield the business dates from ``since`` to ``until``, both included, for which something is delivered."""
    day = since
    while day <= until:
        if not working or calendar.is_working_day(day):
            yield day
        day += ONE_DAY
