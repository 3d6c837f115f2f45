"""What people do with an order, step by step; every move of the table has its verb here (SRV-1)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Refused
from keyuan.platform.events import emit
from keyuan.service import permissions
from keyuan.service.events import WorkOrdersMoved
from keyuan.service.models import Category, OrderEntry, WorkOrder
from keyuan.service.rules import complaints as complaint_rules
from keyuan.service.rules import kinds, machine
from keyuan.service.selectors.orders import access_order
from keyuan.service.services import complaining, deadlines, routing
from keyuan.service.services.histories import note_change, tell_followers, write

ANSWERED = (deadlines.FIRST, deadlines.ACKNOWLEDGE)


def locked(actor: Actor, order_id: int, now: datetime, permission: str = permissions.WORK) -> WorkOrder:
    """Return an order for changing it. Raises NotFound out of reach."""
    actor.require(permission)
    return access_order(actor, order_id, now=now, lock=True)


def go(
    actor: Actor,
    order: WorkOrder,
    act: str,
    now: datetime,
    *,
    code: str = "",
    text: str = "",
    changes: Mapping[str, Any] | None = None,
) -> None:
    """Make one move of the table. Raises Conflict for a move that does not exist from where the order stands."""
    source, target = str(order.status), machine.target_of(act, order.status)
    if target is None:
        raise Conflict("order.moved_on", status=source)
    values = {**(changes or {}), "status": target, "is_open": target in machine.OPEN, "version": order.version + 1}
    for name, value in values.items():
        setattr(order, name, value)
    order.save(update_fields=list(values))
    write(actor, order, OrderEntry.Kind.MOVE, act=act, source=source, code=code, text=text, now=now)
    note_change(actor, order, {"status": source}, {"status": target, "act": act, "code": code}, now)
    tell_followers(actor, order, now)
    emit(WorkOrdersMoved((order.pk,), act))


def classify(
    *, actor: Actor, order_id: int, category_id: int, kind: str, subtype: str = "", now: datetime
) -> WorkOrder:
    """Say what an order is about and send it to its desk."""
    category = Category.objects.select_related("parent").filter(pk=category_id, is_active=True).first()
    if category is None:
        raise Refused("order.category", field="category")
    with transaction.atomic():
        order = locked(actor, order_id, now)
        if kind != order.kind and kinds.COMPLAINT in (kind, order.kind):
            raise Refused("order.kind_fixed", field="kind")
        order.category = category
        values = {"category": category, "kind": kind, "subtype": subtype if kind == kinds.REQUEST else ""}
        go(actor, order, machine.CLASSIFY, now, code=category.code, changes=values)
        desk_id, user_id, name = routing.place_for(order, barred=complaining.accused_ids(order))
        places = {"desk_id": desk_id, "pool_id": None if user_id else desk_id, "owner_id": user_id, "owner_name": name}
        go(actor, order, machine.DISPATCH, now, changes=places)
    return order


def give_back(*, actor: Actor, order_id: int, reason: str, now: datetime) -> WorkOrder:
    """Give an order back to its desk, with the reason."""
    _require_text(reason, "order.reason", "reason")
    with transaction.atomic():
        order = locked(actor, order_id, now)
        if order.owner_id != actor.id:
            actor.require(permissions.SUPERVISE)
        changes = {"owner_id": None, "owner_name": "", "pool_id": order.desk_id}
        go(actor, order, machine.GIVE_BACK, now, text=reason, changes=changes)
    return order


def wait(*, actor: Actor, order_id: int, reason: str, note: str = "", now: datetime) -> WorkOrder:
    """Wait for the customer: clocks stand still, but not those of the law."""
    if reason not in kinds.WAITS:
        raise Refused("order.wait", field="reason")
    with transaction.atomic():
        order = locked(actor, order_id, now)
        go(actor, order, machine.WAIT, now, code=reason, text=note, changes={"wait_reason": reason})
        deadlines.pause(order, reason, actor=actor, now=now)
    return order


def resume(*, actor: Actor, order_id: int, note: str = "", now: datetime) -> WorkOrder:
    """Go on: what was waited for is here."""
    with transaction.atomic():
        order = locked(actor, order_id, now)
        go(actor, order, machine.RESUME, now, text=note, changes={"wait_reason": ""})
        deadlines.resume(order, actor=actor, now=now)
    return order


def resolve(*, actor: Actor, order_id: int, solution: str, now: datetime) -> WorkOrder:
    """Write down the solution. Raises Refused without one, Conflict for a complaint that is not decided."""
    _require_text(solution, "order.solution", "solution")
    with transaction.atomic():
        order = locked(actor, order_id, now)
        complaining.require_decided(order)
        changes = {"solution": solution.strip(), "resolved_at": now, "responded_at": order.responded_at or now}
        go(actor, order, machine.RESOLVE, now, text=solution, changes=changes)
        deadlines.stop(order, (*ANSWERED, deadlines.SOLUTION, deadlines.STATUTE), actor=actor, now=now)
        deadlines.stop_reviews(order, actor=actor, now=now)
    return order


def rework(*, actor: Actor, order_id: int, reason: str, now: datetime) -> WorkOrder:
    """Work on: the solution did not hold, or the customer is not satisfied."""
    _require_text(reason, "order.reason", "reason")
    with transaction.atomic():
        order = locked(actor, order_id, now)
        go(actor, order, machine.REWORK, now, text=reason, changes={"resolved_at": None, "told_at": None})
        deadlines.resume(order, actor=actor, now=now, keys=_again(order))
    return order


def _again(order: WorkOrder) -> tuple[str, ...]:
    return (deadlines.SOLUTION, *((deadlines.STATUTE,) if order.kind == kinds.COMPLAINT else ()))


def tell(*, actor: Actor, order_id: int, how: str, text: str, now: datetime) -> WorkOrder:
    """Note how and what the customer was told. Raises Refused for a complaint that is not answered in writing."""
    if how not in kinds.WAYS:
        raise Refused("order.how", field="how")
    _require_text(text, "order.told", "text")
    with transaction.atomic():
        order = locked(actor, order_id, now)
        if order.kind == kinds.COMPLAINT and how not in kinds.IN_WRITING:
            raise Refused("complaint.in_writing", field="how")
        go(actor, order, machine.TELL, now, code=how, changes={"told_at": now, "told_how": how})
        write(actor, order, OrderEntry.Kind.REPLY, code=how, text=text, now=now)
    return order


def confirm(*, actor: Actor, order_id: int, how: str, note: str = "", now: datetime) -> WorkOrder:
    """Note that the customer confirmed, or said nothing after being told."""
    if how not in kinds.CONFIRMED_BY:
        raise Refused("order.confirmed", field="how")
    with transaction.atomic():
        order = locked(actor, order_id, now)
        go(actor, order, machine.CONFIRM, now, code=how, text=note, changes={"confirmed_how": how})
    return order


def close(*, actor: Actor, order_id: int, conclusion: str, cause: str, now: datetime) -> WorkOrder:
    """Close an order. Raises Refused without conclusion, cause, or how the customer was told."""
    _require_text(conclusion, "order.conclusion", "conclusion")
    if cause not in complaint_rules.CAUSES:
        raise Refused("order.cause", field="cause")
    with transaction.atomic():
        order = locked(actor, order_id, now)
        if not order.told_how:
            raise Refused("order.how", field="conclusion")
        changes = {
            "conclusion": conclusion.strip()[:500], "cause": cause, "closed_at": now,
            "closed_on": timezone.localdate(now), "pool_id": None,
        }  # fmt: skip
        go(actor, order, machine.CLOSE, now, code=cause, text=conclusion, changes=changes)
    return order


def reopen(*, actor: Actor, order_id: int, reason: str, now: datetime) -> WorkOrder:
    """Open a closed order again; it goes to its desk, and its clocks run on."""
    _require_text(reason, "order.reason", "reason")
    with transaction.atomic():
        order = locked(actor, order_id, now)
        changes = {
            "closed_at": None, "closed_on": None, "resolved_at": None, "told_at": None, "owner_id": None,
            "owner_name": "", "pool_id": order.desk_id, "reopened": order.reopened + 1,
        }  # fmt: skip
        go(actor, order, machine.REOPEN, now, text=reason, changes=changes)
        deadlines.resume(order, actor=actor, now=now, keys=_again(order))
    return order


def withdraw(*, actor: Actor, order_id: int, reason: str, now: datetime) -> WorkOrder:
    """End an order that the customer took back; a complaint ends the day the request arrives (domain.md C.1)."""
    _require_text(reason, "order.reason", "reason")
    with transaction.atomic():
        order = locked(actor, order_id, now)
        changes = {"closed_at": now, "closed_on": timezone.localdate(now), "pool_id": None}
        go(actor, order, machine.WITHDRAW, now, text=reason, changes=changes)
        deadlines.void(order, actor=actor, now=now)
    return order


def _require_text(text: str, code: str, field: str) -> None:
    if not text.strip():
        raise Refused(code, field=field)
