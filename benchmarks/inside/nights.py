"""Tomorrow's night of the task rules, and a rating of the tiers; the tasks it makes are taken away afterwards.

python -m benchmarks.inside.nights
"""

import time
from datetime import timedelta
from typing import Any

from django.db.models import Max

from benchmarks.inside.django_ready import answer
from keyuan.customers.models import Task, TaskOrigin, TaskRun
from keyuan.customers.services.agenda.nightly import replay_night
from keyuan.customers.services.standards.nightly import start_rating
from keyuan.kernel.actor import system_actor
from keyuan.platform import clock
from keyuan.platform.jobs.chunks import run_job
from keyuan.platform.models import TrackedJob

ACTOR = system_actor("benchmark")


def worked_off(job: TrackedJob) -> float:
    """Run a watched job to its end; return the seconds it took."""
    began = time.perf_counter()
    while job.status in job.LIVE:
        run_job(job.pk, job.step)
        job.refresh_from_db()
    return time.perf_counter() - began


def last(model: Any) -> int:
    """Return the greatest key of a table."""
    return int(model._default_manager.aggregate(top=Max("pk"))["top"] or 0)


def main() -> None:
    """Answer with seconds and what was made; a second night of the same day tells what finding nothing new costs."""
    now, today = clock.now(), clock.today()
    tomorrow, tasks = today + timedelta(days=1), last(Task)
    try:
        first = replay_night(actor=ACTOR, on=tomorrow, now=now)
        seconds = worked_off(first)
        again = worked_off(replay_night(actor=ACTOR, on=tomorrow, now=now))
        tiers = start_rating(actor=ACTOR, on=today, now=now)
        rating = worked_off(tiers)
        answer(
            {
                "seconds": round(seconds, 1), "again_seconds": round(again, 1), "tier_seconds": round(rating, 1),
                "made": first.result.get("made", 0), "closed": first.result.get("closed", 0),
                "steps": tiers.result.get("steps", {}), "status": first.status,
            }
        )  # fmt: skip
    finally:
        TaskOrigin.objects.filter(task_id__gt=tasks).delete()
        Task.objects.filter(pk__gt=tasks).delete()
        TaskRun.objects.filter(on=tomorrow).delete()


if __name__ == "__main__":
    main()
