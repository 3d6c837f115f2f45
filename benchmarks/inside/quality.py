"""Runs of data quality over the whole book; what they write is taken back.

python -m benchmarks.inside.quality
"""

import time
from typing import Any

from django.db import transaction

from benchmarks.inside.django_ready import answer
from keyuan.customers.models import Cleansing, QualityRules, QualityRun, RecordQuality, Task
from keyuan.customers.rules.quality import Weights, to_json
from keyuan.customers.selectors.quality.board import board_of, trend_of
from keyuan.customers.services.quality import bulk
from keyuan.kernel.actor import system_actor
from keyuan.platform import clock
from keyuan.platform.jobs.chunks import run_job
from keyuan.platform.models import TrackedJob

ACTOR = system_actor("benchmark")
#: No tasks, and a finding that most records have costs something else: nearly every score moves.
OTHER = Weights(task_cap=0, findings={**Weights().findings, "NO_OCCUPATION": 30, "UNVERIFIED": 60, "NO_ADDRESS": 40})
STEP = 5_000


def run() -> dict[str, Any]:
    """Run once; return seconds, records read and changed."""
    began = time.perf_counter()
    job = bulk.start_run(actor=ACTOR)
    while job.status in job.LIVE:
        run_job(job.pk, job.step)
        job.refresh_from_db()
    return {"seconds": round(time.perf_counter() - began, 1), "status": job.status, **job.result}


def set_weights(weights: Weights) -> QualityRules:
    """Put weights in force without a run."""
    number = (QualityRules.objects.order_by("-number").values_list("number", flat=True).first() or 0) + 1
    return QualityRules.objects.create(number=number, content=to_json(weights), reason="量测", changed_at=clock.now())


def forget() -> None:
    """Make the book one that was never judged."""
    top = RecordQuality.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    for start in range(0, top + 1, STEP):
        with transaction.atomic():
            RecordQuality.objects.filter(pk__gt=start, pk__lte=start + STEP).delete()


def board_ms() -> float:
    """Return the milliseconds of the board of the whole book."""
    times = []
    for _ in range(5):
        began = time.perf_counter()
        trend_of(ACTOR, board_of(ACTOR).place)
        times.append(time.perf_counter() - began)
    return round(1000 * sorted(times)[2], 1)


def main() -> None:
    """Answer with the figures."""
    last_run = QualityRun.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    last_task = Task.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    quiet = set_weights(Weights(task_cap=0))
    found: dict[str, Any] = {"settling": run(), "still": run()}
    other = set_weights(OTHER)
    found["moved"] = run()
    other.delete()
    found["back"] = run()
    forget()
    found["first"] = run()
    quiet.delete()
    found["board_ms"] = board_ms()
    with transaction.atomic():
        QualityRun.objects.filter(pk__gt=last_run).delete()
        Cleansing.objects.filter(task_id__gt=last_task).delete()
        Task.objects.filter(pk__gt=last_task, kind="CLEANSING").delete()
    TrackedJob.objects.filter(kind=bulk.JOB).delete()
    answer(found)


if __name__ == "__main__":
    main()
