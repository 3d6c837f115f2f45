"""A batch query of many identifiers over the book, by head office; the question and its rows are deleted afterwards.

python -m benchmarks.inside.batching COUNT
"""

import random
import sys
import time
from typing import Any

from benchmarks.inside.django_ready import answer
from benchmarks.inside.people import PEOPLE, actor_named, some_ids
from benchmarks.inside.searches import opened
from keyuan.customers.models import BatchQuery, ContactPoint, Customer, CustomerSummary, IdentityDocument
from keyuan.customers.services.batch_query import ask_batch
from keyuan.platform import clock
from keyuan.platform.jobs.chunks import run_job
from keyuan.platform.models import TrackedJob
from keyuan.policies.models import Policy

#: Shares of a list as offices send it; one in ten is found nowhere.
SHARES: dict[str, tuple[Any, str, dict[str, str], float]] = {
    "phone": (ContactPoint, "phone", {"kind": "MOBILE"}, 0.35),
    "identity": (IdentityDocument, "identity_number", {"document_type": "111"}, 0.2),
    "customer number": (Customer, "customer_no", {}, 0.15),
    "policy number": (Policy, "policy_no", {}, 0.1),
    "name": (CustomerSummary, "name", {}, 0.1),
}
#: Ids looked up at once.
STEP = 5_000


def identifiers(count: int) -> list[str]:
    """Return identifiers all over the book, mixed."""
    dice = random.Random(5)
    found: list[str] = []
    for model, column, limits, share in SHARES.values():
        ids = some_ids(model._default_manager.all(), 3 * STEP, dice)
        values: list[str] = []
        for start in range(0, len(ids), STEP):
            rows = model._default_manager.filter(pk__in=ids[start : start + STEP], **limits)
            values += [opened(value) for value in rows.values_list(column, flat=True) if value]
        wanted = int(count * share)
        # A small book is asked for the same people again.
        found += (values * (wanted // max(1, len(values)) + 1))[:wanted]
    found += [f"199{dice.randrange(10**8):08d}" for _ in range(count - len(found))]
    dice.shuffle(found)
    return found


def main(count: int) -> None:
    """Answer with seconds and what was found."""
    actor = actor_named(PEOPLE["branch"])
    lines = identifiers(count)
    began = time.perf_counter()
    query = ask_batch(actor=actor, name="量测", lines=lines, now=clock.now())
    entered = time.perf_counter() - began
    try:
        job = TrackedJob.objects.get(pk=query.job_id)
        while job.status in job.LIVE:
            run_job(job.pk, job.step)
            job.refresh_from_db()
        seconds = time.perf_counter() - began
        query.refresh_from_db()
        answer(
            {
                "identifiers": query.total, "seconds": round(seconds, 1), "entering_seconds": round(entered, 1),
                "per_second": round(query.total / seconds), "status": job.status, "matched": query.matched,
                "ambiguous": query.ambiguous, "unmatched": query.unmatched,
            }
        )  # fmt: skip
    finally:
        query.rows.all().delete()
        BatchQuery.objects.filter(pk=query.pk).delete()
        TrackedJob.objects.filter(pk=query.job_id).delete()


if __name__ == "__main__":
    main(int(sys.argv[1]))
