"""Tomorrow's night of the clocks, again, compared, and a week made up for at once; all of it is taken back.

python -m benchmarks.inside.clocks
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any
from unittest import mock

from django.db import transaction
from django.db.models import Max

from benchmarks.inside.django_ready import answer
from benchmarks.inside.nights import worked_off
from keyuan.kernel.actor import system_actor
from keyuan.platform import clock
from keyuan.platform.imports.bulk import update
from keyuan.platform.models import AuditEvent, OutboxEvent, TrackedJob
from keyuan.policies.models import ClockRun, ClockStep, Instalment, Payment, Policy, PolicyEvent
from keyuan.policies.services.clocks import comparing, nightly
from keyuan.policies.services.clocks.stepping import WRITTEN, carry_out
from keyuan.policies.services.recording import share_holders
from keyuan.policies.services.summary import recompute

ACTOR = system_actor("benchmark")
COLUMNS = (*WRITTEN, "termination_reason", "on_premium_loan", "debt", "next_clock_on", "version", "updated_at")
MADE = (ClockStep, PolicyEvent, Payment, OutboxEvent)
STEP = 2_000
WEEK = 7


@contextmanager
def longest_write() -> Iterator[list[float]]:
    """Note how long each transaction of the night wrote."""
    times: list[float] = []

    def timed(*given: Any) -> Any:
        began = time.perf_counter()
        found = carry_out(*given)
        times.append(time.perf_counter() - began)
        return found

    with mock.patch.object(nightly, "carry_out", timed):
        yield times


def night(on: date) -> dict[str, Any]:
    """Make one night; return wall and processor seconds, what it did and its longest transaction."""
    with longest_write() as times:
        began = time.process_time()
        job = nightly.start_night(actor=ACTOR, on=on, now=clock.start_of(on + timedelta(days=1)))
        seconds = worked_off(job)
        used = time.process_time() - began
    found = {"seconds": round(seconds, 1), "cpu_seconds": round(used, 1), "status": job.status}
    return found | {
        "changed": job.result.get("changed", 0),
        "counts": job.result.get("counts", {}),
        "longest_ms": round(1000 * max(times, default=0)),
    }


def compared(on: date) -> dict[str, Any]:
    """Compare a night with what it would do again."""
    job = comparing.start_comparison(actor=ACTOR, on=on)
    return {"seconds": round(worked_off(job), 1), "status": job.status, **job.result}


def kept(until: date) -> list[dict[str, Any]]:
    """Return what stands in the contracts that will change."""
    return list(Policy.objects.filter(next_clock_on__lte=until).values("pk", "holder_id", *COLUMNS))


def put_back(rows: list[dict[str, Any]], marks: dict[Any, int], runs: int) -> None:
    """Write contracts, schedules and summaries back as they were, and delete what was noted."""
    paid = Payment.objects.filter(pk__gt=marks[Payment]).values_list("policy_id", "instalment_number")
    for policy, number in paid:
        Instalment.objects.filter(policy_id=policy, number=number).update(status="DUE", paid_amount=0, paid_on=None)
    for model, mark in marks.items():
        while ids := list(model.objects.filter(pk__gt=mark).values_list("pk", flat=True)[:STEP]):
            model.objects.filter(pk__in=ids).delete()
    ClockRun.objects.filter(pk__gt=runs).delete()
    for start in range(0, len(rows), STEP):
        some = rows[start : start + STEP]
        with transaction.atomic():
            columns = {name: [row[name] for row in some] for name in COLUMNS}
            update(Policy, [row["pk"] for row in some], columns)
            holders = sorted({row["holder_id"] for row in some if row["holder_id"]})
            recompute(holders, clock.now())
            share_holders(holders)
    TrackedJob.objects.filter(kind__in=(nightly.JOB, comparing.JOB)).delete()


def main() -> None:
    """Answer with the figures."""
    today = clock.today()
    tomorrow, later = today + timedelta(days=1), today + timedelta(days=1 + WEEK)
    rows = kept(later)
    marks = {model: int(model._default_manager.aggregate(top=Max("pk"))["top"] or 0) for model in MADE}
    runs = int(ClockRun.objects.aggregate(top=Max("pk"))["top"] or 0)
    audits = AuditEvent.objects.count()
    try:
        found: dict[str, Any] = {"first": night(tomorrow), "again": night(tomorrow), "compared": compared(tomorrow)}
        found["week"] = night(later)
        found["policies"] = Policy.objects.count()
        found["on_the_trail"] = AuditEvent.objects.count() - audits
        answer(found)
    finally:
        put_back(rows, marks, runs)


if __name__ == "__main__":
    main()
