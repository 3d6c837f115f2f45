"""A job in the hands of the function that does it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from keyuan.kernel.actor import Actor
from keyuan.platform import people
from keyuan.platform.jobs import stopping
from keyuan.platform.live import push
from keyuan.platform.models.tracked_job import TrackedJob

CHUNK_SECONDS = 50


class Interrupted(Exception):
    """The job is not this run's any more: nothing of the present step is kept, and the function must not go on."""


def announce(job: TrackedJob, status: str, done: int, total: int | None) -> None:
    """Tell the owner's open pages how far a job is (``live:job-<id>``)."""
    if job.actor_id is not None:
        push([job.actor_id], f"job-{job.pk}", {"status": status, "done": done, "total": total})


class Progress:
    """One run of a watched job: its arguments, its time, its steps."""

    def __init__(self, job: TrackedJob) -> None:
        self.id = int(job.pk)
        self.kind = job.kind
        self.kwargs: dict[str, Any] = job.kwargs
        self.state: dict[str, Any] = job.state
        self.done, self.total = job.done, job.total
        self.is_finished = False
        self._job = job
        self._deadline = timezone.now() + timedelta(seconds=CHUNK_SECONDS)
        self._message: tuple[str, dict[str, Any]] = (job.message_code, job.message_params)
        self._result: dict[str, Any] = job.result
        self._pushed_at: datetime | None = None

    @property
    def actor(self) -> Actor:
        """Who the work is done for, with what they may see today. Raises NotFound when their account was closed."""
        return people.actor_of(self._job.actor_id, self._job.post_id, self._job.actor_name)

    @property
    def result(self) -> dict[str, Any]:
        """What pages show at the end (counts, a file's id …); kept from step to step."""
        return self._result

    def time_left(self) -> bool:
        """Tell whether this chunk may begin another step; not once its worker was told to end."""
        return not self.is_finished and not stopping.is_asked() and timezone.now() < self._deadline

    def set_total(self, total: int) -> None:
        """Say how much there is to do, once it is known."""
        self.total = total

    def advance(self, by: int = 1) -> None:
        """Say that ``by`` more was done."""
        self.done += by

    def say(self, code: str, **params: Any) -> None:
        """Show what is going on: the sentence of ``code``, never personal data."""
        self._message = (code, params)

    def finish(self, **result: Any) -> None:
        """End the job with the present step, or at once when none is open."""
        self.is_finished = True
        self._result = {**self._result, **result}

    @contextmanager
    def step(self) -> Iterator[dict[str, Any]]:
        """Commit the work of the block together with state and progress, or neither; gives the state.

        Raises `Interrupted` when the job was paused, cancelled or taken over: let it pass. When the block fails,
        progress and state return to what is committed.
        """
        before = (dict(self.state), self.done, self.total, dict(self._result), self.is_finished)
        try:
            with transaction.atomic():
                self.check()
                yield self.state
                self.save()
        except BaseException:
            state, self.done, self.total, self._result, self.is_finished = before
            self.state.clear()
            self.state.update(state)
            raise
        self._announce()

    def check(self) -> None:
        """Lock the job and raise `Interrupted` unless it is still this run's; needs an open transaction."""
        held = TrackedJob.objects.select_for_update().filter(
            pk=self.id, token=self._job.token, status=TrackedJob.Status.RUNNING
        )
        if not held.values_list("pk", flat=True).first():
            raise Interrupted

    def save(self) -> None:
        """Write progress and state in the caller's transaction."""
        code, params = self._message
        TrackedJob.objects.filter(pk=self.id).update(
            state=self.state,
            done=self.done,
            total=self.total,
            message_code=code,
            message_params=params,
            result=self._result,
            attempts=0,
            heartbeat_at=timezone.now(),
        )

    def _announce(self) -> None:
        now = timezone.now()
        if self._pushed_at is None or now - self._pushed_at > timedelta(seconds=1):
            self._pushed_at = now
            announce(self._job, TrackedJob.Status.RUNNING, self.done, self.total)
