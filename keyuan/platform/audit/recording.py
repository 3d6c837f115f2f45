"""Writing the trail. Events are inserted unchained; the sealer chains them (decision 18)."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db import router, transaction

from keyuan.kernel.actor import Actor
from keyuan.platform import attempts, clock
from keyuan.platform.audit.actions import READS, Action
from keyuan.platform.audit.digests import dumps, event_mac, plain
from keyuan.platform.imports.bulk import insert
from keyuan.platform.models.audit_event import AuditEvent, EventRecord, ReadEvent
from keyuan.platform.subjects import Subject

Facts = Mapping[str, Any]
E = TypeVar("E", bound=EventRecord)
#: Columns that fit in the table whatever a browser sends.
LENGTHS = {
    "actor_name": 80,
    "staff_no": 40,
    "post_label": 120,
    "address": 64,
    "device": 200,
    "request_id": 64,
    "reason": 200,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """What one event of a bulk says: subject, before and after, whose customer it is about."""

    subject: Subject
    before: Facts | None = None
    after: Facts | None = None
    customer_id: int | None = None
    detail: Facts | None = None


class OutsideTransaction(RuntimeError):
    """A change was recorded outside the transaction of the change: a programming error."""


def record(
    actor: Actor,
    action: Action,
    subject: Subject,
    *,
    before: Facts | None = None,
    after: Facts | None = None,
    reason: str = "",
    customer_id: int | None = None,
    detail: Facts | None = None,
    now: datetime | None = None,
) -> None:
    """Add a change to the trail, inside the transaction of the change (PLT-6).

    ``before`` and ``after`` may hold whole records: fields that are equal on both sides are left out. Personal
    values become keyed digests. Raises `OutsideTransaction` where no transaction is open, and `attempts.Repeated` when
    the form of this request was saved before.
    """
    entry = Entry(subject, before, after, customer_id, detail)
    record_many(actor, action, [entry], reason=reason, now=now)


def record_many(
    actor: Actor, action: Action, entries: Iterable[Entry], *, reason: str = "", now: datetime | None = None
) -> None:
    """Add one event per entry, in bulk; otherwise as `record`."""
    if not transaction.get_connection(router.db_for_write(AuditEvent)).in_atomic_block:
        raise OutsideTransaction(str(action))
    attempts.note()
    at = now or clock.now()
    events = [_event(AuditEvent, actor, action, entry, reason, at) for entry in entries]
    columns = {
        str(field.column): [getattr(event, field.attname) for event in events]
        for field in AuditEvent._meta.concrete_fields
        if not field.primary_key
    }
    insert(AuditEvent, columns, len(events))


def record_read(
    actor: Actor,
    action: Action,
    subject: Subject,
    *,
    reason: str = "",
    customer_id: int | None = None,
    detail: Facts | None = None,
    now: datetime | None = None,
) -> None:
    """Add a look (page opened, value revealed, search run) to the trail, in a transaction of its own.

    Raises ValueError for an action that is a change.
    """
    if action not in READS:
        raise ValueError(f"{action} is a change: use record")
    entry = Entry(subject, customer_id=customer_id, detail=detail)
    _event(ReadEvent, actor, action, entry, reason, now or clock.now()).save(force_insert=True)


def differences(before: Facts | None, after: Facts | None) -> dict[str, list[Any]]:
    """Return field → [before, after] of the fields that differ, as they may stand in the trail."""
    old, new = before or {}, after or {}
    found: dict[str, list[Any]] = {}
    for field in sorted({*old, *new}):
        pair = [plain(field, old.get(field)), plain(field, new.get(field))]
        if pair[0] != pair[1]:
            found[field] = pair
    return found


def _event(model: type[E], actor: Actor, action: Action, entry: Entry, reason: str, at: datetime) -> E:
    texts = {
        "actor_name": actor.name,
        "staff_no": actor.staff_no,
        "post_label": actor.post_label,
        "address": actor.origin.address,
        "device": actor.origin.device,
        "request_id": actor.origin.request_id,
        "reason": reason,
    }
    event = model(
        uid=secrets.randbits(62),
        at=at,
        action=str(action),
        actor_kind=str(actor.kind),
        actor_id=actor.id,
        post_id=actor.post_id,
        unit_id=actor.unit_id,
        subject_kind=entry.subject.kind,
        subject_id=entry.subject.id,
        customer_id=entry.customer_id,
        changes=dumps(differences(entry.before, entry.after)),
        detail=dumps(plain("", dict(entry.detail or {}))),
        **{name: str(text)[: LENGTHS[name]] for name, text in texts.items()},
    )
    event.mac = event_mac(event)
    return event
