"""Which tasks an actor has: those of the agent they are, their own, or of the units in their scope."""

from datetime import datetime

from django.db.models import Q, QuerySet

from keyuan.customers.models import Task
from keyuan.customers.selectors.scope import customer_q
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound


def my_tasks(actor: Actor) -> QuerySet[Task]:
    """Open tasks of this person: by their agent record, or given to them by name."""
    mine = Q(user_id=actor.id)
    if actor.scope.agent_id:
        mine |= Q(agent_id=actor.scope.agent_id)
    return Task.objects.filter(mine, status=Task.Status.OPEN).order_by("due_at", "pk")


def access_task(actor: Actor, task_id: int, *, now: datetime, lock: bool = False) -> Task:
    """Return one task about a customer the actor may see."""
    tasks = Task.objects.filter(customer_q(actor, now=now, prefix="customer__"))
    if lock:
        tasks = tasks.select_for_update(of=("self",))
    try:
        return tasks.get(pk=task_id)
    except Task.DoesNotExist:
        raise NotFound("task.not_found") from None
