"""Allocating many customers at once: orphans made, planned, given, taken back; the book is left as it was found.

python -m benchmarks.inside.allocating COUNT
"""

import sys
import time
from typing import Any

from django.db import transaction

from benchmarks.inside.django_ready import answer
from keyuan.customers.models import Allocation, CustomerSummary, OrphanCase
from keyuan.customers.selectors.allocation.rules import active_rules
from keyuan.customers.services.allocation.giving import give_allocation, undo_allocation
from keyuan.customers.services.allocation.orphans import find_at_once
from keyuan.customers.services.allocation.placing import Place, move
from keyuan.customers.services.allocation.planning import plan_allocation
from keyuan.customers.services.allocation.rules import save_rule
from keyuan.kernel.actor import Actor, system_actor
from keyuan.organisation.models import LEVEL_COLUMNS
from keyuan.platform import clock
from keyuan.platform.jobs.chunks import run_job
from keyuan.platform.models import TrackedJob

TARGET = {"method": "EVEN_COUNT", "nearest": "team_id", "farthest": "branch_id", "same_channel": False}
CHUNK = 2_000


def orphans(actor: Actor, count: int) -> dict[int, Place]:
    """See to it that ``count`` customers wait: those who do, and as many served ones as are missing.

    Return where the latter were served.
    """
    find_at_once(actor, clock.now())
    missing = count - OrphanCase.objects.filter(closed_at__isnull=True).count()
    made: dict[int, Place] = {}
    columns = ("pk", "servicing_agent_id", "team_id", *LEVEL_COLUMNS, "sales_channel")
    while len(made) < missing:
        served = CustomerSummary.objects.filter(is_orphan=False, team_id__isnull=False).order_by("-pk")
        rows = list(served.values_list(*columns)[: min(CHUNK, missing - len(made))])
        if not rows:
            break
        with transaction.atomic():
            alone = {row[0]: Place(None, row[2], row[3:]) for row in rows}
            move(alone, actor=actor, now=clock.now(), code="ORPHANED")
        made |= {row[0]: Place(row[1], row[2], row[3:]) for row in rows}
    find_at_once(actor, clock.now())
    return made


def give_back(actor: Actor, places: dict[int, Place]) -> None:
    """Let the customers that were served before the measurement be served again."""
    ids = sorted(places)
    for start in range(0, len(ids), CHUNK):
        with transaction.atomic():
            some = {pk: places[pk] for pk in ids[start : start + CHUNK]}
            move(some, actor=actor, now=clock.now(), code="UNDO")
    find_at_once(actor, clock.now())


def timed(job_id: int | None) -> tuple[float, float]:
    """Run a watched job to its end; return its seconds by the wall and of this process's processor time."""
    began, used = time.perf_counter(), time.process_time()
    job = TrackedJob.objects.get(pk=job_id)
    while job.status in job.LIVE:
        run_job(job.pk, job.step)
        job.refresh_from_db()
    return round(time.perf_counter() - began, 1), round(time.process_time() - used, 1)


def main(count: int) -> None:
    """Answer with seconds of each step; what was given is taken back at the end."""
    actor = system_actor("benchmark")
    now = clock.now()
    if not active_rules():
        save_rule(
            actor=actor, rule_id=None, version=0, name="量测", is_active=True, conditions={}, target=TARGET, now=now
        )
    began = time.perf_counter()
    made = orphans(actor, count)
    found = round(time.perf_counter() - began, 1)
    settings: dict[str, Any] = {"limit": count}
    batch = plan_allocation(actor=actor, name="量测", choice={}, settings=settings, token=f"bench-{began}", now=now)
    planning, _used = timed(batch.job_id)
    giving, used = timed(give_allocation(actor=actor, allocation_id=batch.pk, now=now).job_id)
    taking_back, _used = timed(undo_allocation(actor=actor, allocation_id=batch.pk, now=now).job_id)
    batch = Allocation.objects.get(pk=batch.pk)
    give_back(actor, made)
    answer(
        {
            "customers": batch.total, "placed": batch.placed, "given": batch.given, "undone": batch.undone,
            "made_orphans": len(made), "finding_seconds": found, "planning_seconds": planning, "giving_seconds": giving,
            "giving_processor_seconds": used,
            "seconds": round(planning + giving, 1), "undo_seconds": taking_back, "figures": batch.figures,
            "per_second": round(batch.given / max(giving, 0.1)),
        }
    )  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]))
