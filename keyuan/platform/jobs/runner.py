"""Running one message of the queue: every failure ends as another try or as a parked job, never as a lost one."""

from datetime import datetime
from types import TracebackType
from typing import Any

import structlog
from django.db import connections, transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from keyuan.kernel.actor import Actor
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.jobs import retry
from keyuan.platform.jobs.patience import insist
from keyuan.platform.jobs.queue import put
from keyuan.platform.logs import bind
from keyuan.platform.models.job_run import FailedJob
from keyuan.platform.operations.observing import Outcome, job_watched
from keyuan.platform.permissions import JOBS_MANAGE

log = structlog.get_logger(__name__)


def run(path: str, kwargs: dict[str, Any], attempt: int) -> None:
    """Call the function at ``path``; the worker's entry point."""
    with job_watched(path) as outcome, _Boundary(path, kwargs, attempt, outcome):
        import_string(path)(**kwargs)


class _Boundary:
    """Where failures of a job end. A class, because whatever a job may raise has to be caught here and only here."""

    def __init__(self, path: str, kwargs: dict[str, Any], attempt: int, outcome: Outcome) -> None:
        self.path, self.kwargs, self.attempt, self.outcome = path, kwargs, attempt, outcome

    def __enter__(self) -> None:
        bind(job=self.path)
        log.info("job.start", path=self.path, attempt=self.attempt)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, frames: TracebackType | None
    ) -> bool:
        if error is None:
            log.info("job.done", path=self.path)
            return False
        if isinstance(error, KeyboardInterrupt | GeneratorExit):
            return False
        forget_broken_connections()
        at = retry.next_try(error, self.attempt, timezone.now())
        log.warning("job.failed", path=self.path, attempt=self.attempt, error=retry.name_of(error), again_at=str(at))
        # Whoever called us forgets the message afterwards: what becomes of the job must be written before.
        self.outcome.word = "parked" if at is None else "retried"
        if at is not None:
            insist(lambda: put(self.path, self.kwargs, attempt=self.attempt + 1, run_at=at))
        else:
            insist(lambda: park(self.path, self.kwargs, self.attempt, error, frames))
        return True


def park(
    path: str, kwargs: dict[str, Any], attempt: int, error: BaseException, frames: TracebackType | None = None
) -> None:
    """Keep a failed job until a person retries or dismisses it."""
    FailedJob.objects.create(
        path=path,
        kwargs=kwargs,
        attempts=attempt,
        error=retry.name_of(error)[:120],
        trace=retry.trace_of(frames),
        failed_at=timezone.now(),
    )


def forget_broken_connections() -> None:
    """Close connections that the failure may have left unusable, unless a test holds its transaction in them."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()


def retry_failed(failed_id: int) -> bool:
    """Put a parked job back into the queue; False when somebody else dealt with it."""
    with transaction.atomic():
        failed = FailedJob.objects.select_for_update().filter(pk=failed_id).first()
        if failed is None:
            return False
        put(failed.path, failed.kwargs, attempt=1)
        failed.delete()
    return True


def dismiss_failed(*, actor: Actor, failed_id: int, now: datetime) -> bool:
    """Forget a parked job, on record; False when somebody else dealt with it."""
    actor.require(JOBS_MANAGE)
    with transaction.atomic():
        failed = FailedJob.objects.select_for_update().filter(pk=failed_id).first()
        if failed is None:
            return False
        record(actor, Action.JOB, Subject("job", failed_id), detail={"dismissed": failed.path}, now=now)
        failed.delete()
    return True
