"""Orders that belong together: merging doubles, parents and children (SRV-3)."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Refused
from keyuan.service import permissions
from keyuan.service.models import OrderEntry, WorkOrder
from keyuan.service.rules import kinds, machine
from keyuan.service.selectors.orders import access_order, orders_visible_to
from keyuan.service.services import deadlines
from keyuan.service.services.histories import note_change, write
from keyuan.service.services.moving import go

DEEPEST = 20


def _both(actor: Actor, one_id: int, other_id: int, now: datetime) -> tuple[WorkOrder, WorkOrder]:
    """Lock two orders in the order of their keys. Raises Refused when one is out of reach or they are the same."""
    rows = orders_visible_to(actor, now=now).select_for_update(of=("self",)).filter(pk__in=[one_id, other_id])
    found = {order.pk: order for order in rows.order_by("pk")}
    if one_id == other_id or len(found) != 2:
        raise Refused("order.other", field="other")
    return found[one_id], found[other_id]


def merge(*, actor: Actor, order_id: int, into_id: int, reason: str, now: datetime) -> WorkOrder:
    """Let an order go into another one about the same customer: its history stays, its work ends.

    Raises Refused for orders of different customers, a complaint going into something else, Conflict where one
    of them is over.
    """
    actor.require(permissions.WORK)
    with transaction.atomic():
        order, into = _both(actor, order_id, into_id, now)
        if order.customer_id != into.customer_id:
            raise Refused("order.other_customer", field="other")
        if order.kind == kinds.COMPLAINT and into.kind != kinds.COMPLAINT:
            # A complaint keeps its statutory term; it never disappears in a milder record.
            raise Refused("order.complaint_stays", field="other")
        if not into.is_open:
            raise Conflict("order.moved_on", status=into.status)
        changes = {
            "merged_into_id": into.pk, "pool_id": None, "closed_at": now, "closed_on": timezone.localdate(now),
        }  # fmt: skip
        go(actor, order, machine.MERGE, now, text=reason, changes=changes)
        deadlines.void(order, actor=actor, now=now)
        text = f"{order.number} {order.title}\n{order.description}".strip()
        write(actor, into, OrderEntry.Kind.NOTE, code="merged_in", text=text, now=now)
    return into


def set_parent(*, actor: Actor, order_id: int, parent_id: int, now: datetime) -> WorkOrder:
    """Put an order under another one; twice is once. Raises Refused for a circle."""
    actor.require(permissions.WORK)
    with transaction.atomic():
        order, parent = _both(actor, order_id, parent_id, now)
        node: WorkOrder | None = parent
        for _step in range(DEEPEST):
            if node is None:
                break
            if node.pk == order.pk:
                raise Refused("order.circle", field="other")
            node = node.parent
        if order.parent_id != parent.pk:
            note_change(actor, order, {"parent": order.parent_id}, {"parent": parent.pk}, now)
            order.parent = parent
            order.save(update_fields=["parent"])
            _write_both(actor, order, parent, ("parent", "child"), now)
    return order


def _write_both(actor: Actor, order: WorkOrder, parent: WorkOrder, codes: tuple[str, str], now: datetime) -> None:
    write(actor, order, OrderEntry.Kind.NOTE, code=codes[0], text=parent.number, now=now)
    write(actor, parent, OrderEntry.Kind.NOTE, code=codes[1], text=order.number, now=now)


def leave_parent(*, actor: Actor, order_id: int, now: datetime) -> WorkOrder:
    """Take an order out from below another one; both keep that it stood there. Twice is once."""
    actor.require(permissions.WORK)
    with transaction.atomic():
        order = access_order(actor, order_id, now=now, lock=True)
        parent, order.parent = order.parent, None
        if parent is not None:
            note_change(actor, order, {"parent": parent.pk}, {"parent": None}, now)
            order.save(update_fields=["parent"])
            _write_both(actor, order, parent, ("parent_left", "child_left"), now)
    return order
