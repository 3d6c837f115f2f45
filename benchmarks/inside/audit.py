"""The audit trail under many writers: each is a process; another one seals.

python -m benchmarks.inside.audit write SECONDS NUMBER     changes and looks, one after the other, as fast as can be
python -m benchmarks.inside.audit seal SECONDS             seals again and again, then verifies both chains
"""

import sys
import time
from typing import Any

from django.db import transaction

from benchmarks.inside.django_ready import answer
from keyuan.kernel.actor import system_actor
from keyuan.platform import clock
from keyuan.platform.audit import Action, Subject, record, record_read
from keyuan.platform.audit.sealer import seal_all
from keyuan.platform.audit.verifier import verify_all

#: Seconds between two sealings; the timetable leaves a minute.
PAUSE = 2.0


def write(seconds: float, number: int) -> dict[str, Any]:
    """Write events until the time is over; return how many were acknowledged, and the slowest write."""
    actor = system_actor(f"benchmark {number}")
    changes = looks = 0
    slowest = 0.0
    ends = time.perf_counter() + seconds
    while (began := time.perf_counter()) < ends:
        subject = Subject("customer", number * 1_000_000 + changes)
        with transaction.atomic():
            record(actor, Action.UPDATE, subject, before={"tier": "GOLD"}, after={"tier": "SILVER"}, now=clock.now())
        changes += 1
        slowest = max(slowest, time.perf_counter() - began)
        record_read(actor, Action.VIEW, subject, now=clock.now())
        looks += 1
    return {"changes": changes, "looks": looks, "slowest_ms": round(slowest * 1000, 1)}


def seal(seconds: float) -> dict[str, Any]:
    """Seal while others write, once more when they have ended, and verify what came of it."""
    ends = time.perf_counter() + seconds
    rounds = []
    while time.perf_counter() < ends:
        began = time.perf_counter()
        count = seal_all()
        rounds.append((count, time.perf_counter() - began))
        time.sleep(PAUSE)
    began = time.perf_counter()
    late = seal_all()
    last = time.perf_counter() - began
    began = time.perf_counter()
    verdict = verify_all(clock.now())
    return {
        "rounds": len(rounds),
        "sealed_meanwhile": sum(count for count, _seconds in rounds),
        "longest_round_seconds": round(max((seconds for _count, seconds in rounds), default=0), 2),
        "sealed_afterwards": late,
        "seconds_afterwards": round(last, 2),
        "links": verdict.links,
        "unsealed": verdict.unsealed,
        "breach": str(verdict.breach) if verdict.breach else "",
        "verified_per_second": round(verdict.links / (time.perf_counter() - began)),
    }


if __name__ == "__main__":
    if sys.argv[1] == "write":
        answer(write(float(sys.argv[2]), int(sys.argv[3])))
    else:
        answer(seal(float(sys.argv[2])))
