"""Merging sure pairs in bulk, and undoing them: pairs are made up of neighbours in the book and taken apart again.

python -m benchmarks.inside.merging COUNT
"""

import resource
import statistics
import sys
import time
from typing import Any

from django.db import transaction

from benchmarks.inside.django_ready import answer
from benchmarks.inside.people import PEOPLE, actor_named
from keyuan.customers.models import CustomerSummary, DuplicatePair, Merge, MergeBatch, MergeChange
from keyuan.customers.services.merging.rules import current_orders
from keyuan.customers.services.merging.running import Taken, merge_some, undo_some
from keyuan.customers.services.name_index import name_sort_key
from keyuan.platform import clock
from keyuan.platform.imports.bulk import Same, insert, next_ids


def cpu() -> float:
    """Return the seconds of processor time that this process has used."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def planned(count: int) -> MergeBatch:
    """Return a batch of ``count`` couples all over the book."""
    ids = list(CustomerSummary.objects.filter(kind="P").order_by("pk").values_list("pk", flat=True)[: 2 * count])
    count = len(ids) // 2
    now = clock.now()
    with transaction.atomic():
        batch = MergeBatch.objects.create(threshold=0.99, reason="量测", created_at=now, planned=count)
        columns: dict[str, Any] = {
            "id": next_ids(Merge, count), "batch_id": Same(batch.pk), "survivor_id": ids[::2][:count],
            "loser_id": ids[1::2][:count], "created_at": Same(now),
        }  # fmt: skip
        insert(Merge, columns, count)
    return batch


def worked_off(step: Any) -> dict[str, Any]:
    """Run chunks until nothing is left; return rate by wall and processor, and how long the write lock was held."""
    size, done, held = 0, 0, []
    began, used = time.perf_counter(), cpu()
    while True:
        start, taken = time.perf_counter(), Taken(0, 0)
        with transaction.atomic():
            taken = step(size)
        if not taken.taken:
            break
        held.append((time.perf_counter() - start) * 1000)
        size, done = taken.next_size, done + taken.taken
    seconds, processor = time.perf_counter() - began, cpu() - used
    return {
        "merges": done, "seconds": round(seconds, 1), "per_second": round(done / seconds),
        "per_cpu_second": round(done / processor), "lock_ms": round(statistics.median(held), 1),
        "lock_p95_ms": round(sorted(held)[int(len(held) * 0.95)], 1), "lock_max_ms": round(max(held), 1),
    }  # fmt: skip


def main(count: int) -> None:
    """Answer with the figures of merging and of undoing."""
    actor, orders = actor_named(PEOPLE["head office"]), current_orders()
    # Neighbours in the book are no duplicates: their names and birth dates stay, as those of duplicates would.
    orders |= dict.fromkeys(("name", "former_name", "sex", "birth_on"), ("survivor",))
    name_sort_key("预热")
    batch = planned(count)
    try:
        merging = worked_off(lambda size: merge_some(actor, batch, orders, size, clock.now()))
        undoing = worked_off(lambda size: undo_some(actor, batch, size, clock.now()))
        left = Merge.objects.filter(batch=batch, status=Merge.Status.DONE).count()
        answer({"merge": merging, "undo": undoing, "left": left})
    finally:
        MergeChange.objects.filter(merge__batch=batch).delete()
        Merge.objects.filter(batch=batch).exclude(status=Merge.Status.DONE).delete()
        DuplicatePair.objects.filter(note="量测").delete()
        if not batch.merges.exists():
            batch.delete()


if __name__ == "__main__":
    main(int(sys.argv[1]))
