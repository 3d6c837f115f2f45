"""Reading the trail, inside the actor's reach."""

from datetime import datetime
from heapq import merge
from itertools import islice
from typing import TypeVar

from django.db.models import QuerySet

from keyuan.kernel.actor import Actor, ActorKind, Reach
from keyuan.kernel.errors import NotFound
from keyuan.platform.models.audit_event import AuditEvent, EventRecord, ReadEvent
from keyuan.platform.models.audit_seal import AuditSeal, ReadSeal, SealRecord
from keyuan.platform.permissions import AUDIT_VIEW
from keyuan.platform.subjects import Subject, subject_kinds

E = TypeVar("E", bound=EventRecord)
PARTS = ("change", "look")


def _within_reach(actor: Actor, events: QuerySet[E]) -> QuerySet[E]:
    if not actor.may(AUDIT_VIEW):
        return events.none()
    if actor.kind is ActorKind.SYSTEM or actor.scope.reach is Reach.ALL:
        return events
    if actor.scope.reach is Reach.SELF:
        return events.filter(actor_id=actor.id)
    return events.filter(unit_id=actor.scope.unit_id)


def changes_visible_to(actor: Actor) -> QuerySet[AuditEvent]:
    """Return the changes whose trail the actor may read: all, those made from the post's unit, or one's own."""
    return _within_reach(actor, AuditEvent.objects.all())


def reads_visible_to(actor: Actor) -> QuerySet[ReadEvent]:
    """Return the looks whose trail the actor may read; see `changes_visible_to`."""
    return _within_reach(actor, ReadEvent.objects.all())


def events_visible_to(actor: Actor) -> tuple[QuerySet[AuditEvent], QuerySet[ReadEvent]]:
    """Return both parts of the trail, disjoint, to be merged by ``at`` (two databases on SQLite)."""
    return changes_visible_to(actor), reads_visible_to(actor)


def events_of_customer(
    actor: Actor, customer_id: int, before: datetime | None = None, limit: int = 50
) -> list[EventRecord]:
    """Return who changed and who looked at a customer, newest first, before a moment.

    For whoever may see the customer; raises NotFound otherwise.
    """
    return events_of_subject(actor, Subject("customer", customer_id), before, limit)


def events_of_subject(
    actor: Actor, subject: Subject, before: datetime | None = None, limit: int = 50
) -> list[EventRecord]:
    """Return the events of one record, newest first; a customer's include those of everything that is theirs.

    Raises NotFound when the record is out of the actor's reach.
    """
    kind = subject_kinds.get(subject.kind)
    if kind is None:
        raise NotFound
    kind.access(actor, subject.id)
    return latest(AuditEvent.objects.all(), ReadEvent.objects.all(), subject, before, limit)


def access_event(actor: Actor, part: str, event_id: int) -> EventRecord:
    """Return one event (``part`` is ``change`` or ``look``) whose trail the actor may read, or raise NotFound."""
    changes, reads = events_visible_to(actor)
    rows: QuerySet[AuditEvent] | QuerySet[ReadEvent] = changes if part == "change" else reads
    found = rows.filter(pk=event_id).first() if part in PARTS else None
    if found is None:
        raise NotFound
    return found


def seal_of(event: EventRecord) -> SealRecord | None:
    """Return the link of the chain over ``event``; None while it waits for the sealer."""
    seals: type[SealRecord] = AuditSeal if isinstance(event, AuditEvent) else ReadSeal
    return seals._default_manager.filter(event_id=event.pk).first()


def latest(
    changes: QuerySet[AuditEvent],
    reads: QuerySet[ReadEvent],
    subject: Subject,
    before: datetime | None,
    limit: int,
) -> list[EventRecord]:
    """Return the newest events of ``subject`` from both parts, merged by time."""
    about: dict[str, object] = {"subject_kind": subject.kind, "subject_id": subject.id}
    if subject.kind == "customer":
        about = {"customer_id": subject.id}
    if before is not None:
        about["at__lt"] = before
    parts: list[list[EventRecord]] = [
        list(changes.filter(**about).order_by("-at", "-id")[:limit]),
        list(reads.filter(**about).order_by("-at", "-id")[:limit]),
    ]
    return list(islice(merge(*parts, key=lambda event: event.at, reverse=True), limit))
