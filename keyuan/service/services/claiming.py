"""Taking orders: one taker each, however many reach for it; handing them on (SRV-3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Refused
from keyuan.platform import people
from keyuan.platform.audit import Action
from keyuan.platform.events import emit
from keyuan.service import permissions
from keyuan.service.events import WorkOrdersMoved
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


@dataclass(frozen=True, slots=True)
class Handed:
    """An order that was handed on, with where it stood before; ``version`` and ``given_to`` are those of after."""

    order_id: int
    version: int
    given_to: int | None
    status: str
    owner_id: int | None
    owner_name: str
    desk_id: int


def hand_on(
    *,
    actor: Actor,
    order_ids: Sequence[int],
    user_id: int | None,
    desk_id: int | None,
    reason: str,
    now: datetime,
) -> list[Handed]:
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
        handed = []
        for order in rows.order_by("pk"):
            if order.owner_id != actor.id:
                actor.require(permissions.SUPERVISE)
            if user_id is not None:
                complaining.require_not_accused(order, [user_id])
            before = (order.status, order.owner_id, order.owner_name, order.desk_id)
            _hand(actor, order, user_id, name, desk_id, reason, now)
            handed.append(Handed(order.pk, order.version, order.owner_id, *before))
    return handed


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


def take_back(*, actor: Actor, handed: Sequence[Handed], now: datetime) -> int:
    """Give orders back to where they stood before they were handed on; return how many went back.

    What moved on since, or would go back to somebody who left or whom it is about, stays where it is.
    """
    actor.require(permissions.SUPERVISE)
    places = {place.order_id: place for place in handed}
    staff = set(people.names_of([place.owner_id for place in handed if place.owner_id]))
    with transaction.atomic():
        rows = orders_visible_to(actor, now=now).select_for_update(of=("self",)).filter(pk__in=list(places))
        count = 0
        for order in rows.order_by("pk"):
            place = places[order.pk]
            barred = complaining.accused_ids(order)
            can_have_it = place.owner_id is None or (place.owner_id in staff and place.owner_id not in barred)
            is_untouched = (order.version, order.owner_id) == (place.version, place.given_to)
            if can_have_it and is_untouched and order.status == machine.DISPATCHED:
                _put_back(actor, order, place, now)
                count += 1
    return count


def _put_back(actor: Actor, order: WorkOrder, place: Handed, now: datetime) -> None:
    had = order.owner_id
    order.owner_id, order.owner_name, order.desk_id = place.owner_id, place.owner_name, place.desk_id
    order.pool_id = None if place.owner_id else place.desk_id
    source, order.status, order.version = order.status, place.status, order.version + 1
    order.save(update_fields=["owner_id", "owner_name", "desk_id", "pool_id", "status", "version"])
    write(actor, order, OrderEntry.Kind.MOVE, act="untransfer", source=source, now=now)
    note_change(
        actor, order, {"owner": had}, {"owner": place.owner_id, "status": place.status}, now, action=Action.UNDO
    )
    if place.status == machine.WAITING:
        deadlines.pause(order, order.wait_reason, actor=actor, now=now)
    tell_people(actor, order, "order.came_back", [had or 0, place.owner_id or 0], now)
    emit(WorkOrdersMoved((order.pk,), "untransfer"))


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
