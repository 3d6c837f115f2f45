"""Tasks: what to do next, done, postponed or not needed, with undo (CUS-13)."""

from datetime import datetime
from typing import Any

from django.db import transaction

from keyuan.customers import permissions
from keyuan.customers.events import TasksChanged
from keyuan.customers.models import CustomerSummary, Task, TaskStep
from keyuan.customers.selectors import access_customer
from keyuan.customers.selectors.tasks import access_task
from keyuan.customers.services.agenda.closing import CLEANSED
from keyuan.customers.services.summary import count_open_items
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Refused
from keyuan.organisation.models import LEVEL_COLUMNS, Agent
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.events import emit

#: What a step keeps of a task, so that undoing it puts back exactly this.
KEPT = ("status", "due_at", "agent_id", "user_id", "unit_id", "outcome", "closed_at")


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
    about: Subject | None = None,
) -> Task:
    """Make a task for the person who serves the customer, or for the actor where nobody does who could sign in.

    ``about`` names what it grew from (a gap, an offer): while a task about it is open, that one is returned instead of
    a second.
    """
    actor.require(permissions.INTERACT)
    if not title.strip():
        raise Refused("task.no_title", field="title")
    if due_at < now:
        raise Refused("task.due_in_past", field="due_at")
    customer = access_customer(actor, customer_id, now=now)
    summary = CustomerSummary.objects.get(pk=customer.pk)
    with transaction.atomic():
        open_already = _open_about(customer.pk, about) if about else None
        if open_already:
            return open_already
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
            **place_of(summary),
            **({"subject_kind": about.kind, "subject_id": about.id} if about else {}),
        )
        count_open_items(customer.pk)
        record(actor, Action.CREATE, Subject("task", task.pk), after={"kind": kind}, customer_id=customer.pk, now=now)
        emit(TasksChanged((task.pk,), "CREATE"))
    return task


def _open_about(customer_id: int, about: Subject) -> Task | None:
    """Return the customer's open task about something; two who ask at once wait for each other at the customer."""
    CustomerSummary.objects.select_for_update().get(pk=customer_id)
    open_ones = Task.objects.filter(customer_id=customer_id, status=Task.Status.OPEN)
    return open_ones.filter(subject_kind=about.kind, subject_id=about.id).first()


def place_of(summary: CustomerSummary) -> dict[str, Any]:
    """Return the columns by which lists find a task: where its customer is served."""
    return {name: getattr(summary, name) for name in (*LEVEL_COLUMNS, "sales_channel", "servicing_agent_id")}


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
        status = Task.Status.DONE if done else Task.Status.DROPPED
        move(actor, task, str(status), now, status=status, outcome=outcome.strip()[:100], closed_at=now)
    return task


def reopen_task(*, actor: Actor, task_id: int, now: datetime) -> Task:
    """Take back what was done with a task last: closed, postponed, given to somebody else.

    Raises `Conflict` for a task that the system closed because its reason vanished.
    """
    actor.require(permissions.INTERACT)
    with transaction.atomic():
        task = access_task(actor, task_id, now=now, lock=True)
        if task.status == Task.Status.VOID or task.outcome == CLEANSED:
            raise Conflict("task.reason_vanished")
        step = task.steps.filter(undone_at__isnull=True).exclude(kind="NUDGED").order_by("-pk").first()
        if step is not None:
            step.undone_at = now
            step.save(update_fields=["undone_at"])
        elif task.status == Task.Status.OPEN:
            return task
        write(actor, task, now, _kept(step), action=Action.UNDO)
    return task


def _kept(step: TaskStep | None) -> dict[str, Any]:
    """Return what a step found; a task closed by an earlier release has none, and is simply opened."""
    if step is None:
        return {"status": Task.Status.OPEN, "outcome": "", "closed_at": None}
    before = dict(step.before)
    before["due_at"] = datetime.fromisoformat(before["due_at"])
    before["closed_at"] = datetime.fromisoformat(before["closed_at"]) if before["closed_at"] else None
    return before


def postpone_task(*, actor: Actor, task_id: int, due_at: datetime, now: datetime) -> Task:
    """Move a task's deadline into the future. Raises `Refused` for one that has passed."""
    actor.require(permissions.INTERACT)
    if due_at <= now:
        raise Refused("task.due_in_past", field="due_at")
    with transaction.atomic():
        task = access_task(actor, task_id, now=now, lock=True)
        if task.status != Task.Status.OPEN:
            raise Conflict("task.closed_already")
        move(actor, task, "POSTPONED", now, due_at=due_at)
    return task


def move(actor: Actor, task: Task, kind: str, now: datetime, *, note: str = "", **changes: Any) -> None:
    """Change a locked task in the caller's transaction and keep what it was as a step."""
    TaskStep.objects.create(
        task=task,
        kind=kind,
        before=kept_of(task),
        note=(note or str(changes.get("outcome", "")))[:100],
        actor_id=actor.id,
        actor_name=actor.name[:40],
        at=now,
    )
    write(actor, task, now, changes)


def kept_of(task: Task) -> dict[str, Any]:
    """Return what a step keeps of a task, as JSON."""
    found = {name: getattr(task, name) for name in KEPT}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in found.items()}


def write(actor: Actor, task: Task, now: datetime, changes: dict[str, Any], *, action: Action = Action.UPDATE) -> None:
    """Write ``changes`` of a locked task with its next version, trail and event, in the caller's transaction."""
    before = {"status": task.status, "due_at": task.due_at.isoformat(), "agent_id": task.agent_id}
    task.version += 1
    for name, value in changes.items():
        setattr(task, name, value)
    task.save(update_fields=["version", *changes])
    count_open_items(task.customer_id)
    after = {"status": task.status, "due_at": task.due_at.isoformat(), "agent_id": task.agent_id}
    subject = Subject("task", task.pk)
    record(actor, action, subject, before=before, after=after, customer_id=task.customer_id, now=now)
    emit(TasksChanged((task.pk,), "UPDATE"))
