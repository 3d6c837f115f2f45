"""Judging the whole book: read in columns, judged at once, what changed written in short transactions (CUS-11).

What changed is judged again under a lock before it is written: an event of the same second wins. At the end the day is
added up, and cleansing tasks are made.
"""

import time
from datetime import date, datetime
from typing import Any

import numpy as np

from keyuan.customers.models import QualityRun
from keyuan.customers.rules.quality import Weights, judge
from keyuan.customers.selectors.quality.facts import NONE, Moment, Stretch, stretches
from keyuan.customers.selectors.quality.others import Others, others_of
from keyuan.customers.selectors.quality.rows import weights_in_force
from keyuan.customers.services.quality.counting import count_day
from keyuan.customers.services.quality.nightly import close_strays, make_nightly
from keyuan.customers.services.quality.writing import (
    compare_numbers,
    differs,
    drop_unjudged,
    is_new,
    requalify,
    write_new,
)
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict
from keyuan.platform.jobs import Progress, start_tracked
from keyuan.platform.models import TrackedJob

JOB = "customers.qualify"
#: Records read at one go, and written in one transaction (≤ 100 ms of the writer's lock).
READ, WRITE = 100_000, 1000


def start_run(*, actor: Actor) -> TrackedJob:
    """Start judging the whole book. Raises Conflict ``quality.running`` while a run is under way."""
    if TrackedJob.objects.filter(kind=JOB, status__in=TrackedJob.OPEN).exists():
        raise Conflict("quality.running")
    return start_tracked(actor, JOB)


def run_chunk(job: Progress, state: dict[str, Any], now: datetime, moment: Moment) -> None:
    """Do a part of a run: go on behind the last record that was looked at; at the end count and make tasks."""
    started = time.monotonic()
    weights, _version = weights_in_force()
    day = date.fromisoformat(state.setdefault("day", now.date().isoformat()))
    others = others_of(None, weights, now)
    while job.time_left():
        if state.get("is_read"):
            _end(job, state, weights, day, now, started)
            return
        seen = _look(job, state, weights, others, now, moment)
        with job.step():
            state["seconds"] = state.get("seconds", 0.0) + time.monotonic() - started
            state["is_read"] = seen < READ
            job.advance(seen)
        started = time.monotonic()


def _look(job: Progress, state: dict[str, Any], weights: Weights, others: Others, now: datetime, moment: Moment) -> int:
    """Judge the next stretch and write what is new or changed; return how many records were looked at."""
    seen = 0
    for stretch in stretches(state.get("after", 0), READ, moment, others):
        verdict = judge(stretch.facts, weights, now.date())
        new = is_new(stretch)
        changed = stretch.ids[np.flatnonzero(~new & (differs(stretch, verdict) | (stretch.facts["clash"] == NONE)))]
        for start in range(0, len(changed), WRITE):
            with job.step():
                count = requalify(changed[start : start + WRITE].tolist(), weights, now, others=others)
                state["changed"] = state.get("changed", 0) + count
        _insert(job, state, stretch, weights, np.flatnonzero(new), now)
        seen = len(stretch)
        with job.step():
            state["after"], state["read"] = int(stretch.ids[-1]), state.get("read", 0) + seen
    return seen


def _insert(
    job: Progress, state: dict[str, Any], stretch: Stretch, weights: Weights, places: Any, now: datetime
) -> None:
    """Write the first verdict on records that have none."""
    for start in range(0, len(places), WRITE):
        some = places[start : start + WRITE]
        # Opened outside the transaction: asking a number under its seal takes its time.
        compare_numbers(stretch, stretch.ids[some].tolist())
        part = stretch.at(some)
        verdict = judge(part.facts, weights, now.date())
        with job.step():
            write_new(part, verdict, np.arange(len(some)), now.date())
            state["changed"] = state.get("changed", 0) + len(some)


def _end(job: Progress, state: dict[str, Any], weights: Weights, day: date, now: datetime, started: float) -> None:
    if not state.get("is_counted"):
        with job.step():
            drop_unjudged()
            close_strays(now)
        count_day(day)
        with job.step():
            state["is_counted"] = True
    make_nightly(job, state, weights, now)
    with job.step():
        seconds = state.get("seconds", 0.0) + time.monotonic() - started
        QualityRun.objects.create(
            day=day,
            read=state.get("read", 0),
            changed=state.get("changed", 0),
            tasks=state.get("tasks", 0),
            seconds=round(seconds, 1),
            finished_at=now,
        )
        job.finish(read=state.get("read", 0), changed=state.get("changed", 0), tasks=state.get("tasks", 0))
