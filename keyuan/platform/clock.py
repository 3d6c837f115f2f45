"""The book's present. Only faces and jobs read it; everything below takes ``now`` or ``today`` as an argument.

``KEYUAN_AS_OF`` (or the date written by ``keyuan demo --as-of``) fixes the day; the time of day keeps running.
"""

from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.utils import timezone


def now() -> datetime:
    """Return the present moment of the book, aware, in Asia/Shanghai."""
    wall = timezone.localtime()
    if not settings.AS_OF:
        return wall
    return datetime.combine(date.fromisoformat(settings.AS_OF), wall.timetz())


def wall() -> datetime:
    """Return the true present, aware: one-time codes and idle sessions do not stop with a fixed book."""
    return timezone.localtime()


def today() -> date:
    """Return the present day of the book."""
    return now().date()


def start_of(day: date) -> datetime:
    """Return midnight at the beginning of ``day``, aware."""
    return timezone.make_aware(datetime.combine(day, time.min))


def end_of(day: date) -> datetime:
    """Return the first moment after ``day``, aware."""
    return start_of(day + timedelta(days=1))
