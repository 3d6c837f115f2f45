"""What an improvement item can be opened from: a work order, a call-back, a search that found nothing (SRV-11)."""

from dataclasses import dataclass
from datetime import datetime

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound
from keyuan.service import permissions
from keyuan.service.models import FollowUp, ImprovementItem, WorkOrder
from keyuan.service.rules.improvement import FOLLOW_UP, MISS, ORDER
from keyuan.service.selectors.follow_ups.reading import access_follow_up, answers_of, script_of
from keyuan.service.selectors.improvement.items import items_visible_to
from keyuan.service.selectors.knowledge.reports import miss_by_id
from keyuan.service.selectors.orders import access_order


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an item comes from and what its form begins with: words of the house, nothing of a customer."""

    kind: str
    pk: int
    source: str
    title: str
    cause: str = ""
    category: str = ""
    order: WorkOrder | None = None


def origin_of(actor: Actor, kind: str, pk: int, *, now: datetime) -> Origin:
    """Return the origin within the actor's reach. Raises NotFound."""
    if kind == ORDER:
        order = access_order(actor, pk, now=now)
        source = "COMPLAINT" if order.kind == "COMPLAINT" else "ORDER"
        name, code = (order.category.name, order.category.code) if order.category else ("", "")
        return Origin(kind, pk, source, name, category=code, order=order)
    if kind == FOLLOW_UP:
        found = access_follow_up(actor, pk, now=now)
        return Origin(kind, pk, "FOLLOW_UP", str(found.plan), cause="\n".join(_troubles(found)))
    if kind == MISS and actor.may(permissions.KNOWLEDGE_WRITE):
        return Origin(kind, pk, "KNOWLEDGE", miss_by_id(pk).text)
    raise NotFound("improve.not_found")


def _troubles(found: FollowUp) -> list[str]:
    """Return the questions whose answers were not as required."""
    answers = answers_of(found.pk)
    wrong = {key for key, row in answers.items() if not row.is_as_required}
    return [question.text for question in script_of(found)[0] if question.key in wrong]


def items_from(actor: Actor, kind: str, pk: int) -> list[ImprovementItem]:
    """Return what was opened from a call-back or a search, as far as the actor reads it; the caller has accessed it."""
    return list(items_visible_to(actor).filter(origin_kind=kind, origin_id=pk).order_by("pk"))
