"""Customers, entries and tasks by what people call them, inside the actor's reach (decision 12)."""

from datetime import datetime
from typing import Any

from keyuan.customers.models import Customer, CustomerSummary, Interaction, Task
from keyuan.customers.selectors.scope import access_customer, summaries_visible_to
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound
from keyuan.platform.crypto.presenter import present


def customer_label(actor: Actor, customer: Customer | CustomerSummary) -> str:
    """Return what a customer is called on every face: the name as the actor may see it, else the number."""
    return present(actor, customer.name, "name") if customer.name else customer.customer_no


def customer_labels(actor: Actor, ids: list[int], *, now: datetime) -> dict[int, str]:
    """Return the names of those of ``ids`` that the actor sees."""
    rows = summaries_visible_to(actor, now=now).filter(pk__in=ids)
    return {row.pk: customer_label(actor, row) for row in rows}


def interaction_labels(actor: Actor, ids: list[int], *, now: datetime) -> dict[int, str]:
    """Return the summaries of the entries about customers whom the actor sees."""
    return {row.pk: row.summary for row in _in_reach(actor, Interaction.objects.filter(pk__in=ids), now)}


def access_interaction(actor: Actor, interaction_id: int, *, now: datetime) -> Interaction:
    """Return an entry about a customer whom the actor sees."""
    entry = Interaction.objects.filter(pk=interaction_id).first()
    if entry is None:
        raise NotFound("interaction.not_found")
    access_customer(actor, entry.customer_id, now=now)
    return entry


def task_labels(actor: Actor, ids: list[int], *, now: datetime) -> dict[int, str]:
    """Return the titles of the tasks about customers whom the actor sees."""
    return {row.pk: row.title for row in _in_reach(actor, Task.objects.filter(pk__in=ids), now)}


def customer_of_interaction(interaction_id: int) -> int | None:
    """Return whose entry it is; the page behind the address checks the reach."""
    return Interaction.objects.filter(pk=interaction_id).values_list("customer_id", flat=True).first()


def customer_of_task(task_id: int) -> int | None:
    """Return whose task it is; the page behind the address checks the reach."""
    return Task.objects.filter(pk=task_id).values_list("customer_id", flat=True).first()


def _in_reach(actor: Actor, rows: Any, now: datetime) -> list[Any]:
    found = list(rows)
    ids = [row.customer_id for row in found]
    visible = set(summaries_visible_to(actor, now=now).filter(pk__in=ids).values_list("pk", flat=True))
    return [row for row in found if row.customer_id in visible]
