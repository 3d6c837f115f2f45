"""Running watched jobs, chunk by chunk: each message says which step it continues, so that doubles do nothing."""

import secrets
from datetime import timedelta
from types import TracebackType
from typing import Any

import structlog
from django.db import transaction
from django.utils import timezone

from keyuan.kernel.actor import system_actor
from keyuan.platform.jobs import retry
from keyuan.platform.jobs.kinds import JobKind, job_kinds
from keyuan.platform.jobs.progress import Interrupted, Progress, announce
from keyuan.platform.jobs.queue import enqueue
from keyuan.platform.jobs.runner import forget_broken_connections
from keyuan.platform.jobs.tracking import RUN_JOB
from keyuan.platform.models.tracked_job import TrackedJob
from keyuan.platform.notices import notify_staff

Status = TrackedJob.Status
log = structlog.get_logger(__name__)
#: Who waited longer than this wants to be told when it is over.
WORTH_A_NOTICE = timedelta(seconds=20)
#: A live job without a sign for so long has lost its message; a chunk and its pauses are shorter.
LOST_AFTER = timedelta(minutes=20)


def run_job(job_id: int, step: int) -> None:
    """Run the next chunk of a job; does nothing when ``step`` was done already or the job is not live."""
    job = _taken(job_id, step)
    if job is None:
        return
    progress = Progress(job)
    with _Boundary(job, progress):
        _call(job_kinds[job.kind], job, progress)
        _close(job, progress)


def _call(kind: JobKind, job: TrackedJob, progress: Progress) -> None:
    if kind.is_chunked:
        kind.function(progress, progress.state)
        return
    result = kind.function(progress, **job.kwargs)
    progress.finish(**(result or {}))


def _taken(job_id: int, step: int) -> TrackedJob | None:
    """Make the job this run's: a run that held it before cannot commit from now on."""
    now, token = timezone.now(), secrets.token_hex(16)
    live = TrackedJob.objects.filter(pk=job_id, step=step, status__in=TrackedJob.LIVE)
    if not live.update(status=Status.RUNNING, token=token, heartbeat_at=now):
        return None
    TrackedJob.objects.filter(pk=job_id, started_at=None).update(started_at=now)
    return TrackedJob.objects.get(pk=job_id)


def _close(job: TrackedJob, progress: Progress) -> None:
    """End the chunk: the job is done, or its next chunk stands in the queue."""
    with transaction.atomic():
        progress.check()
        progress.save()
        changes: dict[str, Any] = {"step": job.step + 1, "status": Status.QUEUED}
        if progress.is_finished:
            now = timezone.now()
            changes = {"step": job.step + 1, "status": Status.DONE, "finished_at": now}
            if progress.total is None:
                changes["total"] = progress.done
            _tell(job, "job.done", now)
        else:
            enqueue(RUN_JOB, job_id=job.pk, step=job.step + 1)
        TrackedJob.objects.filter(pk=job.pk).update(**changes)
    announce(job, str(changes["status"]), progress.done, progress.total)


def _tell(job: TrackedJob, code: str, now: Any) -> None:
    if job.actor_id is not None and (code == "job.failed" or now - job.created_at > WORTH_A_NOTICE):
        notify_staff([job.actor_id], "job", code, {"kind": job.kind, **job.params}, url=f"/jobs/{job.pk}/", now=now)


class _Boundary:
    """Where failures of a watched job end: in another try of the same step, or in FAILED with a reason."""

    def __init__(self, job: TrackedJob, progress: Progress) -> None:
        self.job, self.progress = job, progress

    def __enter__(self) -> None:
        log.info("tracked.start", job_id=self.job.pk, kind=self.job.kind, step=self.job.step)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, frames: TracebackType | None
    ) -> bool:
        if error is None:
            return False
        if isinstance(error, KeyboardInterrupt | GeneratorExit):
            return False
        forget_broken_connections()
        if not isinstance(error, Interrupted):
            self._failed(error, frames)
        return True

    def _failed(self, error: BaseException, frames: TracebackType | None) -> None:
        now = timezone.now()
        with transaction.atomic():
            held = TrackedJob.objects.select_for_update().filter(pk=self.job.pk, token=self.job.token)
            job = held.filter(status=Status.RUNNING).first()
            if job is None:
                return
            job.attempts += 1
            at = retry.next_try(error, job.attempts, now)
            job.status = Status.QUEUED if at else Status.FAILED
            job.error, job.error_params = retry.name_of(error)[:80], retry.params_of(error)
            job.error_trace, job.heartbeat_at = retry.trace_of(frames), at or now
            job.finished_at = None if at else now
            job.save()
            if at:
                enqueue(RUN_JOB, run_at=at, job_id=job.pk, step=job.step)
            else:
                _tell(job, "job.failed", now)
        log.warning("tracked.failed", job_id=self.job.pk, kind=self.job.kind, error=job.error, again_at=str(at))
        announce(job, str(job.status), job.done, job.total)


def recover_lost() -> int:
    """Enqueue live jobs that lost their message (a restored backup, a purged queue) again; return how many.

    Harmless when the message is still there: of two messages for one step the second does nothing.
    """
    lost = TrackedJob.objects.filter(status__in=TrackedJob.LIVE, heartbeat_at__lt=timezone.now() - LOST_AFTER)
    found = list(lost.values_list("pk", "step")[:500])
    for job_id, step in found:
        with transaction.atomic():
            TrackedJob.objects.filter(pk=job_id, step=step).update(heartbeat_at=timezone.now())
            enqueue(RUN_JOB, job_id=job_id, step=step)
    if found:
        log.warning("tracked.recovered", count=len(found), by=system_actor("sweeper").name)
    return len(found)
