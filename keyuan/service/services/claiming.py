"""Taking orders: one taker each, however many reach for it; handing them on (SRV-3)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Refused
from keyuan.platform import people
from keyuan.service import permissions
from keyuan.service.models import DeskMember, OrderEntry, WorkOrder
from keyuan.service.rules import machine
from keyuan.service.selectors.desks import desk_by_id, desk_ids_of
from keyuan.service.selectors.orders import access_order, orders_visible_to
from keyuan.service.services import complaining, deadlines
from keyuan.service.services.histories import note_change, tell_people, write
from keyuan.service.services.moving import go, locked

#: Orders that a search for the next one looks at: those barred to the actor are passed over.
CANDIDATES = 20


def take(*, actor: Actor, order_id: int, now: datetime) -> WorkOrder:
    """Make an order one's own. Raises Conflict naming who was faster, Refused for whom the complaint is about."""
    with transaction.atomic():
        order = locked(actor, order_id, now)
        if order.owner_id is not None and order.owner_id != actor.id:
            raise Conflict("order.taken", by=order.owner_name, number=order.number)
        return _taken(actor, order, now)


def _taken(actor: Actor, order: WorkOrder, now: datetime) -> WorkOrder:
    complaining.require_not_accused(order, [actor.id])
    if order.owner_id == actor.id and order.status == machine.IN_PROGRESS:
        return order
    changes = {"owner_id": actor.id, "owner_name": actor.name[:80], "pool_id": None}
    go(actor, order, machine.TAKE, now, changes=changes)
    return order


def take_next(*, actor: Actor, now: datetime) -> WorkOrder | None:
    """Take the order that is first in the queue of the actor's desks; None when nothing waits.

    Rows that a colleague is taking at this moment are passed over, so that nobody waits for anybody.
    """
    actor.require(permissions.WORK)
    desk_ids = desk_ids_of(actor.id)
    with transaction.atomic():
        for desk_id in desk_ids:
            for order in _waiting(desk_id):
                if actor.id in complaining.accused_ids(order):
                    continue
                return _taken(actor, order, now)
    return None


def _waiting(desk_id: int) -> list[WorkOrder]:
    rows = WorkOrder.objects.filter(pool_id=desk_id, status=machine.DISPATCHED).order_by("rank", "pk")
    first = rows.select_for_update(skip_locked=True, of=("self",))[:1]
    found = list(first)
    if found and found[0].kind == "COMPLAINT":
        return list(rows.select_for_update(skip_locked=True, of=("self",))[:CANDIDATES])
    return found


def hand_on(
    *,
    actor: Actor,
    order_ids: Sequence[int],
    user_id: int | None,
    desk_id: int | None,
    reason: str,
    now: datetime,
) -> list[WorkOrder]:
    """Give orders to a person, or to a desk, with the reason (SRV-3). All of them or none.

    One's own orders may be handed on by whoever works on them; those of others by supervisors. Raises Refused for a
    person whom a complaint is about or who sits at no desk, Conflict for an order that cannot be handed on.
    """
    actor.require(permissions.WORK)
    if not reason.strip():
        raise Refused("order.reason", field="reason")
    desk_id, name = _receiver(user_id, desk_id)
    with transaction.atomic():
        rows = orders_visible_to(actor, now=now).select_for_update(of=("self",)).filter(pk__in=list(order_ids))
        orders = list(rows.order_by("pk"))
        for order in orders:
            if order.owner_id != actor.id:
                actor.require(permissions.SUPERVISE)
            if user_id is not None:
                complaining.require_not_accused(order, [user_id])
            _hand(actor, order, user_id, name, desk_id, reason, now)
    return orders


def _receiver(user_id: int | None, desk_id: int | None) -> tuple[int, str]:
    if user_id is not None:
        seats = DeskMember.objects.filter(user_id=user_id, desk__is_active=True).order_by("pk")
        seat = (seats.filter(desk_id=desk_id) if desk_id else seats).values_list("desk_id", flat=True).first()
        name = people.names_of([user_id]).get(user_id, "")
        if seat is None or not name:
            raise Refused("order.no_seat", field="user")
        return seat, name
    if desk_id is None or desk_by_id(desk_id) is None:
        raise Refused("order.receiver", field="desk")
    return desk_id, ""


def _hand(
    actor: Actor, order: WorkOrder, user_id: int | None, name: str, desk_id: int, reason: str, now: datetime
) -> None:
    waits = order.status == machine.WAITING
    changes = {
        "owner_id": user_id,
        "owner_name": name[:80],
        "desk_id": desk_id,
        "pool_id": None if user_id else desk_id,
    }
    go(actor, order, machine.TRANSFER, now, text=reason, changes=changes)
    if waits:
        deadlines.resume(order, actor=actor, now=now)
    if user_id is not None:
        tell_people(actor, order, "order.given", [user_id], now)


def chase(*, actor: Actor, order_id: int, note: str = "", now: datetime) -> WorkOrder:
    """Press for an order (催办): whoever has it, or the desk's people, and the supervisor hear of it at once."""
    actor.require(permissions.VIEW)
    with transaction.atomic():
        order = access_order(actor, order_id, now=now, lock=True)
        if not order.is_open:
            raise Conflict("order.moved_on", status=order.status)
        order.chased += 1
        order.save(update_fields=["chased"])
        write(actor, order, OrderEntry.Kind.NOTE, code="chase", text=note, now=now)
        note_change(actor, order, {"chased": order.chased - 1}, {"chased": order.chased}, now)
        tell_people(actor, order, "order.chased", _responsible(order), now)
    return order


def _responsible(order: WorkOrder) -> list[int]:
    desk = desk_by_id(order.desk_id)
    supervisor = [desk.supervisor_id] if desk and desk.supervisor_id else []
    if order.owner_id is not None:
        return [order.owner_id, *supervisor]
    seats = DeskMember.objects.filter(Q(desk_id=order.desk_id) & Q(is_away=False))
    return [*supervisor, *seats.values_list("user_id", flat=True)[:50]]
