"""Days on which people call otherwise than on their weekday: days off, and weekend days worked in exchange (ANA-14)."""

from datetime import date, timedelta

from keyuan.kernel.calendars import SATURDAY, Calendar

#: Kinds of such days: what a day of one kind did in the past is expected of the next of the same kind.
WEEKDAY_OFF, WEEKEND_OFF, WORKED = "weekday off", "weekend off", "worked weekend"


def days_apart(calendar: Calendar, first: date, until: date, horizon: int) -> dict[date, str]:
    """Return the kind of each such day from ``first`` to ``horizon`` days after ``until``.

    Of a kind that has not come by ``until`` nothing is known: such days stay ordinary ones of their weekday.
    """
    span = (until - first).days + horizon + 1
    days = (first + timedelta(days=place) for place in range(span))
    found = {day: kind for day in days if (kind := kind_of(calendar, day))}
    seen = {kind for day, kind in found.items() if day <= until}
    return {day: kind for day, kind in found.items() if kind in seen}


def kind_of(calendar: Calendar, day: date) -> str:
    """Return how ``day`` stands apart from its weekday; empty for an ordinary one."""
    is_weekend = day.weekday() >= SATURDAY
    if day in calendar.holidays:
        return WEEKEND_OFF if is_weekend else WEEKDAY_OFF
    return WORKED if is_weekend and day in calendar.working_days else ""
