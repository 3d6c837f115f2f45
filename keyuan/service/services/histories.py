"""Writing the history of an order, and telling those who follow it."""

from datetime import datetime

from keyuan.kernel.actor import Actor
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.notices import notify_staff
from keyuan.service.models import Follower, OrderEntry, WorkOrder

KIND = "work_order"


def subject_of(order: WorkOrder) -> Subject:
    """Return the order as a subject."""
    return Subject(KIND, order.pk)


def address(order_id: int) -> str:
    """Return the address of an order's page; notices keep it."""
    return f"/service/orders/{order_id}/"


def write(
    actor: Actor,
    order: WorkOrder,
    kind: str,
    *,
    now: datetime,
    act: str = "",
    source: str = "",
    code: str = "",
    text: str = "",
) -> OrderEntry:
    """Add a line to the history, inside the caller's transaction."""
    return OrderEntry.objects.create(
        order=order, at=now, kind=kind, act=act, source=source, target=order.status if act else "", code=code[:20],
        text=text.strip(), staff_id=actor.id, staff_name=actor.name[:80],
    )  # fmt: skip


def note_change(
    actor: Actor, order: WorkOrder, before: dict[str, object], after: dict[str, object], now: datetime, *,
    action: Action = Action.UPDATE, reason: str = "",
) -> None:  # fmt: skip
    """Put a change on the trail."""
    record(
        actor, action, subject_of(order), before=before, after=after, reason=reason, customer_id=order.customer_id,
        now=now,
    )  # fmt: skip


def tell_people(actor: Actor, order: WorkOrder, code: str, user_ids: list[int], now: datetime) -> None:
    """Give notice of something about an order to people other than the actor."""
    readers = {user for user in user_ids if user and user != actor.id}
    if readers:
        params = {"number": order.number, "title": order.title, "by": actor.name}
        notify_staff(readers, "task", code, params, url=address(order.pk), now=now)


def tell_followers(actor: Actor, order: WorkOrder, now: datetime) -> None:
    """Tell those who follow an order that it moved on."""
    users = list(Follower.objects.filter(order=order).values_list("user_id", flat=True))
    tell_people(actor, order, "order.followed", users, now)
