"""Which tasks an actor has: those of the agent they are, their own, or of the units in their scope."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from keyuan.customers.models import Customer, Task
from keyuan.customers.selectors.scope import customer_q, visible_among
from keyuan.kernel.actor import Actor, Reach
from keyuan.kernel.errors import NotFound
from keyuan.organisation.selectors import in_scope
from keyuan.organisation.selectors.units import unit_names

#: More open tasks than this nobody works through in a day; the page says that there are more.
SHOWN = 60
#: Units and tasks that a board names.
UNITS = 8
URGENT = 8
#: What a board calls urgent: overdue, or due within two days.
URGENT_SPAN = timedelta(days=2)


def my_tasks(actor: Actor, *, now: datetime) -> QuerySet[Task]:
    """Open tasks of this person, by their agent record or by name, about customers they still see."""
    mine = Q(user_id=actor.id)
    if actor.scope.agent_id:
        mine |= Q(agent_id=actor.scope.agent_id)
    tasks = Task.objects.filter(mine, status=Task.Status.OPEN)
    return tasks.filter(customer_q(actor, now=now, prefix="customer__")).order_by("due_at", "pk")


def my_task_count(actor: Actor) -> int:
    """Return how many open tasks the person has, for the navigation; one query over their own index."""
    mine = Q(user_id=actor.id)
    if actor.scope.agent_id:
        mine |= Q(agent_id=actor.scope.agent_id)
    return Task.objects.filter(mine, status=Task.Status.OPEN).count()


def tasks_of_customer(customer: Customer) -> list[Task]:
    """Return a customer's open tasks, the most urgent first; the caller has accessed the customer."""
    tasks = Task.objects.filter(customer=customer, status=Task.Status.OPEN).select_related("customer")
    return list(tasks.order_by("due_at", "-stake", "pk")[:20])


def tasks_in_scope(actor: Actor) -> QuerySet[Task]:
    """Open tasks about customers served in the actor's scope, for boards; who works alone has none.

    By equality on the column of the scope's level, so that the partial indexes of open tasks serve it.
    """
    if actor.scope.reach is Reach.SELF:
        return Task.objects.none()
    return Task.objects.filter(in_scope(actor), closed_at__isnull=True)


def overdue_by_unit(actor: Actor, *, now: datetime) -> list[dict[str, object]]:
    """Return the units in scope with the most overdue tasks: name, how many, money at stake.

    Reads what is overdue, and that inside the index of deadlines.
    """
    lowest = Coalesce("team_id", "section_id", "sub_branch_id")
    rows = tasks_in_scope(actor).filter(due_at__lt=now).order_by().annotate(place=lowest).values("place")
    counted = list(rows.annotate(tasks=Count("pk"), stake=Sum("stake")).order_by("-tasks", "place")[:UNITS])
    names = unit_names(row["place"] for row in counted)
    return [{**row, "unit_id": row["place"], "name": names.get(row["place"] or 0, "")} for row in counted]


def urgent_in_scope(actor: Actor, *, now: datetime) -> list[Task]:
    """Return the tasks in scope that are overdue or due within two days, by money at stake, with their customers.

    Walks the index of stakes from the greatest and stops with the last one shown. Whoever has the scope sees the
    customers served in it (decision 3).
    """
    tasks = tasks_in_scope(actor).filter(due_at__lt=now + URGENT_SPAN).select_related("customer")
    return list(tasks.order_by("-stake", "-pk")[:URGENT])


def access_task(actor: Actor, task_id: int, *, now: datetime, lock: bool = False) -> Task:
    """Return one task about a customer the actor may see."""
    tasks = Task.objects.filter(customer_q(actor, now=now, prefix="customer__"))
    if lock:
        tasks = tasks.select_for_update(of=("self",))
    try:
        return tasks.get(pk=task_id)
    except Task.DoesNotExist:
        raise NotFound("task.not_found") from None


def tasks_among(actor: Actor, task_ids: Sequence[int], *, now: datetime, lock: bool = False) -> list[Task]:
    """Return the open ones of a bounded list of tasks whose customers the actor sees, by id."""
    tasks = Task.objects.filter(pk__in=list(task_ids), closed_at__isnull=True).order_by("pk")
    if lock:
        tasks = tasks.select_for_update(of=("self",))
    found = list(tasks)
    seen = set(visible_among(actor, sorted({task.customer_id for task in found}), now=now))
    return [task for task in found if task.customer_id in seen]


def task_sources(actor: Actor) -> list[QuerySet[Task]]:
    """Open tasks as list pages read them, each source by its own index: the own desk, or the customers in scope.

    Who serves customers alone has their desk, by agent and by name; whoever sees a unit has the tasks about the
    customers served there.
    """
    return _sources(actor, Task.objects.filter(closed_at__isnull=True))


def closed_task_sources(actor: Actor) -> list[QuerySet[Task]]:
    """Closed tasks as list pages read them."""
    return _sources(actor, Task.objects.filter(closed_at__isnull=False))


def _sources(actor: Actor, tasks: QuerySet[Task]) -> list[QuerySet[Task]]:
    if actor.scope.reach is not Reach.SELF:
        return [tasks.filter(in_scope(actor))]
    named = tasks.filter(user_id=actor.id or 0)
    agent_id = actor.scope.agent_id
    return [tasks.filter(agent_id=agent_id), named.exclude(agent_id=agent_id)] if agent_id else [named]
