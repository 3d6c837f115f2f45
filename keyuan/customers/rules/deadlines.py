"""When a task that is due on a day is due (CUS-13): by the end of the working day."""

from datetime import date, datetime, time

WORK_ENDS = time(18, 0)
DAY_ENDS = time(23, 59, 59)


def deadline_on(day: date, now: datetime) -> datetime:
    """Return 18:00 of ``day`` in the zone of ``now``; the last second of ``day`` where 18:00 has passed."""
    usual = datetime.combine(day, WORK_ENDS, tzinfo=now.tzinfo)
    return usual if usual > now else datetime.combine(day, DAY_ENDS, tzinfo=now.tzinfo)
