"""Deliveries that do not come: a row and a notice from the due time on (PLT-14)."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction

from keyuan.integrations import permissions
from keyuan.integrations.models import Connector, Delivery
from keyuan.integrations.rules.due import due_at, expected_dates
from keyuan.integrations.selectors.deliveries import known_days
from keyuan.integrations.services.moving import tell
from keyuan.platform.clocks.timetables import calendar_in_force

#: No older gap is reported anew.
LOOKS_BACK = timedelta(days=10)
State = Delivery.State


def note_late(now: datetime) -> int:
    """Write down and tell what is due and missing, once for each connector and business date; return how many."""
    noted = 0
    for connector in Connector.objects.filter(is_active=True, due_time__isnull=False, expected_since__isnull=False):
        noted += sum(_note(delivery, now) for delivery in missing_of(connector, now))
        noted += sum(_late(delivery, now) for delivery in _waiting_late(connector, now))
    return noted


def missing_of(connector: Connector, now: datetime) -> list[Delivery]:
    """Return rows, not kept yet, for the business dates that are due and of which nothing is known."""
    local = now.astimezone(_zone())
    since = max(connector.expected_since or local.date(), local.date() - LOOKS_BACK)
    working, calendar, known = _working(connector), calendar_in_force(), known_days(connector)
    days = expected_dates(since, local.date(), working=working, calendar=calendar)
    return [
        Delivery(
            connector=connector, key=f"~{day.isoformat()}", business_date=day, state=State.LATE, was_late=True,
            waiting_since=now, seen_at=now,
        )
        for day in days
        if day not in known and _due(connector, day) <= now
    ]  # fmt: skip


def _note(delivery: Delivery, now: datetime) -> bool:
    try:
        with transaction.atomic():
            delivery.save()
            tell(delivery, permissions.MANAGE, "connector.late", now)
    except IntegrityError:
        # Another worker noted it in the same moment.
        return False
    return True


def _waiting_late(connector: Connector, now: datetime) -> list[Delivery]:
    """Return deliveries that came in part and are due."""
    rows = Delivery.objects.filter(
        connector=connector, state=State.WAITING, was_late=False, business_date__isnull=False
    )
    return [row for row in rows if row.business_date and _due(connector, row.business_date) <= now]


def _late(delivery: Delivery, now: datetime) -> bool:
    with transaction.atomic():
        if not Delivery.objects.filter(pk=delivery.pk, was_late=False).update(was_late=True):
            return False
        tell(delivery, permissions.MANAGE, "connector.late", now)
    return True


def _due(connector: Connector, day: date) -> datetime:
    return due_at(
        day,
        connector.due_lag,
        connector.due_time or time.max,
        working=_working(connector),
        calendar=calendar_in_force(),
        zone=_zone(),
    )


def _working(connector: Connector) -> bool:
    return connector.due_days == Connector.Days.WORKING


def _zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)
