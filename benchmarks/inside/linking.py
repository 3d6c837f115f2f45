"""The comparison of the whole book, chunk by chunk in this process, judged on the demo book's truth.

python -m benchmarks.inside.linking
"""

import csv
import time
from collections import defaultdict
from itertools import combinations
from pathlib import Path

from django.conf import settings

from benchmarks.inside.django_ready import answer
from keyuan.customers.models import Customer, DuplicatePair
from keyuan.customers.services.linkage.running import start_linkage
from keyuan.kernel.actor import system_actor
from keyuan.platform.jobs.chunks import run_job


def true_pairs() -> set[tuple[int, int]]:
    """Return every pair of records of one person; somebody entered three times makes three pairs."""
    numbers = dict(Customer.objects.values_list("customer_no", "pk"))
    people: dict[str, set[int]] = defaultdict(set)
    with (Path(settings.VAR_DIR) / "demo" / "duplicates.csv").open(encoding="utf-8", newline="") as stream:
        for first, second in csv.reader(stream):
            people[first] |= {numbers[first], numbers[second]}
    return {pair for ids in people.values() for pair in combinations(sorted(ids), 2)}


def main() -> None:
    """Run the job to its end and answer with its figures."""
    began = time.monotonic()
    job = start_linkage(actor=system_actor("benchmark"))
    while job.is_open:
        run_job(job.pk, job.step)
        job.refresh_from_db()
    seconds = round(time.monotonic() - began, 1)
    true = true_pairs()
    linked = DuplicatePair.objects.filter(run_id=job.pk, band__in=("SURE", "LIKELY"))
    found = set(linked.values_list("a_id", "b_id").iterator(chunk_size=10_000))
    right = len(found & true)
    precision, recall = right / max(1, len(found)), right / max(1, len(true))
    answer({
        "seconds": seconds, "status": job.status, **job.result, "true": len(true), "found": len(found),
        "precision": precision, "recall": recall, "f1": 2 * precision * recall / max(1e-9, precision + recall),
    })  # fmt: skip


if __name__ == "__main__":
    main()
