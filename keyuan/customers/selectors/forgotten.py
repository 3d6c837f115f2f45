"""Tasks that are long past their day (PLT-5)."""

from datetime import datetime

from django.urls import reverse

from keyuan.customers.selectors.tasks import tasks_in_scope
from keyuan.kernel.actor import Actor
from keyuan.organisation.extensions import OldRecord


def forgotten_tasks(actor: Actor, before: datetime, limit: int) -> list[OldRecord]:
    """Return the open tasks in the actor's units that were due before ``before``, the oldest first."""
    tasks = tasks_in_scope(actor).filter(due_at__lt=before).order_by("due_at", "pk")
    rows = tasks.values_list("title", "customer_id", "due_at", "unit_id")[:limit]
    return [OldRecord(title, reverse("customers:customer", args=[who]), at, unit) for title, who, at, unit in rows]
