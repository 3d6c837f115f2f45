"""Replaying a night without changing anything: what it would do from the records known then, beside what it did."""

from collections import Counter
from datetime import date, datetime
from typing import Any

from django.db import transaction

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Refused
from keyuan.platform.jobs import Progress, TrackedJob, start_tracked
from keyuan.policies.models import ClockRun
from keyuan.policies.rules.clocks import steps_until
from keyuan.policies.selectors.clock_records import facts_at, named, night_before, recorded_steps, touched_since
from keyuan.policies.services.clocks.nightly import require_whole_book

JOB = "policies.clocks_compare"
#: Differences that the report holds; the rest is counted.
SHOWN = 200
CHUNK = 1_000


def start_comparison(*, actor: Actor, on: date) -> TrackedJob:
    """Start comparing night ``on`` with what it would do again.

    Raises `Refused` clocks.never_ran, and clocks.whole_book for a post that does not see every contract.
    """
    require_whole_book(actor)
    if not _runs_of(on).exists():
        raise Refused("clocks.never_ran", field="on")
    with transaction.atomic():
        return start_tracked(actor, JOB, night=on.isoformat(), asked_by=actor.name)


def compare(job: Progress, state: dict[str, Any], now: datetime) -> None:
    """Do the next part of the comparison: contracts by rising id, reading only; the state holds what was found."""
    night = date.fromisoformat(job.kwargs["night"])
    cut_off = _runs_of(night).order_by("pk").values_list("cut_off", flat=True)[0]
    before = night_before(night)
    while job.time_left():
        ids, onward = touched_since(cut_off, night, state.get("after", 0))
        counts: Counter[str] = Counter()
        differences = []
        for start in range(0, len(ids), CHUNK):
            differences += _differences(ids[start : start + CHUNK], cut_off, before, night, counts)
        with job.step():
            _note(state, len(ids), counts, differences)
            job.advance(len(ids))
            state["after"] = onward or 0
            if onward is None:
                _finish(job, state, night, cut_off, now)
                return


def _runs_of(on: date) -> Any:
    return ClockRun.objects.filter(on=on, kind=ClockRun.Kind.NIGHT)


def _differences(
    ids: list[int], cut_off: datetime, before: date, night: date, counts: Counter[str]
) -> list[dict[str, Any]]:
    """Return the steps that only one side has: ``again`` says which, True for what only the replay would do."""
    computed = set()
    for pk, facts in facts_at(ids, cut_off, before):
        steps, _after = steps_until(facts, night)
        counts.update(step.rule.value for step in steps)
        computed |= named(pk, steps)
    recorded = recorded_steps(night, ids)
    return [
        {"policy": pk, "rule": rule, "due_on": due_on.isoformat(), "again": (pk, rule, due_on) in computed}
        for pk, rule, due_on in sorted(computed ^ recorded)
    ]


def _note(state: dict[str, Any], looked: int, counts: Counter[str], differences: list[dict[str, Any]]) -> None:
    state["looked"] = state.get("looked", 0) + looked
    so_far = state.setdefault("counts", {})
    for rule, number in counts.items():
        so_far[rule] = so_far.get(rule, 0) + number
    state["differences"] = state.get("differences", 0) + len(differences)
    report = state.setdefault("report", [])
    report += differences[: SHOWN - len(report)]


def _finish(job: Progress, state: dict[str, Any], night: date, cut_off: datetime, now: datetime) -> None:
    run = ClockRun.objects.create(
        on=night,
        kind=ClockRun.Kind.COMPARISON,
        cut_off=cut_off,
        started_at=now,
        finished_at=now,
        asked_by=str(job.kwargs.get("asked_by", ""))[:40],
        looked=state["looked"],
        counts=state["counts"],
        differences=state["differences"],
        report=state["report"],
    )
    job.finish(run=run.pk, differences=state["differences"], looked=state["looked"])
