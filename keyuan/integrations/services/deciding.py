"""What a person decides about a delivery that stands apart: release, try again, reject, each with a reason (PLT-14)."""

from datetime import datetime

from django.db import transaction

from keyuan.integrations import permissions
from keyuan.integrations.models import Delivery, DeliveryPart
from keyuan.integrations.rules.claims import WAIVABLE
from keyuan.integrations.selectors.deliveries import access_delivery
from keyuan.integrations.services import storing
from keyuan.integrations.services.finishing import count_number
from keyuan.integrations.services.runs import start_run
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Refused
from keyuan.platform.audit import Action, Subject, record

State, Stage = Delivery.State, DeliveryPart.Stage
REASON_LIMIT = 200


def release_delivery(*, actor: Actor, delivery_id: int, reason: str, now: datetime) -> Delivery:
    """Let a delivery load although something differs: the reason it stands apart for is waived, once and for it alone.

    Raises Conflict delivery.decided, Refused delivery.reason_missing and delivery.not_waivable.
    """
    with transaction.atomic():
        delivery = _apart(actor, delivery_id, reason)
        if delivery.reason not in WAIVABLE:
            raise Refused("delivery.not_waivable")
        delivery.waived = [*delivery.waived, delivery.reason]
        _decide(actor, delivery, "release", reason, now)
        _go_on(delivery, now)
    start_run(delivery.connector_id, looks=False)
    return delivery


def retry_delivery(*, actor: Actor, delivery_id: int, reason: str, now: datetime) -> Delivery:
    """Take a delivery up again after something was mended; what is still wrong sets it apart again.

    Raises Conflict delivery.decided and Refused delivery.reason_missing.
    """
    with transaction.atomic():
        delivery = _apart(actor, delivery_id, reason)
        _decide(actor, delivery, "retry", reason, now)
        _go_on(delivery, now)
    start_run(delivery.connector_id, looks=True)
    return delivery


def reject_delivery(*, actor: Actor, delivery_id: int, reason: str, now: datetime) -> Delivery:
    """Leave a delivery unloaded for good; the next number may load. Its files stay as evidence.

    Raises Conflict delivery.decided and Refused delivery.reason_missing.
    """
    with transaction.atomic():
        delivery = _apart(actor, delivery_id, reason)
        _decide(actor, delivery, "reject", reason, now)
        delivery.state, delivery.ended_at = State.REJECTED, now
        delivery.save(update_fields=["state", "ended_at"])
        count_number(delivery)
    start_run(delivery.connector_id, looks=False)
    return delivery


def _apart(actor: Actor, delivery_id: int, reason: str) -> Delivery:
    actor.require(permissions.RELEASE)
    if not reason.strip():
        raise Refused("delivery.reason_missing", field="reason")
    delivery = access_delivery(actor, delivery_id, lock=True)
    held_back = delivery.state == State.WAITING and delivery.reason == "delivery.gap"
    if delivery.state != State.QUARANTINED and not held_back:
        raise Conflict("delivery.decided")
    return delivery


def _decide(actor: Actor, delivery: Delivery, act: str, reason: str, now: datetime) -> None:
    delivery.decided_by, delivery.decided_at = actor.name[:80], now
    delivery.decision = reason.strip()[:REASON_LIMIT]
    delivery.save(update_fields=["decided_by", "decided_at", "decision", "waived"])
    before = {"state": delivery.state, "reason": delivery.reason}
    detail = {"decision": act}
    subject = Subject("delivery", delivery.pk)
    record(actor, Action.IMPORT, subject, before=before, detail=detail, reason=reason.strip()[:REASON_LIMIT], now=now)


def _go_on(delivery: Delivery, now: datetime) -> None:
    """Put a delivery back to where it can go on from: parts that were checked are checked again, the others fetched."""
    parts = DeliveryPart.objects.filter(delivery=delivery)
    is_stored = bool(parts) and all(part.stage != Stage.NEW for part in parts)
    for part in parts:
        if part.stage in (Stage.CHECKING, Stage.WRITING):
            part.stage = Stage.STORED
            part.save(update_fields=["stage"])
        elif part.stage == Stage.NEW:
            storing.forget(part)
    delivery.state = State.LOADING if is_stored else State.WAITING
    delivery.reason, delivery.reason_params = "", {}
    delivery.waiting_since, delivery.ended_at = now, None
    delivery.save(update_fields=["state", "reason", "reason_params", "waiting_since", "ended_at"])
