"""Which hand-overs an actor sees, what a leaver holds, what a leaver exported lately (CUS-9)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, QuerySet, Sum

from keyuan.customers.extensions import HandoverPart, Leaver, handover_parts
from keyuan.customers.models import Handover, HandoverItem, OrphanCase
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound
from keyuan.organisation.models import Agent, User
from keyuan.organisation.selectors import in_scope
from keyuan.platform.models.export import Export

#: Days of exports that compliance wants to see.
EXPORT_DAYS = 90


@dataclass(frozen=True, slots=True)
class Portion:
    """One part of what a leaver holds, and how much of it."""

    part: HandoverPart
    count: int


def handovers_visible_to(actor: Actor) -> QuerySet[Handover]:
    """Return the hand-overs of the units in scope."""
    return Handover.objects.filter(in_scope(actor))


def access_handover(actor: Actor, handover_id: int) -> Handover:
    """Return one hand-over in scope. Raises NotFound otherwise."""
    found = handovers_visible_to(actor).select_related("unit", "agent", "user").filter(pk=handover_id).first()
    if found is None:
        raise NotFound("handover.not_found")
    return found


def items_in_scope(actor: Actor) -> QuerySet[HandoverItem]:
    """Return the things of hand-overs in scope."""
    if not in_scope(actor):
        return HandoverItem.objects.all()
    return HandoverItem.objects.filter(handover_id__in=handovers_visible_to(actor).values("pk"))


def recent_handovers(actor: Actor) -> list[tuple[int, str]]:
    """Return the latest hand-overs in scope, for a filter."""
    return list(handovers_visible_to(actor).order_by("-pk").values_list("pk", "leaver_name")[:50])


def portions_of(agent: Agent | None, user: User | None) -> list[Portion]:
    """Return what a leaver holds, part by part; the caller has accessed the leaver."""
    leaver = Leaver(agent.pk if agent else None, user.pk if user else None)
    return [Portion(part, part.count(leaver)) for part in handover_parts]


def running_of(agent: Agent | None, user: User | None) -> Handover | None:
    """Return the latest hand-over of a leaver, if there was one."""
    return Handover.objects.filter(agent=agent, user=user).order_by("-pk").first()


def exports_of(user: User | None, until: datetime) -> list[Export]:
    """Return what a leaver exported in the `EXPORT_DAYS` before ``until``, the latest first."""
    if user is None:
        return []
    since = until - timedelta(days=EXPORT_DAYS)
    return list(Export.objects.filter(owner_id=user.pk, created_at__gte=since).order_by("-created_at", "-pk")[:500])


def shares_of(handover: Handover) -> list[dict[str, Any]]:
    """Return for each part and successor how many things, of what worth, in which state."""
    rows = HandoverItem.objects.filter(handover=handover).values("part", "state", "successor_id")
    counted = rows.annotate(n=Count("pk"), value=Sum("value")).order_by("part", "successor_id", "state")
    return [dict(row) for row in counted[:500]]


def told_of(handover: Handover) -> dict[str, int]:
    """Return how many of the customers handed over were to be told, and how many were."""
    moved = HandoverItem.objects.filter(handover=handover, part="customers", state=HandoverItem.State.MOVED)
    cases = OrphanCase.objects.filter(customer_id__in=moved.values("object_id"), notified_at__gte=handover.created_at)
    return {"moved": moved.count(), "told": cases.count()}
