"""Starting watched work, and what people may do to it while it runs."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from keyuan.kernel.actor import Actor, ActorKind
from keyuan.kernel.errors import Conflict, NotFound
from keyuan.platform.jobs.kinds import job_kinds
from keyuan.platform.jobs.queue import enqueue
from keyuan.platform.models.tracked_job import TrackedJob
from keyuan.platform.permissions import JOBS_MANAGE

Status = TrackedJob.Status
RUN_JOB = "keyuan.platform.jobs.chunks.run_job"


def start_tracked(
    actor: Actor,
    kind: str,
    func: Callable[..., Any] | str | None = None,
    *,
    params: dict[str, Any] | None = None,
    total: int | None = None,
    **kwargs: Any,
) -> TrackedJob:
    """Start work of a registered ``kind`` in the background, for ``actor``, and return the job to watch.

    ``params`` fill the places of its title; ``kwargs`` are its JSON arguments. Inside a transaction it starts with
    the commit. ``func`` may name the registered function once more, for the reader. Raises KeyError for an unknown
    kind and ValueError for another function than the registered one.
    """
    registered = job_kinds[kind]
    path = func if isinstance(func, str) or func is None else f"{func.__module__}.{func.__qualname__}"
    if path not in (None, registered.path):
        raise ValueError(f"{kind} is done by {registered.path}")
    now = timezone.now()
    with transaction.atomic():
        job = TrackedJob.objects.create(
            kind=kind,
            params=params or {},
            kwargs=kwargs,
            total=total,
            actor_id=actor.id,
            actor_name=actor.name[:80],
            post_id=actor.post_id,
            created_at=now,
            heartbeat_at=now,
        )
        enqueue(RUN_JOB, job_id=job.pk, step=0)
    return job


def jobs_visible_to(actor: Actor) -> QuerySet[TrackedJob]:
    """Return the actor's own jobs, or all of them with the permission to manage jobs."""
    if actor.kind is ActorKind.SYSTEM or actor.may(JOBS_MANAGE):
        return TrackedJob.objects.all()
    return TrackedJob.objects.filter(actor_id=actor.id) if actor.id is not None else TrackedJob.objects.none()


def access_job(actor: Actor, job_id: int, *, lock: bool = False) -> TrackedJob:
    """Return one job that the actor may watch, or raise NotFound."""
    jobs = jobs_visible_to(actor)
    found = (jobs.select_for_update() if lock else jobs).filter(pk=job_id).first()
    if found is None:
        raise NotFound
    return found


def pause_job(*, actor: Actor, job_id: int) -> TrackedJob:
    """Stop a job after its present step; it goes on from there when resumed. Raises Conflict when it has ended."""
    return _move(actor, job_id, TrackedJob.LIVE, Status.PAUSED)


def resume_job(*, actor: Actor, job_id: int) -> TrackedJob:
    """Let a paused job go on from its last committed step. Raises Conflict when it is not paused."""
    return _move(actor, job_id, (Status.PAUSED,), Status.QUEUED)


def retry_job(*, actor: Actor, job_id: int) -> TrackedJob:
    """Let a failed job go on from its last committed step. Raises Conflict when it has not failed."""
    return _move(actor, job_id, (Status.FAILED,), Status.QUEUED)


def cancel_job(*, actor: Actor, job_id: int) -> TrackedJob:
    """End a job after its present step; committed steps stand. Raises Conflict when it has ended already."""
    return _move(actor, job_id, (*TrackedJob.OPEN, Status.FAILED), Status.CANCELLED)


def _move(actor: Actor, job_id: int, sources: tuple[Status, ...], target: Status) -> TrackedJob:
    with transaction.atomic():
        job = access_job(actor, job_id, lock=True)
        if job.status not in sources:
            raise Conflict("job.moved_on", status=str(job.status))
        now = timezone.now()
        job.status = target
        # Without the token the present run cannot commit another step.
        job.token = ""
        job.heartbeat_at = now
        job.finished_at = now if target in TrackedJob.ENDED else None
        job.error, job.error_trace, job.attempts = "", "", 0
        job.save(update_fields=["status", "token", "heartbeat_at", "finished_at", "error", "error_trace", "attempts"])
        if target == Status.QUEUED:
            enqueue(RUN_JOB, job_id=job.pk, step=job.step)
    return job
