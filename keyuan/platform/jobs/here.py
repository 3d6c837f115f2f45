"""Working a watched job off in the present process, as a worker would: a command that is killed hands it back."""

import time

from django.utils import timezone
from django_q.conf import Conf
from django_q.models import OrmQ

from keyuan.platform.jobs import claims
from keyuan.platform.jobs.chunks import run_job
from keyuan.platform.jobs.queue import opened
from keyuan.platform.jobs.tracking import RUN_JOB
from keyuan.platform.models.tracked_job import TrackedJob

POLL_SECONDS = 0.5
#: The message of a job that was just started, or has just ended a chunk, is among the newest.
LOOKED_AT = 200


def work_off(job: TrackedJob) -> None:
    """Run the chunks of ``job`` here until it has ended; ``job`` is brought up to date after each.

    Each chunk is claimed in the queue first, so that it is done once whoever is quicker, and given out again within
    seconds when this process is killed. A chunk that a worker has is waited for.
    """
    job.refresh_from_db()
    while job.status in TrackedJob.LIVE:
        message = _message_of(job)
        if message is not None and claims.claim(message, Conf.RETRY):
            claims.hold(message.pk, RUN_JOB)
            run_job(job.pk, job.step)
            claims.settle(message.pk)
        else:
            time.sleep(POLL_SECONDS)
        job.refresh_from_db()


def _message_of(job: TrackedJob) -> OrmQ | None:
    """Return the message that waits to continue ``job``, if nobody has it."""
    wanted = {"path": RUN_JOB, "kwargs": {"job_id": job.pk, "step": job.step}}
    for message in OrmQ.objects.filter(lock__lte=timezone.now()).order_by("-pk")[:LOOKED_AT]:
        call = opened(message)
        if {name: call.get(name) for name in wanted} == wanted:
            return message
    return None
