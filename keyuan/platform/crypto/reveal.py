"""Opening sealed values: for a person, one at a time, with a reason and within a quota; for jobs, by the batch."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db import router, transaction

from keyuan.kernel.actor import Actor, ActorKind, FieldLevel
from keyuan.kernel.errors import Forbidden, Refused
from keyuan.kernel.registry import Registry
from keyuan.platform import clock
from keyuan.platform.audit import Action, Subject, record_read
from keyuan.platform.crypto.sealed import Sealed
from keyuan.platform.locks import hold
from keyuan.platform.models.audit_event import ReadEvent

DEFAULT_QUOTA = 50

#: Filled by the organisation with one function: actor → reveals a day of their role, or None for the default.
reveal_quotas: Registry[Callable[[Actor], int | None]] = Registry(key=lambda function: str(function.__qualname__))


def quota_of(actor: Actor) -> int:
    """Return how many values the actor may reveal a day."""
    for quota in reveal_quotas:
        found = quota(actor)
        if found is not None:
            return found
    return DEFAULT_QUOTA


def revealed_today(actor: Actor, now: datetime) -> int:
    """Return how many values the actor revealed on the day of ``now``."""
    since = clock.start_of(now.date())
    return ReadEvent.objects.filter(actor_id=actor.id, action=Action.REVEAL, at__gte=since).count()


def reveal(
    *,
    actor: Actor,
    sealed: Sealed,
    subject: Subject,
    customer_id: int | None,
    reason: str,
    now: datetime,
) -> str:
    """Return the plain text of one sealed value to a person; the audit event is written first (PLT-4, PLT-6).

    The caller has checked that the actor may see the record. Raises Forbidden when the post does not reveal this
    field, Refused ``reveal.reason`` without a reason, Refused ``reveal.quota`` when the day's quota is used up.
    """
    if actor.level_of(sealed.field_key) is not FieldLevel.REVEAL:
        raise Forbidden("reveal.forbidden", name=sealed.field_key)
    if not reason.strip():
        raise Refused("reveal.reason", field="reason")
    quota = quota_of(actor)
    alias = router.db_for_write(ReadEvent)
    with transaction.atomic(using=alias):
        # Two tabs at once must not both take the last one.
        hold(f"reveal:{actor.id}", using=alias)
        if revealed_today(actor, now) >= quota:
            raise Refused("reveal.quota", quota=quota)
        detail = {"field": sealed.field_key}
        record_read(actor, Action.REVEAL, subject, reason=reason, customer_id=customer_id, detail=detail, now=now)
    return sealed.open_audited()


def open_for_system(actor: Actor, sealed: Iterable[Sealed | None], purpose: str) -> list[str | None]:
    """Return the plain texts of a batch to a job (search index, matching): one audit event per batch.

    ``purpose`` is a stable code. Raises Forbidden for anybody but the system.
    """
    if actor.kind is not ActorKind.SYSTEM:
        raise Forbidden("reveal.system_only")
    batch = list(sealed)
    fields: dict[str, Any] = {"count": len(batch), "fields": sorted({item.field_key for item in batch if item})}
    record_read(actor, Action.REVEAL, Subject("batch", 0), reason=purpose, detail=fields)
    return [item.open_audited() if item else None for item in batch]
