"""Many tasks at once: done, postponed, not needed, given to somebody else, each with its undo; and nudging (CUS-13)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from keyuan.customers import permissions
from keyuan.customers.models import Grant, Task, TaskStep
from keyuan.customers.selectors.scope import visible_among
from keyuan.customers.selectors.tasks import tasks_among
from keyuan.customers.services.assignment import assignable_agent
from keyuan.customers.services.tasks import move, reopen_task
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, NotFound, Refused
from keyuan.organisation.models import Agent, Post
from keyuan.platform import people
from keyuan.platform.notices import notify_staff

#: Whoever takes over another's task sees its customer so long after the deadline.
GRANT_DAYS = 14
#: Nobody is reminded of the same task more often.
NUDGE_PAUSE = timedelta(hours=4)
GRANT_PURPOSE = "TASK"


@transaction.atomic
def close_tasks(*, actor: Actor, task_ids: Sequence[int], done: bool, outcome: str, now: datetime) -> list[int]:
    """Mark open tasks (≤ 1,000) done or not needed; return those that were. The latter asks for a reason."""
    actor.require(permissions.INTERACT)
    if not done and not outcome.strip():
        raise Refused("task.reason_missing", field="outcome")
    status = Task.Status.DONE if done else Task.Status.DROPPED
    found = tasks_among(actor, task_ids, now=now, lock=True)
    for task in found:
        move(actor, task, str(status), now, status=status, outcome=outcome.strip()[:100], closed_at=now)
    return [task.pk for task in found]


@transaction.atomic
def postpone_tasks(*, actor: Actor, task_ids: Sequence[int], due_at: datetime, now: datetime) -> list[int]:
    """Give open tasks (≤ 1,000) another deadline; return those that have it. Raises `Refused` for one in the past."""
    actor.require(permissions.INTERACT)
    if due_at <= now:
        raise Refused("task.due_in_past", field="due_at")
    found = tasks_among(actor, task_ids, now=now, lock=True)
    for task in found:
        move(actor, task, "POSTPONED", now, due_at=due_at)
    return [task.pk for task in found]


@transaction.atomic
def reassign_tasks(*, actor: Actor, task_ids: Sequence[int], agent_id: int, reason: str, now: datetime) -> list[int]:
    """Give open tasks (≤ 1,000) to another active agent in scope, who sees their customers as long as it takes.

    The customers' servicing person stays. Raises `Refused` without a reason or for an agent who cannot take any.
    """
    actor.require(permissions.TEAM_TASKS)
    if not reason.strip():
        raise Refused("task.reassign_reason", field="reason")
    agent = assignable_agent(actor, agent_id)
    found = [task for task in tasks_among(actor, task_ids, now=now, lock=True) if task.agent_id != agent.pk]
    for task in found:
        changes = {"agent_id": agent.pk, "user_id": None, "unit_id": agent.unit_id}
        move(actor, task, "REASSIGNED", now, note=f"{agent.name} {reason}", **changes)
    _let_see(agent, found, now)
    if agent.user_id and found:
        notify_staff([agent.user_id], "task", "task.given", {"count": len(found)}, url="/customers/today/", now=now)
    return [task.pk for task in found]


def _let_see(agent: Agent, tasks: Sequence[Task], now: datetime) -> None:
    """Grant the agent's post a sight of the customers it does not see by itself."""
    post = Post.objects.filter(agent=agent, user__is_active=True, valid_until__isnull=True).order_by("pk").first()
    if post is None or not tasks:
        return
    person = people.actor_of(post.user_id, post.pk)
    seen = set(visible_among(person, [task.customer_id for task in tasks], now=now))
    Grant.objects.bulk_create(
        Grant(
            customer_id=task.customer_id,
            post=post,
            purpose=GRANT_PURPOSE,
            until=max(task.due_at, now) + timedelta(days=GRANT_DAYS),
            created_at=now,
        )
        for task in tasks
        if task.customer_id not in seen
    )


@transaction.atomic
def nudge_tasks(*, actor: Actor, task_ids: Sequence[int], now: datetime) -> list[int]:
    """Remind whoever has to do these open tasks (≤ 1,000), one notice a person; return the tasks reminded of.

    Left out are those reminded of within four hours and those of people who cannot sign in.
    """
    actor.require(permissions.TEAM_TASKS)
    found = [task for task in tasks_among(actor, task_ids, now=now, lock=True) if _may_nudge(task, now)]
    users = dict(
        Agent.objects.filter(
            pk__in={task.agent_id for task in found if task.agent_id}, user__is_active=True
        ).values_list("pk", "user_id")
    )
    reached = [(task, users.get(task.agent_id or 0) or task.user_id) for task in found]
    counts: dict[int, list[int]] = {}
    for task, user in reached:
        if user:
            counts.setdefault(user, []).append(task.pk)
    nudged = [pk for ids in counts.values() for pk in ids]
    Task.objects.filter(pk__in=nudged).update(nudged_at=now)
    TaskStep.objects.bulk_create(
        TaskStep(task_id=pk, kind="NUDGED", actor_id=actor.id, actor_name=actor.name[:40], at=now) for pk in nudged
    )
    for user, ids in counts.items():
        params = {"count": len(ids), "by": actor.name}
        notify_staff([user], "task", "task.nudged", params, url="/customers/today/", now=now)
    return nudged


def _may_nudge(task: Task, now: datetime) -> bool:
    return task.nudged_at is None or now - task.nudged_at >= NUDGE_PAUSE


@transaction.atomic
def take_back(*, actor: Actor, task_ids: Sequence[int], now: datetime) -> int:
    """Undo the last step of each task; return how many. What changed since stays as it is."""
    count = 0
    for pk in task_ids:
        try:
            reopen_task(actor=actor, task_id=pk, now=now)
        except (NotFound, Conflict):
            continue
        count += 1
    return count
