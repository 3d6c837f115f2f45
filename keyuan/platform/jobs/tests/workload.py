"""Jobs for the tests of the queue: they count what they did in number counters, for want of a table of their own."""

import time

from django.db import transaction
from django.db.models import F

from keyuan.kernel.errors import Refused
from keyuan.platform.jobs import TryLater, chunked, tracked
from keyuan.platform.models import NumberCounter

TOTAL = 40


def count(series, by=1):
    with transaction.atomic():
        counter, _ = NumberCounter.objects.get_or_create(series=series)
        NumberCounter.objects.filter(pk=counter.pk).update(used=F("used") + by)


def counted(series):
    return NumberCounter.objects.filter(series=series).values_list("used", flat=True).first() or 0


def add(series):
    count(series)


def slow_add(series):
    count(f"{series}.began")
    time.sleep(1.5)
    count(series)


def heals_later(series):
    count(series)
    raise TryLater


def never_heals(series):
    count(series)
    raise LookupError("张三 13800001402")


@tracked("test.whole")
def whole(job, *, series):
    count(series)
    return {"series": series}


@chunked("test.chunks")
def chunks(job, state):
    """Count to TOTAL, five a step; ``crash_at`` fails once in the middle of a step, after its work."""
    job.set_total(TOTAL)
    while job.time_left():
        with job.step():
            count(job.kwargs["series"], 5)
            state["at"] = state.get("at", 0) + 5
            job.advance(5)
            if job.kwargs.get("crash_at") == state["at"] and not counted("mended"):
                raise {"heals": OSError, "refused": lambda: Refused("test.refused")}[job.kwargs["how"]]()
            if state["at"] >= TOTAL:
                job.finish(counted=state["at"])
        time.sleep(job.kwargs.get("pause", 0))


@chunked("test.single_steps")
def single_steps(job, state):
    """One step a chunk, as if time ran out."""
    with job.step():
        count(job.kwargs["series"])
        state["at"] = state.get("at", 0) + 1
        if state["at"] == 3:
            job.finish()
