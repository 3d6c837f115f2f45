"""The timetable: code declares what comes back by the clock, operators edit when (PLT-10)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from croniter import CroniterError, croniter
from django.conf import settings
from django.db import transaction

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, NotFound, Refused
from keyuan.kernel.registry import Registry
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.jobs.queue import enqueue
from keyuan.platform.models.scheduled_task import ScheduledTask
from keyuan.platform.permissions import JOBS_MANAGE


@dataclass(frozen=True, slots=True)
class ScheduleSpec:
    """One entry as the code proposes it: the function at ``path`` with JSON ``kwargs`` by a five-field cron rule."""

    key: str
    label: Any
    path: str
    cron: str
    kwargs: dict[str, Any] = field(default_factory=dict)
    is_active: bool = True


schedules: Registry[ScheduleSpec] = Registry()


def next_moment(cron: str, after: datetime) -> datetime:
    """Return the first moment of ``cron`` after a moment, in local time. Raises Refused for a rule that is none."""
    if len(cron.split()) != 5:
        raise Refused("schedule.cron", field="cron")
    try:
        moment: datetime = croniter(cron, after.astimezone(ZoneInfo(settings.TIME_ZONE))).get_next(datetime)
    except (CroniterError, ValueError) as error:
        raise Refused("schedule.cron", field="cron") from error
    return moment


def seed(now: datetime) -> None:
    """Give every declared entry its row; rows that operators edited stay as they are."""
    known = set(ScheduledTask.objects.values_list("key", flat=True))
    ScheduledTask.objects.bulk_create(
        (
            ScheduledTask(key=spec.key, cron=spec.cron, is_active=spec.is_active, next_at=next_moment(spec.cron, now))
            for spec in schedules
            if spec.key not in known
        ),
        ignore_conflicts=True,
    )


def run_due(now: datetime) -> int:
    """Enqueue what is due, once however many workers ask; moments missed while nothing ran count as one."""
    due = list(ScheduledTask.objects.filter(is_active=True, next_at__lte=now))
    return sum(_run(task, now) for task in due if task.key in schedules)


def _run(task: ScheduledTask, now: datetime) -> bool:
    spec = schedules[task.key]
    with transaction.atomic():
        mine = ScheduledTask.objects.filter(pk=task.pk, next_at=task.next_at)
        if not mine.update(next_at=next_moment(task.cron, now), last_at=now):
            return False
        enqueue(spec.path, **spec.kwargs)
    return True


def draw_in(now: datetime) -> int:
    """Bring entries back that wait beyond their next moment, since the clock was ahead; return how many."""
    count = 0
    for task in ScheduledTask.objects.filter(is_active=True, next_at__gt=now):
        due = next_moment(task.cron, now)
        if task.next_at > due:
            count += ScheduledTask.objects.filter(pk=task.pk, next_at=task.next_at).update(next_at=due)
    return count


def access_schedule(actor: Actor, key: str) -> ScheduledTask:
    """Return one entry, or raise NotFound."""
    actor.require(JOBS_MANAGE)
    task = ScheduledTask.objects.filter(key=key).first()
    if task is None:
        raise NotFound
    return task


def edit_schedule(*, actor: Actor, key: str, cron: str, is_active: bool, now: datetime) -> ScheduledTask:
    """Change when an entry runs. Raises NotFound, and Refused for a rule that is none (PLT-10)."""
    actor.require(JOBS_MANAGE)
    next_at = next_moment(cron, now)
    with transaction.atomic():
        task = ScheduledTask.objects.select_for_update().filter(key=key).first()
        if task is None:
            raise NotFound
        before = {"cron": task.cron, "is_active": task.is_active}
        task.cron, task.is_active, task.next_at = " ".join(cron.split()), is_active, next_at
        task.save(update_fields=["cron", "is_active", "next_at"])
        after = {"cron": task.cron, "is_active": task.is_active}
        record(actor, Action.JOB, Subject("schedule", task.pk), before=before, after=after, now=now)
    return task


def run_now(*, actor: Actor, key: str) -> None:
    """Run an entry at once, besides its rule. Raises NotFound, and Conflict when the code no longer knows it."""
    task = access_schedule(actor, key)
    spec = schedules.get(key)
    if spec is None:
        raise Conflict("schedule.gone")
    with transaction.atomic():
        enqueue(spec.path, **spec.kwargs)
        record(actor, Action.JOB, Subject("schedule", task.pk), detail={"run_now": key})
