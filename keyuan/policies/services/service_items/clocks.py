"""The clocks of a request: papers asked for once, the answer to a reinstatement, payment of a surrender, finishing.

DL-POS-FIX (5 working days from receipt, GK) ends when the missing papers were asked for or the papers are complete;
DL-REINST-ANS and DL-SURR are the law's and run from receipt on; DL-POS (5 working days, GK) from the approval or the
full premium on (domain.md §0.2).
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from keyuan.kernel.actor import Actor
from keyuan.kernel.deadlines import Unit as Counted
from keyuan.kernel.deadlines import deadline
from keyuan.platform import clocks
from keyuan.platform.clocks import Alert, Ask, Clock, Kind, Terms, Unit
from keyuan.platform.clocks.hours import ZONE
from keyuan.platform.clocks.keeping import OVER, clocks_of, nearest
from keyuan.platform.notices import notify_staff
from keyuan.policies.models import ServiceRequest
from keyuan.policies.rules.service_items.catalogue import POS
from keyuan.policies.rules.service_items.codes import OPEN
from keyuan.policies.services.service_items.recording import address_of, subject_of

FIX = "DL-POS-FIX"
NONE = date(9999, 12, 31)
HOURS = "desk"
INSTANT = timedelta(microseconds=1)
#: Limits of months and years are none of a request's.
UNITS = {Counted.CALENDAR_DAYS: Unit.DAYS, Counted.WORKING_DAYS: Unit.WORKDAYS}


def _ask(request: ServiceRequest, key: str, at: datetime) -> Ask:
    limit = deadline(key)
    terms = Terms(UNITS[limit.unit], limit.amount, is_statutory=not limit.is_default)
    return Ask(subject_of(request), key, terms, HOURS, at)


def start_first(request: ServiceRequest, key: str, *, complete: bool, actor: Actor, now: datetime) -> None:
    """Start what a request owes from its receipt on: telling once what is missing, and the law's own limit."""
    asks = [] if complete else [_ask(request, FIX, request.received_at)]
    if key != POS:
        asks.append(_ask(request, key, request.received_at))
    keep(request, clocks.start_many(asks, actor=actor, now=now) if asks else [])


def stop(request: ServiceRequest, keys: Sequence[str], *, actor: Actor, now: datetime) -> None:
    """Stop clocks whose duty is done."""
    keep(request, clocks.mark(subject_of(request), Kind.STOP, actor=actor, at=now, now=now, keys=keys))


def start_finish(request: ServiceRequest, *, actor: Actor, now: datetime) -> None:
    """Start the five working days from the approval, for what is not done at once."""
    clocks.start(_ask(request, POS, now), actor=actor, now=now)
    keep(request, clocks_of(subject_of(request)))


def end(request: ServiceRequest, *, void: bool, actor: Actor, now: datetime) -> None:
    """End every clock: the request is decided, or nothing is owed any more."""
    kind = Kind.VOID if void else Kind.STOP
    keep(request, clocks.mark(subject_of(request), kind, actor=actor, at=now, now=now))


def keep(request: ServiceRequest, found: Sequence[Clock]) -> None:
    """Write the nearest day into the row; the caller saves ``due_key`` and ``due_on``."""
    first = nearest(found)
    request.due_key = first.key if first else ""
    request.due_on = last_day(first.due_at) if first and first.due_at else NONE


def last_day(due_at: datetime) -> date:
    """Return the day at whose 24:00 a term ends."""
    return (due_at - INSTANT).astimezone(ZONE).date()


def announce(alerts: Sequence[Alert], now: datetime) -> None:
    """Tell whoever works on a request, or took it in, that a limit is near or over."""
    rows = ServiceRequest.objects.filter(pk__in=[alert.subject_id for alert in alerts], status__in=OPEN)
    known = {row.pk: row for row in rows}
    for alert in alerts:
        row = known.get(alert.subject_id)
        staff = (row.reviewer_id or row.entered_by_id) if row else None
        if row is None or staff is None:
            continue
        code = "request.clock_over" if alert.step >= OVER else "request.clock_near"
        params = {"number": row.request_no, "limit": alert.clock_key}
        notify_staff([staff], "task", code, params, url=address_of(row.pk), now=now)


def follow(request_ids: Sequence[int], _now: datetime) -> None:
    """Bring the rows up to date after a calendar changed."""
    for row in ServiceRequest.objects.filter(pk__in=request_ids).order_by("pk"):
        keep(row, clocks_of(subject_of(row)))
        row.save(update_fields=["due_key", "due_on"])
