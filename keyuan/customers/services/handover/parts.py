"""What a leaver holds in the customers' own tables; higher contexts add theirs to `handover_parts`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from keyuan.customers.extensions import Held, Leaver
from keyuan.customers.models import BackupContact, CustomerSummary, Grant, Task
from keyuan.customers.services.allocation.first_contacts import DAYS, ask_first_contacts
from keyuan.customers.services.allocation.orphans import note_handed_over
from keyuan.customers.services.allocation.placing import move, places_of_agents
from keyuan.kernel.actor import Actor
from keyuan.organisation.models import Agent


def _customers(leaver: Leaver) -> QuerySet[CustomerSummary]:
    served = CustomerSummary.objects.filter(servicing_agent_id=leaver.agent_id)
    return served if leaver.agent_id is not None else served.none()


def held_customers(leaver: Leaver, after: int, limit: int) -> list[Held]:
    """Return the customers the leaver serves."""
    rows = _customers(leaver).filter(pk__gt=after).order_by("pk").values_list("pk", "annual_premium")[:limit]
    return [Held(pk, pk, value) for pk, value in rows]


def count_customers(leaver: Leaver) -> int:
    """Return how many customers the leaver serves."""
    return _customers(leaver).count()


def move_customers(actor: Actor, leaver: Leaver, chosen: Mapping[int, int | None], now: datetime) -> set[int]:
    """Let successors serve those of the customers whom the leaver still serves; they owe a first contact."""
    locked = _customers(leaver).select_for_update(of=("self",)).filter(pk__in=sorted(chosen))
    mine = set(locked.values_list("pk", flat=True))
    people = places_of_agents(agent for agent in chosen.values() if agent is not None)
    places = {pk: people[agent] for pk, agent in chosen.items() if pk in mine and agent in people}
    moved = move(places, actor=actor, now=now, code="HANDOVER")
    note_handed_over(list(moved.assignments), now)
    ask_first_contacts(moved.assignments, places, days=DAYS, reason="", now=now)
    return set(moved.assignments)


def _tasks(leaver: Leaver) -> QuerySet[Task]:
    """Return the open tasks that stay with the leaver when the customers are gone: of others' customers, or by name."""
    mine = Q(agent_id=leaver.agent_id) if leaver.agent_id is not None else Q(pk__in=())
    if leaver.user_id is not None:
        mine |= Q(user_id=leaver.user_id)
    return Task.objects.filter(mine, status=Task.Status.OPEN)


def held_tasks(leaver: Leaver, after: int, limit: int) -> list[Held]:
    """Return the open tasks of the leaver."""
    rows = _tasks(leaver).filter(pk__gt=after).order_by("pk").values_list("pk", "customer_id", "stake")[:limit]
    return [Held(*row) for row in rows]


def count_tasks(leaver: Leaver) -> int:
    """Return how many open tasks the leaver has."""
    return _tasks(leaver).count()


def move_tasks(_actor: Actor, leaver: Leaver, chosen: Mapping[int, int | None], _now: datetime) -> set[int]:
    """Give open tasks to successors, with the person behind the agent record where there is one."""
    people = Agent.objects.in_bulk([agent for agent in chosen.values() if agent is not None])
    locked = _tasks(leaver).select_for_update().filter(pk__in=sorted(chosen))
    mine = set(locked.values_list("pk", flat=True))
    groups: dict[int, list[int]] = {}
    for pk, agent in chosen.items():
        if agent in people and pk in mine and agent is not None:
            groups.setdefault(agent, []).append(pk)
    for agent, tasks in groups.items():
        changes: dict[str, Any] = {"agent_id": agent, "unit_id": people[agent].unit_id, "user_id": None}
        Task.objects.filter(pk__in=tasks).update(**changes)
    return {pk for tasks in groups.values() for pk in tasks}


def _grants(leaver: Leaver) -> QuerySet[Grant]:
    return Grant.objects.filter(post__user_id=leaver.user_id) if leaver.user_id else Grant.objects.none()


def held_grants(leaver: Leaver, after: int, limit: int) -> list[Held]:
    """Return the leaves to see single customers that the leaver's posts have."""
    rows = _grants(leaver).filter(pk__gt=after).order_by("pk").values_list("pk", "customer_id")[:limit]
    return [Held(pk, customer) for pk, customer in rows]


def count_grants(leaver: Leaver) -> int:
    """Return how many leaves the leaver's posts have."""
    return _grants(leaver).count()


def end_grants(_actor: Actor, leaver: Leaver, chosen: Mapping[int, int | None], _now: datetime) -> set[int]:
    """End leaves to see customers; nobody gets them."""
    rows = _grants(leaver).filter(pk__in=list(chosen))
    ended = set(rows.values_list("pk", flat=True))
    rows.delete()
    return ended


def _backups(leaver: Leaver) -> QuerySet[BackupContact]:
    return BackupContact.objects.filter(agent_id=leaver.agent_id or 0, valid_until__isnull=True)


def held_backups(leaver: Leaver, after: int, limit: int) -> list[Held]:
    """Return the customers for whom the leaver is the second contact."""
    rows = _backups(leaver).filter(pk__gt=after).order_by("pk").values_list("pk", "customer_id")[:limit]
    return [Held(pk, customer) for pk, customer in rows]


def count_backups(leaver: Leaver) -> int:
    """Return for how many customers the leaver is the second contact."""
    return _backups(leaver).count()


def move_backups(actor: Actor, leaver: Leaver, chosen: Mapping[int, int | None], now: datetime) -> set[int]:
    """Name successors as second contacts, except where they serve the customer themselves."""
    rows = list(_backups(leaver).select_for_update().filter(pk__in=sorted(chosen)))
    serving = dict(
        CustomerSummary.objects.filter(pk__in=[row.customer_id for row in rows]).values_list("pk", "servicing_agent_id")
    )
    BackupContact.objects.filter(pk__in=[row.pk for row in rows]).update(valid_until=now.date())
    fresh = [
        BackupContact(
            customer_id=row.customer_id, agent_id=chosen[row.pk] or 0, valid_from=now.date(), created_by_id=actor.id
        )
        for row in rows
        if chosen[row.pk] is not None and chosen[row.pk] != serving.get(row.customer_id)
    ]
    BackupContact.objects.bulk_create(fresh, ignore_conflicts=True)
    return {row.pk for row in rows}
