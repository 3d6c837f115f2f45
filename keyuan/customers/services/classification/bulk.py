"""Classifying the whole book: read in columns, judged at once, what moved written in short transactions (CUS-5).

What moved is judged again under a lock before it is written: an event of the same second wins.
"""

import time
from datetime import date, datetime
from typing import Any

import numpy as np

from keyuan.customers.models import ClassChange, ClassRun
from keyuan.customers.rules.classification import Thresholds, classify
from keyuan.customers.selectors.classification.columns import (
    Moment,
    appointments,
    rules_in_force,
    stretches,
    with_appointments,
)
from keyuan.customers.services.classification.counting import count_day
from keyuan.customers.services.classification.writing import judge
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict
from keyuan.platform.jobs import Progress, start_tracked
from keyuan.platform.models import TrackedJob

JOB = "customers.classify"
#: Customers read at one go, and written in one transaction (≤ 100 ms of the writer's lock).
READ, WRITE = 100_000, 1000


def start_run(*, actor: Actor, cause: str = ClassChange.Cause.TIME) -> TrackedJob:
    """Start classifying the whole book. Raises Conflict ``classify.running`` while a run is under way."""
    if TrackedJob.objects.filter(kind=JOB, status__in=TrackedJob.OPEN).exists():
        raise Conflict("classify.running")
    return start_tracked(actor, JOB, cause=cause)


def run_chunk(job: Progress, state: dict[str, Any], now: datetime, moment: Moment) -> None:
    """Do a part of a run: go on behind the last customer that was looked at; at the end count the day."""
    started = time.monotonic()
    thresholds, version = rules_in_force()
    agreed, day = appointments(), date.fromisoformat(state.setdefault("day", now.date().isoformat()))
    cause = job.kwargs.get("cause", ClassChange.Cause.TIME)
    while job.time_left():
        moved, seen, last = _look(state.get("after", 0), thresholds, day, agreed, moment)
        for start in range(0, len(moved), WRITE):
            with job.step():
                part = moved[start : start + WRITE]
                state["moved"] = state.get("moved", 0) + judge(part, thresholds, day, cause)
        with job.step():
            state["after"], state["read"] = last, state.get("read", 0) + seen
            job.advance(seen)
            state["seconds"] = state.get("seconds", 0.0) + time.monotonic() - started
        started = time.monotonic()
        if seen < READ:
            count_day(day)
            with job.step():
                _close(state, version.pk if version else None, day, now, time.monotonic() - started)
                job.finish(read=state["read"], moved=state.get("moved", 0))


def _look(
    after: int, thresholds: Thresholds, day: date, agreed: dict[int, Any], moment: Moment
) -> tuple[list[int], int, int]:
    """Return who stands elsewhere than the book says, how many were looked at, and the last one; writes nothing."""
    moved: list[int] = []
    seen, last = 0, after
    for stretch in stretches(after, READ, moment):
        fresh = with_appointments(stretch, agreed)
        differs = classify(fresh.facts, thresholds, day) != stretch.codes
        differs |= fresh.facts["appointment_on"] != stretch.facts["appointment_on"]
        moved += stretch.ids[np.flatnonzero(differs)].tolist()
        seen, last = seen + len(stretch), max(last, int(stretch.ids[-1]))
    return moved, seen, last


def _close(state: dict[str, Any], version_id: int | None, day: date, now: datetime, seconds: float) -> None:
    ClassRun.objects.create(
        day=day,
        rules_id=version_id,
        read=state["read"],
        moved=state.get("moved", 0),
        seconds=round(state["seconds"] + seconds, 1),
        finished_at=now,
    )
