"""Tasks: what to do next, done, postponed or not needed, with undo (CUS-13)."""

from datetime import datetime

from django.db import transaction

from keyuan.customers import permissions
from keyuan.customers.events import TasksChanged
from keyuan.customers.models import CustomerSummary, Task
from keyuan.customers.selectors import access_customer
from keyuan.customers.selectors.tasks import access_task
from keyuan.customers.services.summary import count_open_items
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Refused
from keyuan.organisation.models import Agent
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.events import emit


def create_task(
    *,
    actor: Actor,
    customer_id: int,
    kind: str,
    title: str,
    due_at: datetime,
    now: datetime,
    reason: str = "",
    stake: int = 0,
) -> Task:
    """Make a task for the person who serves the customer, or for the actor where nobody does who could sign in."""
    actor.require(permissions.INTERACT)
    if not title.strip():
        raise Refused("task.no_title", field="title")
    if due_at < now:
        raise Refused("task.due_in_past", field="due_at")
    customer = access_customer(actor, customer_id, now=now)
    summary = CustomerSummary.objects.get(pk=customer.pk)
    with transaction.atomic():
        task = Task.objects.create(
            customer=customer,
            kind=kind,
            title=title.strip()[:100],
            reason=reason[:200],
            stake=stake,
            due_at=due_at,
            agent_id=summary.servicing_agent_id,
            unit_id=summary.team_id or actor.unit_id,
            user_id=None if _can_sign_in(summary.servicing_agent_id) else actor.id,
            created_at=now,
        )
        count_open_items(customer.pk)
        record(actor, Action.CREATE, Subject("task", task.pk), after={"kind": kind}, customer_id=customer.pk, now=now)
        emit(TasksChanged((task.pk,), "CREATE"))
    return task


def _can_sign_in(agent_id: int | None) -> bool:
    return agent_id is not None and Agent.objects.filter(pk=agent_id, user__is_active=True).exists()


def close_task(*, actor: Actor, task_id: int, done: bool, outcome: str, now: datetime) -> Task:
    """Mark a task done, or not needed, which asks for a reason. Raises `Conflict` when it is closed already."""
    actor.require(permissions.INTERACT)
    if not done and not outcome.strip():
        raise Refused("task.reason_missing", field="outcome")
    with transaction.atomic():
        task = access_task(actor, task_id, now=now, lock=True)
        if task.status != Task.Status.OPEN:
            raise Conflict("task.closed_already")
        _move(actor, task, Task.Status.DONE if done else Task.Status.DROPPED, now, outcome=outcome[:100], closed_at=now)
    return task


def reopen_task(*, actor: Actor, task_id: int, now: datetime) -> Task:
    """Undo `close_task`."""
    actor.require(permissions.INTERACT)
    with transaction.atomic():
        task = access_task(actor, task_id, now=now, lock=True)
        if task.status != Task.Status.OPEN:
            _move(actor, task, Task.Status.OPEN, now, outcome="", closed_at=None)
    return task


def postpone_task(*, actor: Actor, task_id: int, due_at: datetime, now: datetime) -> Task:
    """Move a task's deadline into the future. Raises `Refused` for one that has passed."""
    actor.require(permissions.INTERACT)
    if due_at <= now:
        raise Refused("task.due_in_past", field="due_at")
    with transaction.atomic():
        task = access_task(actor, task_id, now=now, lock=True)
        if task.status != Task.Status.OPEN:
            raise Conflict("task.closed_already")
        _move(actor, task, Task.Status.OPEN, now, due_at=due_at)
    return task


def _move(actor: Actor, task: Task, status: str, now: datetime, **changes: object) -> None:
    before = {"status": task.status, "due_at": task.due_at.isoformat()}
    task.status = status
    task.version += 1
    for name, value in changes.items():
        setattr(task, name, value)
    task.save(update_fields=["status", "version", *changes])
    count_open_items(task.customer_id)
    after = {"status": task.status, "due_at": task.due_at.isoformat()}
    subject = Subject("task", task.pk)
    record(actor, Action.UPDATE, subject, before=before, after=after, customer_id=task.customer_id, now=now)
    emit(TasksChanged((task.pk,), "UPDATE"))
