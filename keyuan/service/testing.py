"""What tests of the service desk stand on: a desk with its people, and orders made by the services."""

from datetime import UTC, datetime
from typing import Any

from keyuan.kernel.actor import Actor
from keyuan.organisation.testing import make_actor, small_tree
from keyuan.service.models import Category, Desk, DeskMember, WorkOrder
from keyuan.service.services.setting_up import seed
from keyuan.service.services.taking_in import OrderDraft, take_in

#: Monday, 10:00 in Beijing.
MORNING = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)


def open_desk(*people: Actor) -> Desk:
    """Return the first desk with these people at it."""
    small_tree()
    seed(MORNING)
    desk = Desk.objects.order_by("pk").first()
    if desk is None:
        raise LookupError("no desk")
    for person in people:
        DeskMember.objects.get_or_create(desk=desk, user_id=person.id or 0)
    return desk


def clerk(role: str = "contact_centre", **more: Any) -> Actor:
    """Return somebody of the eastern branch's desk."""
    return make_actor(role, unit=more.pop("unit", small_tree().east), **more)


def make_order(actor: Actor, customer_id: int | None = None, *, now: datetime = MORNING, **more: Any) -> WorkOrder:
    """Take an order in: a consultation, dispatched at once."""
    code = more.pop("category", "CONSULT_POLICY")
    values: dict[str, Any] = {"kind": "CONSULT", "title": "住院医疗免赔额如何计算", "contact_channel": "PHONE"} | more
    category = Category.objects.filter(code=code).values_list("pk", flat=True).first() if code else None
    if customer_id is None:
        values.setdefault("caller_name", "何女士")
    return take_in(actor=actor, draft=OrderDraft(category_id=category, customer_id=customer_id, **values), now=now)


def make_complaint(actor: Actor, customer_id: int | None = None, **more: Any) -> WorkOrder:
    """Take a complaint in."""
    values = {"kind": "COMPLAINT", "category": "C_SURRENDER", "title": "退保手续费争议，要求书面答复"} | more
    return make_order(actor, customer_id, **values)
