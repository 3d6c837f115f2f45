"""What is offered becomes a delivery of ours: new, repeated, corrected or contradicting an earlier one (PLT-14)."""

from datetime import datetime

from keyuan.integrations.models import Connector, Delivery, DeliveryPart
from keyuan.integrations.rules.offers import Offer, OfferedPart
from keyuan.integrations.services import storing
from keyuan.integrations.services.moving import hold, quarantine
from keyuan.kernel.errors import Refused

State = Delivery.State
#: So many announcements of one delivery are remembered.
STAMPS = 20


def register_offer(connector: Connector, offer: Offer, now: datetime) -> Delivery:
    """Write down one offer, in the caller's transaction. The same offer again changes nothing.

    An announcement that cannot be read waits, since it may still be written. Another content under a key that was
    loaded or rejected stands apart; one that was never written is replaced by its correction.
    """
    if offer.fault is not None:
        return _unreadable(connector, offer, offer.fault, now)
    same = Delivery.objects.filter(connector=connector, key=offer.key, digest=offer.digest).first()
    if same is not None:
        return _again(same, offer)
    delivery = _place_for(connector, offer, now)
    # Read before the new row is kept, so that it is not among them.
    others = list(Delivery.objects.filter(connector=connector, key=offer.key).exclude(pk=delivery.pk or 0))
    _describe(delivery, offer)
    if any(not _gives_way(other) for other in others):
        quarantine(delivery, Refused("delivery.changed_content"), now)
    else:
        for other in others:
            _replace(other, now)
    return delivery


def _unreadable(connector: Connector, offer: Offer, fault: Refused, now: datetime) -> Delivery:
    rows = Delivery.objects.filter(connector=connector, handle=offer.handle, state=State.WAITING)
    delivery = rows.first() or Delivery(
        connector=connector, key=offer.key, handle=offer.handle, waiting_since=now, seen_at=now
    )
    is_changed = offer.stamp not in delivery.stamps
    delivery.digest = offer.digest
    delivery.stamps = [*delivery.stamps, offer.stamp][-STAMPS:] if is_changed else delivery.stamps
    _drop_parts(delivery)
    delivery.save()
    hold(delivery, fault, now, changed=is_changed)
    return delivery


def _again(delivery: Delivery, offer: Offer) -> Delivery:
    """Note that a delivery is offered once more: what was loaded is put away at the other side again, no more."""
    if offer.stamp in delivery.stamps:
        return delivery
    delivery.stamps = [*delivery.stamps, offer.stamp][-STAMPS:]
    delivery.handle = offer.handle
    if delivery.state not in Delivery.MOVING:
        delivery.repeats += 1
        delivery.is_settled = False
    delivery.save(update_fields=["stamps", "handle", "repeats", "is_settled"])
    return delivery


def _place_for(connector: Connector, offer: Offer, now: datetime) -> Delivery:
    """Return the row that becomes this delivery: the one that waited for it, or a new one."""
    rows = Delivery.objects.filter(connector=connector)
    found = rows.filter(handle=offer.handle, state=State.WAITING).first()
    if found is None:
        found = rows.filter(state=State.LATE, business_date=offer.business_date).first()
    return found or Delivery(connector=connector, waiting_since=now, seen_at=now)


def _describe(delivery: Delivery, offer: Offer) -> None:
    """Let ``delivery`` say what ``offer`` says, waiting to be taken up."""
    delivery.key, delivery.digest, delivery.handle = offer.key, offer.digest, offer.handle
    delivery.sequence, delivery.business_date = offer.sequence, offer.business_date
    delivery.stamps = [*delivery.stamps, offer.stamp][-STAMPS:]
    delivery.state, delivery.reason, delivery.reason_params = State.WAITING, "", {}
    rows = [part.rows for part in offer.parts]
    delivery.rows_claimed = None if None in rows else sum(count or 0 for count in rows)
    _drop_parts(delivery)
    delivery.save()
    DeliveryPart.objects.bulk_create(_part(delivery, place, part) for place, part in enumerate(offer.parts))


def _part(delivery: Delivery, position: int, part: OfferedPart) -> DeliveryPart:
    return DeliveryPart(
        delivery=delivery,
        position=position,
        name=part.name,
        target=part.target,
        mapping=part.mapping,
        encoding=part.encoding,
        size_claimed=part.size,
        sha256_claimed=part.sha256,
        rows_claimed=part.rows,
        totals_claimed=dict(part.totals),
    )


def _drop_parts(delivery: Delivery) -> None:
    if delivery._state.adding:
        return
    for part in DeliveryPart.objects.filter(delivery=delivery):
        storing.forget(part)
        part.delete()


def _gives_way(other: Delivery) -> bool:
    """Tell whether a delivery may be replaced by its correction: nothing of it was written."""
    if other.state not in (State.QUARANTINED, State.WAITING, State.REPLACED):
        return False
    return not DeliveryPart.objects.filter(
        delivery=other, stage__in=(DeliveryPart.Stage.WRITING, DeliveryPart.Stage.DONE)
    ).exists()


def _replace(other: Delivery, now: datetime) -> None:
    if other.state != State.REPLACED:
        other.state, other.ended_at, other.is_settled = State.REPLACED, now, True
        other.save(update_fields=["state", "ended_at", "is_settled"])
