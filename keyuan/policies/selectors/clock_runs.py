"""Nights of the clocks as their pages show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound
from keyuan.policies import permissions
from keyuan.policies.models import ClockRun, ClockStep
from keyuan.policies.selectors.contract import policy_number
from keyuan.policies.selectors.labels import STEPS
from keyuan.policies.selectors.scope import policies_visible_to

#: Contracts named on the page of a night, for each rule.
NAMED = 20


@dataclass(frozen=True, slots=True)
class Named:
    """A contract with its number; ``policy_id`` is None where it lies out of reach."""

    policy_id: int | None
    number: str
    due_on: date


@dataclass(frozen=True, slots=True)
class RuleFigure:
    """What one rule did in a night: its name, how often, and the first contracts within reach."""

    rule: str
    label: Any
    count: int
    contracts: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """A step that only one side has; ``again`` is True for what only the replay would do."""

    contract: Named
    label: Any
    again: bool


def clock_runs_visible_to(actor: Actor) -> QuerySet[ClockRun]:
    """Return the runs and comparisons; figures of the whole book, for posts that may see the clocks."""
    return ClockRun.objects.all() if actor.may(permissions.CLOCKS) else ClockRun.objects.none()


def access_clock_run(actor: Actor, run_id: int) -> ClockRun:
    """Return one run; raises `NotFound`."""
    run = clock_runs_visible_to(actor).filter(pk=run_id).first()
    if run is None:
        raise NotFound("clocks.not_found")
    return run


def figures_of(actor: Actor, run: ClockRun, *, now: datetime) -> list[RuleFigure]:
    """Return what each rule did, the most frequent first."""
    steps = {rule: _first_steps(run, rule) for rule in run.counts}
    numbers = _numbers(actor, [pk for rows in steps.values() for pk, _due in rows], now)
    return [
        RuleFigure(rule, STEPS.get(rule, rule), count, tuple(_named(numbers, *row) for row in steps[rule]))
        for rule, count in sorted(run.counts.items(), key=lambda pair: -pair[1])
    ]


def _first_steps(run: ClockRun, rule: str) -> list[tuple[int, date]]:
    rows = ClockStep.objects.filter(run=run, rule=rule).order_by("pk")
    return list(rows.values_list("policy_id", "due_on")[:NAMED])


def differences_of(actor: Actor, run: ClockRun, *, now: datetime) -> list[Difference]:
    """Return the differences that a comparison noted."""
    numbers = _numbers(actor, [row["policy"] for row in run.report], now)
    return [
        Difference(
            _named(numbers, row["policy"], date.fromisoformat(row["due_on"])),
            STEPS.get(row["rule"], row["rule"]),
            row["again"],
        )
        for row in run.report
    ]


def _numbers(actor: Actor, ids: Sequence[int], now: datetime) -> dict[int, str]:
    visible = policies_visible_to(actor, now=now).filter(pk__in=ids).only("pk", "policy_no")
    return {row.pk: policy_number(actor, row) for row in visible} if ids else {}


def _named(numbers: dict[int, str], policy_id: int, due_on: date) -> Named:
    number = numbers.get(policy_id)
    return Named(policy_id if number else None, number or "", due_on)


def total_of(run: ClockRun) -> int:
    """Return how many steps a run took, or would take."""
    return int(sum(run.counts.values()))
