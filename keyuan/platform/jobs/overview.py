"""What the jobs page shows: running, waiting, ended, failed, next (PLT-10)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django_q.models import OrmQ

from keyuan.kernel.actor import Actor
from keyuan.platform.jobs.kinds import job_kinds
from keyuan.platform.jobs.timetable import ScheduleSpec, schedules
from keyuan.platform.jobs.tracking import jobs_visible_to
from keyuan.platform.models.job_run import FailedJob, JobRun, WorkerLease
from keyuan.platform.models.outbox_event import OutboxEvent
from keyuan.platform.models.scheduled_task import ScheduledTask
from keyuan.platform.models.tracked_job import TrackedJob
from keyuan.platform.wording import say_code

SHOWN = 50
#: A worker command without a sign for so long is taken for dead.
ALIVE_FOR = timedelta(seconds=30)
Status = TrackedJob.Status
TONES = {
    Status.QUEUED: "off",
    Status.RUNNING: "accent",
    Status.PAUSED: "warn",
    Status.DONE: "ok",
    Status.FAILED: "bad",
    Status.CANCELLED: "off",
}


@dataclass(frozen=True, slots=True)
class JobView:
    """A job as pages show it."""

    job: TrackedJob
    title: str
    tone: str
    message: str
    error: str
    url: str
    can_pause: bool
    can_cancel: bool

    @property
    def is_open(self) -> bool:
        """Tell whether it may still move."""
        return self.job.is_open


@dataclass(frozen=True, slots=True)
class ScheduleView:
    """An entry of the timetable as pages show it; one that this program no longer knows has no spec."""

    task: ScheduledTask
    spec: ScheduleSpec | None

    @property
    def label(self) -> Any:
        """What it does."""
        return self.spec.label if self.spec else self.task.key


@dataclass(frozen=True, slots=True)
class Machinery:
    """What only those who manage jobs see."""

    workers: Sequence[WorkerLease]
    running: Sequence[JobRun]
    waiting: int
    failed: Sequence[FailedJob]
    parked: Sequence[OutboxEvent]
    timetable: Sequence[ScheduleView]

    @property
    def failures(self) -> int:
        """How much waits for a person."""
        return len(self.failed) + len(self.parked)


def seen(job: TrackedJob) -> JobView:
    """Return ``job`` with its words."""
    kind = job_kinds.get(job.kind)
    title = str(kind.title) % job.title_params if kind and job.title_params else str(kind.title if kind else job.kind)
    return JobView(
        job=job,
        title=title,
        tone=TONES[Status(job.status)],
        message=say_code(job.message_code, job.message_params) if job.message_code else "",
        error=say_code(job.error, job.error_params) if job.error else "",
        url=kind.url(job) if kind and kind.url else "",
        can_pause=bool(kind and kind.is_chunked) and job.status in TrackedJob.LIVE,
        can_cancel=job.is_open or job.status == Status.FAILED,
    )


def open_jobs(actor: Actor) -> list[JobView]:
    """Return the jobs that may still move, newest first."""
    jobs = jobs_visible_to(actor).filter(status__in=TrackedJob.OPEN).order_by("-pk")[:SHOWN]
    return [seen(job) for job in jobs]


def ended_jobs(actor: Actor) -> list[JobView]:
    """Return the jobs that ended last."""
    jobs = jobs_visible_to(actor).filter(status__in=TrackedJob.ENDED).order_by("-pk")[:SHOWN]
    return [seen(job) for job in jobs]


def machinery() -> Machinery:
    """Return the state of queue, failures and timetable."""
    now = timezone.now()
    return Machinery(
        workers=list(WorkerLease.objects.filter(seen_at__gte=now - ALIVE_FOR).order_by("started_at")),
        running=list(JobRun.objects.exclude(path="").order_by("started_at")[:SHOWN]),
        waiting=OrmQ.objects.count(),
        failed=list(FailedJob.objects.order_by("-failed_at", "-pk")[:SHOWN]),
        parked=list(OutboxEvent.objects.filter(status=OutboxEvent.Status.PARKED).order_by("-pk")[:SHOWN]),
        timetable=timetable(),
    )


def timetable() -> list[ScheduleView]:
    """Return the entries of the timetable, the next first."""
    tasks = ScheduledTask.objects.order_by("-is_active", "next_at", "key")
    return [ScheduleView(task, schedules.get(task.key)) for task in tasks]


def next_run(now: datetime) -> datetime | None:
    """Return when the timetable acts next after ``now``."""
    active = ScheduledTask.objects.filter(is_active=True, next_at__gt=now).order_by("next_at")
    return active.values_list("next_at", flat=True).first()
