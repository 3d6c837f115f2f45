"""Who serves a customer: assigning, with history and undo (CUS-9)."""

from datetime import datetime
from typing import Any

from django.db import transaction

from keyuan.customers import permissions
from keyuan.customers.events import CustomersAssigned
from keyuan.customers.models import Assignment, Interaction, Task
from keyuan.customers.selectors import summaries_visible_to
from keyuan.customers.services.summary import refresh
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Refused
from keyuan.organisation.models import Agent, Unit
from keyuan.organisation.selectors import in_scope
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.events import emit, in_events_of


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

    Customers the agent serves already are left alone. Raises `Refused` when the agent cannot take any.
    """
    actor.require(permissions.ASSIGN)
    agent = assignable_agent(actor, agent_id)
    visible = summaries_visible_to(actor, now=now).filter(pk__in=customer_ids)
    ids = sorted(visible.exclude(servicing_agent_id=agent.pk).values_list("pk", flat=True))
    with transaction.atomic():
        before = _close_open(ids, now)
        Assignment.objects.bulk_create(
            Assignment(
                customer_id=pk,
                agent=agent,
                unit_id=agent.unit_id,
                valid_from=now.date(),
                reason=reason[:20],
                assigned_by_id=actor.id,
            )
            for pk in ids
        )
        _move_rows(ids)
        _finish(actor, ids, now, after=agent.pk, reason=reason)
    return before


def undo_assignment(*, actor: Actor, before: list[dict[str, Any]], now: datetime) -> int:
    """Put back what `assign_customers` replaced, for customers nobody assigned since; return how many."""
    actor.require(permissions.ASSIGN)
    with transaction.atomic():
        ids = [row["customer_id"] for row in before]
        visible = set(summaries_visible_to(actor, now=now).filter(pk__in=ids).values_list("pk", flat=True))
        rows = [row for row in before if row["customer_id"] in visible and _is_latest(row)]
        done = [row["customer_id"] for row in rows]
        _close_open(done, now)
        Assignment.objects.bulk_create(
            Assignment(
                customer_id=row["customer_id"],
                agent_id=row["agent_id"],
                unit_id=row["unit_id"],
                valid_from=now.date(),
                reason="UNDO",
                assigned_by_id=actor.id,
            )
            for row in rows
        )
        _move_rows(done)
        _finish(actor, done, now, after=None, reason="undo")
    return len(done)


def _move_rows(ids: list[int]) -> None:
    """Let the timeline and the open tasks of customers follow whoever serves them now.

    Whoever served them before sees neither any more, and nothing stays undone in a list that nobody reads.
    """
    served: dict[tuple[int | None, int], list[int]] = {}
    for row in Assignment.objects.filter(customer_id__in=ids, valid_until__isnull=True):
        served.setdefault((row.agent_id, row.unit_id), []).append(row.customer_id)
    units = Unit.objects.in_bulk({unit_id for _agent_id, unit_id in served})
    agents = Agent.objects.in_bulk([agent_id for agent_id, _unit_id in served if agent_id])
    for (agent_id, unit_id), customers in served.items():
        place: dict[str, Any] = {**units[unit_id].level_ids(), "servicing_agent_id": agent_id}
        if agent_id in agents:
            place["sales_channel"] = agents[agent_id].sales_channel
        Interaction.objects.filter(customer_id__in=customers).update(**place)
        Task.objects.filter(customer_id__in=customers, status=Task.Status.OPEN, agent_id__isnull=False).update(
            agent_id=agent_id, unit_id=unit_id
        )


def _is_latest(row: dict[str, Any]) -> bool:
    following = Assignment.objects.filter(customer_id=row["customer_id"], pk__gt=row["id"])
    return following.count() == 1


def _close_open(ids: list[int], now: datetime) -> list[dict[str, Any]]:
    open_rows = Assignment.objects.filter(customer_id__in=ids, valid_until__isnull=True)
    before: list[Any] = list(open_rows.order_by("customer_id").values("id", "customer_id", "agent_id", "unit_id"))
    open_rows.update(valid_until=now.date())
    return before


def _finish(actor: Actor, ids: list[int], now: datetime, *, after: int | None, reason: str) -> None:
    refresh(ids, now)
    for pk in ids:
        record(
            actor,
            Action.UPDATE,
            Subject("customer", pk),
            after={"servicing_agent_id": after},
            reason=reason,
            customer_id=pk,
            now=now,
        )
    for part in in_events_of(ids):
        emit(CustomersAssigned(part))
