"""What every change of a chance leaves behind: its event, its next version, the trail."""

from datetime import datetime
from typing import Any

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.policies.models import Renewal, RenewalEvent
from keyuan.policies.rules.renewals.stages import Stage, next_stage
from keyuan.policies.selectors.renewals import access_renewal


def locked(actor: Actor, renewal_id: int, version: int | None, *, now: datetime) -> Renewal:
    """Return the chance locked for a change. Raises `NotFound`, and `Conflict` when it is not at ``version``."""
    renewal = access_renewal(actor, renewal_id, now=now, lock=True)
    if version is not None and renewal.version != version:
        raise Conflict("conflict", version=renewal.version)
    return renewal


def take(
    actor: Actor, renewal: Renewal, act: str, now: datetime, *, note: str = "", columns: tuple[str, ...] = (),
    detail: dict[str, Any] | None = None,
) -> None:  # fmt: skip
    """Take one step: stage, event, trail; the caller has set ``columns``. Raises `Refused` renewal.wrong_stage."""
    target = next_stage(renewal.stage, act)
    if target is None:
        raise Refused("renewal.wrong_stage")
    before = renewal.stage
    renewal.stage = target
    renewal.closed_at = now if target in (Stage.WON, Stage.LOST) else None
    renewal.version += 1
    renewal.updated_at = now
    renewal.save(update_fields=[*{*columns, "stage", "closed_at", "version", "updated_at"}])
    RenewalEvent.objects.create(
        renewal=renewal, act=act, stage=target, at=now, actor_id=actor.id, actor_name=actor.name[:40], note=note[:200]
    )
    record(
        actor, Action.UPDATE, Subject("renewal", renewal.pk), before={"stage": before},
        after={"stage": str(target), "act": act, **(detail or {})}, customer_id=renewal.holder_id, now=now,
    )  # fmt: skip
