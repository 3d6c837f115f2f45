"""Runs of the classification over the whole book; what they write is taken back.

python -m benchmarks.inside.classification
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from unittest import mock

from django.db import transaction

from benchmarks.inside.django_ready import answer
from keyuan.customers.models import ClassChange, ClassCount, ClassFlow, ClassRules, ClassRun, CustomerSummary
from keyuan.customers.rules.classification import Thresholds, to_json
from keyuan.customers.selectors.classification.board import board_of, trend_of
from keyuan.customers.selectors.classification.places import place_of
from keyuan.customers.selectors.classification.preview import preview
from keyuan.customers.services.classification import bulk
from keyuan.kernel.actor import system_actor
from keyuan.platform import clock
from keyuan.platform.jobs.chunks import run_job
from keyuan.platform.mart import building, shelf
from keyuan.platform.models import TrackedJob

#: Half a year more before a customer counts as half-dormant: many move.
OTHER = Thresholds(active_months=30)
#: Rows written at once where everything is taken back.
STEP = 5_000


@contextmanager
def longest_step() -> Iterator[list[float]]:
    """Note how long each writing of customers held the writer's lock."""
    times: list[float] = []
    judge = bulk.judge

    def timed(*given: Any) -> int:
        began = time.perf_counter()
        moved = judge(*given)
        times.append(time.perf_counter() - began)
        return moved

    with mock.patch.object(bulk, "judge", timed):
        yield times


def run() -> dict[str, Any]:
    """Run once; return seconds, customers read and moved, and the longest transaction."""
    with longest_step() as times:
        began = time.perf_counter()
        job = bulk.start_run(actor=system_actor("benchmark"))
        while job.status in job.LIVE:
            run_job(job.pk, job.step)
            job.refresh_from_db()
        seconds = time.perf_counter() - began
    found = {"seconds": round(seconds, 1), "longest_ms": round(1000 * max(times, default=0))}
    return {**found, "status": job.status, **job.result}


def forget_codes() -> None:
    """Make the book one that was never classified."""
    top = CustomerSummary.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    for start in range(0, top + 1, STEP):
        with transaction.atomic():
            CustomerSummary.objects.filter(pk__gt=start, pk__lte=start + STEP).update(class_code=None)


def clean(change: int, first_run: int, rules: int) -> None:
    """Delete what the runs noted."""
    ClassChange.objects.filter(pk__gt=change).delete()
    ClassRun.objects.filter(pk__gt=first_run).delete()
    ClassRules.objects.filter(pk__gt=rules).delete()
    TrackedJob.objects.filter(kind=bulk.JOB).delete()


def top(model: Any) -> int:
    """Return the last key of a table."""
    return int(model.objects.order_by("-pk").values_list("pk", flat=True).first() or 0)


def main() -> None:
    """Answer with the figures."""
    today = clock.today()
    marks = (top(ClassChange), top(ClassRun), top(ClassRules))
    kept = list(ClassCount.objects.filter(day=today)), list(ClassFlow.objects.filter(day=today))
    found: dict[str, Any] = {"settling": run(), "still": run()}
    number = (ClassRules.objects.order_by("-number").values_list("number", flat=True).first() or 0) + 1
    rules = ClassRules.objects.create(number=number, content=to_json(OTHER), reason="量测", changed_at=clock.now())
    found["moved"] = run()
    rules_run = ClassRun.objects.filter(rules=rules)
    rules_run.update(rules=None)
    rules.delete()
    found["back"] = run()
    forget_codes()
    found["first"] = run()
    found |= reads(today)
    clean(*marks)
    with transaction.atomic():
        ClassCount.objects.filter(day=today).delete()
        ClassFlow.objects.filter(day=today).delete()
        ClassCount.objects.bulk_create(kept[0], batch_size=STEP)
        ClassFlow.objects.bulk_create(kept[1], batch_size=STEP)
    answer(found)


def reads(today: Any) -> dict[str, Any]:
    """Return the seconds of a snapshot and of a preview on it, and the milliseconds of the board's reads."""
    began = time.perf_counter()
    snapshot = building.build(day=today, now=clock.now())
    mart = time.perf_counter() - began
    began = time.perf_counter()
    asked = preview(Thresholds(), OTHER, today)
    previewed = time.perf_counter() - began
    place = place_of(system_actor("benchmark"))
    times = []
    for _ in range(5):
        began = time.perf_counter()
        board_of(place, today - timedelta(days=30), today)
        trend_of(place, "activity", today)
        times.append(time.perf_counter() - began)
    return {
        "mart_seconds": round(mart, 1),
        "mart_rows": snapshot.rows,
        "mart_bytes": sum(path.stat().st_size for path in snapshot.folder.iterdir()),
        "snapshots": len(shelf.snapshots()),
        "preview_seconds": round(previewed, 2),
        "preview_moved": asked.moved,
        "board_ms": round(1000 * sorted(times)[2], 1),
    }


if __name__ == "__main__":
    main()
