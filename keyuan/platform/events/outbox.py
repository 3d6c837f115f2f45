"""Announcing what happened, in the transaction in which it happens (style.md 2.5)."""

from django.db import transaction
from django.utils import timezone

from keyuan.platform.events.event import Event
from keyuan.platform.events.registry import handlers_of
from keyuan.platform.models.outbox_event import HandledKey, OutboxEvent


def emit(event: Event) -> None:
    """Store ``event`` for each of its handlers; a rollback takes it back. Raises RuntimeError outside a transaction."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"{event.key()} was emitted outside a transaction")
    now = timezone.now()
    payload = event.to_json()
    OutboxEvent.objects.bulk_create(
        OutboxEvent(event=event.key(), handler=handler.key, payload=payload, created_at=now, due_at=now)
        for handler in handlers_of(type(event))
        if handler.wanted is None or handler.wanted(event)
    )


def once(key: str) -> bool:
    """Tell whether ``key`` is dealt with for the first time, and remember it in the caller's transaction.

    Two workers asking at once: the second waits for the first and gets False. Raises RuntimeError outside a
    transaction, because the memory must stand or fall with the work.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("once() was asked outside a transaction")
    _, created = HandledKey.objects.get_or_create(key=key, defaults={"handled_at": timezone.now()})
    return created
