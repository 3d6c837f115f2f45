"""The night: a chunked job that goes on where it was killed, for every night that is due (POL-2, decision 10)."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from keyuan.kernel.actor import Actor, reaches_whole_book, system_actor
from keyuan.kernel.errors import Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.jobs import Progress, TrackedJob, start_tracked
from keyuan.platform.locks import hold
from keyuan.policies import permissions
from keyuan.policies.models import ClockRun, Policy
from keyuan.policies.selectors.clock_facts import due_until
from keyuan.policies.selectors.clock_records import night_before
from keyuan.policies.services.clocks.stepping import carry_out, plan
from keyuan.policies.services.clocks.valuing import outdated, revalue

JOB = "policies.clocks"
LOCK = "policy-clocks"
#: Contracts in one transaction: with these the writer's lock is held for less than 100 ms.
CHUNK = 100
#: Nights that are made one by one when the system stood still; what was due before is dated all the same.
MOST_NIGHTS = 14
CLOCK = system_actor("Keyuan")


def start_nights(*, actor: Actor, today: date) -> TrackedJob:
    """Start the nights up to ``today`` that have not been made; today's is made again where it was (finds nothing)."""
    last = last_night()
    first = max(last + timedelta(days=1), today - timedelta(days=MOST_NIGHTS - 1)) if last else today
    nights = [first + timedelta(days=ahead) for ahead in range((today - first).days + 1)] or [today]
    return _start(actor, nights)


def start_night(*, actor: Actor, on: date, now: datetime) -> TrackedJob:
    """Make one night, again if need be: only what is not done yet is done.

    Raises `Refused` clocks.in_future, and clocks.whole_book for a post that does not see every contract.
    """
    require_whole_book(actor)
    if on > now.date():
        raise Refused("clocks.in_future", field="on")
    return _start(actor, [on])


def may_start(actor: Actor) -> bool:
    """Tell whether a post may make or compare nights: they concern the whole book."""
    return actor.may(permissions.CLOCKS) and reaches_whole_book(actor)


def require_whole_book(actor: Actor) -> None:
    """Raise Forbidden without the right, `Refused` clocks.whole_book without the reach."""
    actor.require(permissions.CLOCKS)
    if not may_start(actor):
        raise Refused("clocks.whole_book")


def last_night() -> date | None:
    """Return the last night that was made, or begun."""
    runs = ClockRun.objects.filter(kind=ClockRun.Kind.NIGHT).order_by("-on", "-pk")
    return runs.values_list("on", flat=True).first()


def _start(actor: Actor, nights: list[date]) -> TrackedJob:
    with transaction.atomic():
        return start_tracked(actor, JOB, nights=[night.isoformat() for night in nights], asked_by=actor.name)


def run_nights(job: Progress, state: dict[str, Any], now: datetime) -> None:
    """Do the next part of the nights, contract by contract in short transactions."""
    nights = [date.fromisoformat(text) for text in job.kwargs["nights"]]
    while job.time_left():
        position = state.get("night", 0)
        if position >= len(nights):
            job.finish(changed=state.get("changed", 0), counts=state.get("counts", {}))
            return
        night = nights[position]
        if "run" not in state:
            _begin(job, state, night, now)
        if state.get("valued") != position and not _valued(job, state, night, now):
            continue
        # Read and judged before the transaction: the writer's lock is held for the writing alone.
        plans = plan(due_until(night, CHUNK, before=night_before(night)), night)
        with job.step():
            if not plans:
                _end(state, now)
                continue
            # Two jobs for one night take turns; what the second read before is stale by its version.
            hold(LOCK)
            counts = carry_out(plans, state["run"], CLOCK, now)
            _count(state, counts, len(plans))
            job.advance(len(plans))


def _valued(job: Progress, state: dict[str, Any], night: date, now: datetime) -> bool:
    """Bring the next values up to date that premium loans of the night draw on; tell whether all are."""
    policies = outdated(night, state.get("valued_after", 0))
    with job.step():
        hold(LOCK)
        revalue(policies, now)
        state["valued_after"] = policies[-1].pk if policies else 0
        if not policies:
            state["valued"] = state.get("night", 0)
    return not policies


def _begin(job: Progress, state: dict[str, Any], night: date, now: datetime) -> None:
    with job.step():
        run = ClockRun.objects.create(
            on=night, cut_off=now, started_at=now, asked_by=str(job.kwargs.get("asked_by", ""))[:40]
        )
        state["run"] = run.pk
    if job.total is None:
        job.set_total(Policy.objects.filter(next_clock_on__lte=night).count())


def _count(state: dict[str, Any], counts: dict[str, int], looked: int) -> None:
    for name in ("counts", "run_counts"):
        so_far = state.setdefault(name, {})
        for rule, number in counts.items():
            so_far[rule] = so_far.get(rule, 0) + number
    run = ClockRun.objects.filter(pk=state["run"])
    run.update(looked=F("looked") + looked, changed=F("changed") + looked, counts=state["run_counts"])
    state["changed"] = state.get("changed", 0) + looked


def _end(state: dict[str, Any], now: datetime) -> None:
    """End the night: one event on the trail; each contract's history names its own steps."""
    run = ClockRun.objects.get(pk=state.pop("run"))
    run.finished_at = now
    run.save(update_fields=["finished_at"])
    detail = {"night": run.on.isoformat(), **state.pop("run_counts", {})}
    record(CLOCK, Action.UPDATE, Subject("clock_run", run.pk), detail=detail, now=now)
    state["night"] = state.get("night", 0) + 1
