"""Who serves a customer: assigning by hand, with history and undo (CUS-9)."""

from datetime import datetime
from typing import Any

from django.db import transaction

from keyuan.customers import permissions
from keyuan.customers.models import Assignment, CustomerSummary, OrphanCase
from keyuan.customers.selectors import summaries_visible_to
from keyuan.customers.services.allocation.first_contacts import DAYS, ask_first_contacts
from keyuan.customers.services.allocation.orphans import close_cases, wait_again
from keyuan.customers.services.allocation.pairs import require_pairs
from keyuan.customers.services.allocation.placing import Place, move, place_of_agent, place_of_unit
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Refused
from keyuan.organisation.models import Agent, Unit
from keyuan.organisation.selectors import in_scope


def assignable_agent(actor: Actor, agent_id: int) -> Agent:
    """Return an active agent within the actor's scope; raises `Refused` with field ``agent``."""
    agent = Agent.objects.filter(in_scope(actor), pk=agent_id).select_related("unit").first()
    if agent is None:
        raise Refused("assignment.no_such_agent", field="agent")
    if agent.status != Agent.Status.ACTIVE:
        raise Refused("assignment.agent_inactive", field="agent")
    return agent


def assign_customers(
    *, actor: Actor, customer_ids: list[int], agent_id: int, reason: str, now: datetime
) -> list[dict[str, Any]]:
    """Give visible customers to ``agent_id``; return what stood before, for `undo_assignment`.

    Customers the agent serves already are left alone. Raises `Refused` when the agent cannot take any, or when a
    constraint of allocation stands against one of the customers: then nothing is changed.
    """
    actor.require(permissions.ASSIGN)
    agent = assignable_agent(actor, agent_id)
    visible = summaries_visible_to(actor, now=now).filter(pk__in=customer_ids)
    ids = sorted(visible.exclude(servicing_agent_id=agent.pk).values_list("pk", flat=True))
    require_pairs(ids, agent, today=now.date())
    places = dict.fromkeys(ids, place_of_agent(agent))
    with transaction.atomic():
        moved = move(places, actor=actor, now=now, code="HAND", why=reason)
        close_cases(OrphanCase.objects.filter(customer_id__in=list(moved.assignments)), "ASSIGNED", now)
        ask_first_contacts(moved.assignments, places, days=DAYS, reason=reason, now=now)
    return [
        {"id": before, "customer_id": pk, "agent_id": agent_id, "unit_id": unit_id, "made": moved.assignments[pk]}
        for pk, (before, agent_id, unit_id) in moved.before.items()
    ]


def undo_assignment(*, actor: Actor, before: list[dict[str, Any]], now: datetime) -> int:
    """Put back what `assign_customers` replaced, for customers nobody assigned since; return how many."""
    actor.require(permissions.ASSIGN)
    ids = [row["customer_id"] for row in before]
    visible = set(summaries_visible_to(actor, now=now).filter(pk__in=ids).values_list("pk", flat=True))
    rows = {row["customer_id"]: row for row in before if row["customer_id"] in visible and row["unit_id"]}
    with transaction.atomic():
        made = {pk: row.get("made") or _following(row) for pk, row in rows.items()}
        moved = move(_places_of(rows), actor=actor, now=now, code="UNDO", expected=made)
        done = list(moved.assignments)
        wait_again(done, now)
    return len(done)


def _places_of(rows: dict[int, dict[str, Any]]) -> dict[int, Place]:
    """Return where customers were served: by the person, in the unit that stood in the history."""
    units = Unit.objects.in_bulk({row["unit_id"] for row in rows.values()})
    agents = Agent.objects.in_bulk({row["agent_id"] for row in rows.values() if row["agent_id"]})
    channels = dict(CustomerSummary.objects.filter(pk__in=list(rows)).values_list("pk", "sales_channel"))
    places = {}
    for pk, row in rows.items():
        agent = agents.get(row["agent_id"])
        channel = agent.sales_channel if agent else channels.get(pk, "")
        orphan = place_of_unit(units[row["unit_id"]], channel)
        places[pk] = Place(row["agent_id"], orphan.unit_id, orphan.where)
    return places


def _following(row: dict[str, Any]) -> int | None:
    """Return the one assignment made after ``row``; of two, somebody assigned since."""
    following = Assignment.objects.filter(customer_id=row["customer_id"], pk__gt=row["id"] or 0)
    ids = list(following.values_list("pk", flat=True)[:2])
    return ids[0] if len(ids) == 1 else None
