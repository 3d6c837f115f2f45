"""Taking orders in: classified and dispatched by rule at once, so that none is without an owner (SRV-1, SRV-3)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from keyuan.customers.models import CustomerSummary
from keyuan.customers.selectors import access_customer
from keyuan.customers.selectors.standards import standard_on
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Refused
from keyuan.organisation.models import LEVEL_COLUMNS, Unit
from keyuan.platform.audit import Action
from keyuan.platform.events import emit
from keyuan.platform.locks import hold
from keyuan.platform.numbers import allocate
from keyuan.policies.selectors import access_policy
from keyuan.service import permissions
from keyuan.service.events import WorkOrdersTaken
from keyuan.service.models import Category, OrderEntry, WorkOrder
from keyuan.service.rules import kinds, machine
from keyuan.service.selectors.orders import access_order
from keyuan.service.services import complaining, deadlines, routing
from keyuan.service.services.histories import note_change, write

NUMBERS = "work_order"
#: Nothing that came in before counts by our clocks.
FIRST_YEAR = 2000
PLACE = (*LEVEL_COLUMNS, "sales_channel", "servicing_agent_id")


@dataclass(frozen=True, slots=True)
class OrderDraft:
    """An order as it is taken in; ``complaint`` are the fields of a complaint."""

    kind: str
    title: str
    contact_channel: str
    description: str = ""
    subtype: str = ""
    category_id: int | None = None
    customer_id: int | None = None
    policy_id: int | None = None
    caller_name: str = ""
    priority: int = kinds.NORMAL
    received_at: datetime | None = None
    parent_id: int | None = None
    token: str = ""
    complaint: Mapping[str, Any] = field(default_factory=dict)


def take_in(*, actor: Actor, draft: OrderDraft, now: datetime) -> WorkOrder:
    """Take an order in, classify it and send it to its desk; the same ``token`` again is the same order.

    Raises Refused for a kind, channel, category or moment that cannot be, a title that is missing, an order about
    nobody without a name, a complaint without the proofs that its kind takes; NotFound for a customer, policy or
    order out of reach.
    """
    actor.require(permissions.CREATE)
    _check(draft, now)
    place, tier = _place_of(actor, draft, now)
    category = _category(draft.category_id)
    complaining.check_claimant(draft.kind, draft.complaint)
    if draft.parent_id is not None:
        access_order(actor, draft.parent_id, now=now)
    standard = standard_on(now.date())
    tiers = [one.code for one in standard.tiers] if standard else []
    with transaction.atomic():
        if draft.token:
            # A double click waits here, and then finds what the first one made.
            hold(f"work_order:{draft.token}")
            known = WorkOrder.objects.filter(token=draft.token[:64]).first()
            if known is not None:
                return known
        order = WorkOrder(
            kind=draft.kind, subtype=draft.subtype if draft.kind == kinds.REQUEST else "", category=category,
            contact_channel=draft.contact_channel, customer_id=draft.customer_id, policy_id=draft.policy_id,
            caller_name=draft.caller_name.strip()[:60], title=draft.title.strip()[:100],
            description=draft.description.strip(), priority=draft.priority, tier=tier,
            rank=kinds.rank_of(draft.priority, tier, tiers), received_at=draft.received_at or now,
            parent_id=draft.parent_id, token=draft.token[:64] or None, created_at=now, created_by_id=actor.id,
            created_by_name=actor.name[:80], number=allocate(NUMBERS)[0], **place,
        )  # fmt: skip
        return _begun(actor, order, draft, now)


def _begun(actor: Actor, order: WorkOrder, draft: OrderDraft, now: datetime) -> WorkOrder:
    desk_id, user_id, user_name = routing.place_for(order, barred=complaining.barred_of(draft.complaint))
    order.desk_id, order.pool_id = desk_id, desk_id
    order.save(force_insert=True)
    write(actor, order, OrderEntry.Kind.MOVE, act="receive", code=order.contact_channel, now=now)
    if order.kind == kinds.COMPLAINT:
        complaining.open_complaint(order, draft.complaint)
    deadlines.start_clocks(order, actor=actor, now=now)
    if order.category_id is not None:
        _go(actor, order, machine.CLASSIFY, now)
        _go(actor, order, machine.DISPATCH, now)
    if user_id is not None and order.status == machine.DISPATCHED:
        order.owner_id, order.owner_name, order.pool_id = user_id, user_name, None
    order.save(update_fields=["status", "owner_id", "owner_name", "pool_id"])
    note_change(actor, order, {}, {"kind": order.kind, "status": order.status}, now, action=Action.CREATE)
    emit(WorkOrdersTaken((order.pk,)))
    return order


def _go(actor: Actor, order: WorkOrder, act: str, now: datetime) -> None:
    source = order.status
    order.status = machine.target_of(act, source) or source
    write(actor, order, OrderEntry.Kind.MOVE, act=act, source=source, now=now)


def _check(draft: OrderDraft, now: datetime) -> None:
    if draft.kind not in kinds.TAKEN_IN:
        raise Refused("order.kind", field="kind")
    if draft.contact_channel not in kinds.CHANNELS:
        raise Refused("order.channel", field="contact_channel")
    if draft.subtype and draft.subtype not in kinds.SUBTYPES:
        raise Refused("order.subtype", field="subtype")
    if draft.priority not in kinds.PRIORITIES:
        raise Refused("order.priority", field="priority")
    if not draft.title.strip():
        raise Refused("order.title", field="title")
    if draft.received_at is not None and draft.received_at > now:
        raise Refused("order.in_future", field="received_at")
    if draft.received_at is not None and timezone.localtime(draft.received_at).year < FIRST_YEAR:
        raise Refused("order.long_ago", field="received_at")
    if draft.policy_id is not None and draft.customer_id is None:
        raise Refused("order.policy", field="policy")
    is_anonymous = draft.complaint.get("capacity") == "ANONYMOUS" or draft.kind == kinds.REPORT
    if draft.customer_id is None and not draft.caller_name.strip() and not is_anonymous:
        raise Refused("order.nobody", field="caller_name")


def _category(category_id: int | None) -> Category | None:
    if category_id is None:
        return None
    found = Category.objects.select_related("parent").filter(pk=category_id, is_active=True).first()
    if found is None:
        raise Refused("order.category", field="category")
    return found


def _place_of(actor: Actor, draft: OrderDraft, now: datetime) -> tuple[dict[str, Any], str]:
    """Return the scope columns of an order and its customer's tier: the customer's place, else the actor's own."""
    if draft.customer_id is not None:
        access_customer(actor, draft.customer_id, now=now)
        if draft.policy_id is not None:
            policy = access_policy(actor, draft.policy_id, now=now)
            if policy.holder_id != draft.customer_id:
                raise Refused("order.policy", field="policy")
        row = CustomerSummary.objects.values(*PLACE, "tier").get(pk=draft.customer_id)
        return {key: row[key] for key in PLACE}, row["tier"]
    unit = Unit.objects.filter(pk=actor.unit_id or 0).first()
    return (unit.level_ids() if unit else {}), ""
