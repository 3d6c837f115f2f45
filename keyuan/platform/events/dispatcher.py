"""Delivering events: each to its handler, at least once, with growing pauses, parked after too many failures."""

import time
from datetime import datetime, timedelta
from types import TracebackType

import structlog
from django.db import transaction
from django.utils import timezone

from keyuan.platform.events.delivery import delivering
from keyuan.platform.events.registry import handlers
from keyuan.platform.jobs import retry
from keyuan.platform.jobs.runner import forget_broken_connections
from keyuan.platform.models.outbox_event import HandledKey, OutboxEvent

DISPATCH = "keyuan.platform.events.dispatcher.dispatch"
#: A delivery that has not ended after so long is given out again: its worker is dead.
HELD_FOR = timedelta(minutes=2)
SECONDS = 45
BATCH = 100
KEYS_KEPT = timedelta(days=30)
Status = OutboxEvent.Status
log = structlog.get_logger(__name__)


def has_due(now: datetime) -> bool:
    """Tell whether an event waits for delivery."""
    return OutboxEvent.objects.filter(status=Status.PENDING, due_at__lte=now).exists()


def dispatch() -> int:
    """Deliver what is due, oldest first, for at most 45 seconds; return how many were delivered (a job)."""
    deadline = time.monotonic() + SECONDS
    delivered = 0
    while time.monotonic() < deadline:
        now = timezone.now()
        due = OutboxEvent.objects.filter(status=Status.PENDING, due_at__lte=now).order_by("due_at", "id")
        batch = list(due[:BATCH])
        if not batch:
            break
        for item in batch:
            if _claim(item, now):
                delivered += deliver(item)
    return delivered


def deliver(item: OutboxEvent) -> bool:
    """Call the handler of one claimed event; tell whether it took it."""
    boundary = _Boundary(item)
    with boundary:
        handler = handlers[item.handler]
        with delivering(item.pk, item.created_at):
            handler.call(handler.event.from_json(item.payload))
        item.delete()
    return not boundary.failed


def _claim(item: OutboxEvent, now: datetime) -> bool:
    free = OutboxEvent.objects.filter(pk=item.pk, status=Status.PENDING, due_at=item.due_at)
    return bool(free.update(due_at=now + HELD_FOR))


class _Boundary:
    """Where failures of handlers end: in another delivery, or parked for a person."""

    def __init__(self, item: OutboxEvent) -> None:
        self.item, self.failed = item, False

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, frames: TracebackType | None
    ) -> bool:
        if error is None or isinstance(error, KeyboardInterrupt | GeneratorExit):
            return False
        self.failed = True
        forget_broken_connections()
        item, now = self.item, timezone.now()
        item.attempts += 1
        # A handler of a newer program may not be known yet while old and new run together.
        heals = retry.can_heal(error) or isinstance(error, KeyError)
        again = heals and item.attempts < retry.MAX_ATTEMPTS
        item.status = Status.PENDING if again else Status.PARKED
        item.due_at = now + retry.pause_after(item.attempts)
        item.error = f"{retry.name_of(error)}\n{retry.trace_of(frames)}"
        item.save(update_fields=["attempts", "status", "due_at", "error"])
        log.warning("event.failed", handler=item.handler, error=retry.name_of(error), parked=not again)
        return True


def retry_parked(outbox_id: int) -> bool:
    """Deliver a parked event again; False when somebody else dealt with it."""
    parked = OutboxEvent.objects.filter(pk=outbox_id, status=Status.PARKED)
    return bool(parked.update(status=Status.PENDING, attempts=0, due_at=timezone.now()))


def sweep_keys() -> int:
    """Forget handled keys older than a month, a few thousand at a time (a job)."""
    old = HandledKey.objects.filter(handled_at__lt=timezone.now() - KEYS_KEPT).values_list("pk", flat=True)[:5000]
    with transaction.atomic():
        return HandledKey.objects.filter(pk__in=list(old)).delete()[0]
