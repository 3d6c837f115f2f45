"""The night of the task rules: a chunked job that goes on where it was killed, for every night due (CUS-13)."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db import transaction

from keyuan.customers.extensions import occasions
from keyuan.customers.models import CustomerSummary, Task, TaskOrigin, TaskRule, TaskRun
from keyuan.customers.rules.task_rules import nights
from keyuan.customers.selectors.agenda import Night, found, night_of
from keyuan.customers.services.agenda.closing import VANISHED, chunks, close_found, open_groups, vanished
from keyuan.customers.services.agenda.defaults import seed_rules
from keyuan.customers.services.agenda.making import PLACE_COLUMNS, make_chunk
from keyuan.customers.services.watching.reminding import remind_reviews
from keyuan.kernel.actor import Actor, system_actor
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.imports.bulk import update
from keyuan.platform.jobs import Progress, TrackedJob, start_tracked
from keyuan.platform.locks import hold

JOB = "customers.make_tasks"
LOCK = "task-rules"
#: Nights that are made up for when the system stood still; older reminders would help nobody.
MOST_NIGHTS = 14
PLACED = 2_000
NOWHERE = [None, None, None, None, None, "", None]


def start_nights(*, actor: Actor, today: date, now: datetime) -> TrackedJob:
    """Start the nights up to ``today`` that are not made yet, and close what lost its reason since."""
    seed_rules(now)
    last = TaskRun.objects.order_by("-on").values_list("on", flat=True).first()
    wanted = [night.isoformat() for night in nights(last, today, most=MOST_NIGHTS)]
    with transaction.atomic():
        return start_tracked(actor, JOB, nights=wanted)


def replay_night(*, actor: Actor, on: date, now: datetime) -> TrackedJob:
    """Make one night again, as after an import that came late: only what is missing is made."""
    seed_rules(now)
    with transaction.atomic():
        return start_tracked(actor, JOB, nights=[on.isoformat()])


def run_nights(job: Progress, state: dict[str, Any], now: datetime) -> None:
    """Do the next part of the nights: place tasks, close what vanished, then rule by rule in chunks."""
    wanted = [date.fromisoformat(text) for text in job.kwargs["nights"]]
    if not state.get("closed"):
        _place(job)
        _close(job, state, now)
    while job.time_left():
        position = state.get("night", 0)
        if position >= len(wanted):
            job.finish(made=state.get("made", 0), closed=state.get("lost", 0))
            return
        if not _make(job, state, wanted[position], now):
            return


def _place(job: Progress) -> None:
    """Give tasks made by the previous release the unit columns that lists read by."""
    while job.time_left():
        strays = Task.objects.filter(closed_at__isnull=True, team_id__isnull=True, head_office_id__isnull=True)
        rows = dict(strays.values_list("pk", "customer_id")[:PLACED])
        if not rows:
            return
        with job.step():
            place_tasks(rows)


def place_tasks(rows: dict[int, int]) -> None:
    """Write the unit columns of tasks (id → customer) from the customers' summaries."""
    summaries = CustomerSummary.objects.filter(pk__in=set(rows.values())).values_list("pk", *PLACE_COLUMNS)
    places = {pk: place for pk, *place in summaries}
    at = [places.get(customer_id, NOWHERE) for customer_id in rows.values()]
    columns: dict[str, Any] = {name: [place[index] for place in at] for index, name in enumerate(PLACE_COLUMNS)}
    # 0 for a customer without any unit: looked at, and not to be looked at again.
    columns["head_office_id"] = [unit or 0 for unit in columns["head_office_id"]]
    update(Task, list(rows), columns)


def _close(job: Progress, state: dict[str, Any], now: datetime) -> None:
    """Close what lost its reason. Killed half-way it begins anew: what is closed already is not open any more."""
    for group, pairs in open_groups(TaskOrigin.objects.all()).items():
        for some in chunks(vanished(group, pairs)):
            with job.step():
                hold(LOCK)
                state["lost"] = state.get("lost", 0) + close_found(some, VANISHED, now)
    with job.step():
        state["closed"] = True


def _make(job: Progress, state: dict[str, Any], on: date, now: datetime) -> bool:
    """Make one rule's tasks of a night, or end the night; False when the chunk's time is over."""
    rules = _rules_behind(state.get("rule", 0))
    rule = next(rules, None)
    if rule is None:
        with job.step():
            _end_night(state, on, now)
        return True
    night = night_of(rule, on)
    for rows in found(night, after=state.get("after", 0)):
        if not job.time_left():
            return False
        with job.step():
            # Two jobs for one night take turns; the second finds everything made.
            hold(LOCK)
            made = make_chunk(night, rows, now)
            _count(state, made, rows[-1][0])
            job.advance(made)
    with job.step():
        _end_rule(state, night, now)
    return True


def _rules_behind(rule_id: int) -> Iterator[TaskRule]:
    """Yield the active rules behind one, by id; a night that was interrupted goes on with the rules as they are now."""
    for rule in TaskRule.objects.filter(is_active=True, pk__gt=rule_id).order_by("pk"):
        if rule.occasion in occasions:
            yield rule


def _count(state: dict[str, Any], made: int, last: int) -> None:
    state["after"] = last
    for name in ("made", "made_by_rule", "made_by_night"):
        state[name] = state.get(name, 0) + made


def _end_rule(state: dict[str, Any], night: Night, now: datetime) -> None:
    """One event for a rule's night: each task names its rule, and its origin the occasion."""
    made = state.pop("made_by_rule", 0)
    if made:
        detail = {"night": night.on.isoformat(), "tasks": made}
        subject = Subject("task_rule", night.rule.pk)
        record(system_actor("task rules"), Action.UPDATE, subject, detail=detail, now=now)
    state["rule"], state["after"] = night.rule.pk, 0


def _end_night(state: dict[str, Any], on: date, now: datetime) -> None:
    run, fresh = TaskRun.objects.get_or_create(on=on, defaults={"finished_at": now})
    run.made += state.pop("made_by_night", 0)
    run.closed += state.get("lost", 0) if state.get("night", 0) == 0 else 0
    run.finished_at = now
    run.save()
    if fresh:
        remind_reviews(on, now)
    state["night"], state["rule"] = state.get("night", 0) + 1, 0
