"""Planning a batch: who is chosen, to whom each would go, what is left over and why (CUS-9).

Nothing is given yet. The plan is the same for the same facts, so a run that was killed plans again and overwrites.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from keyuan.customers import permissions
from keyuan.customers.models import Allocation, AllocationItem, Assignment, OrphanCase
from keyuan.customers.rules.allocation.facts import AgentFacts, CustomerFacts
from keyuan.customers.rules.allocation.fairness import gini
from keyuan.customers.rules.allocation.planning import Placement, Planner
from keyuan.customers.selectors.allocation.access import access_allocation, chosen_orphans
from keyuan.customers.selectors.allocation.facts import (
    COOLING_DAYS,
    agent_facts,
    customer_facts,
    places_around,
    rules_for_planning,
)
from keyuan.kernel.actor import Actor, Reach
from keyuan.kernel.errors import Conflict, Refused
from keyuan.organisation.models import Agent, Unit
from keyuan.organisation.selectors import in_scope
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.imports.bulk import Same, insert, update
from keyuan.platform.jobs import Progress, start_tracked
from keyuan.platform.locks import hold

JOB = "customers.plan_allocation"
CHUNK = 5000
MOST = 500_000
#: Which unit of a person receives, and days until it must have answered (GK).
RECEIVING_LEVELS = ("sub_branch_id", "section_id", "team_id")
ANSWER_DAYS, FIRST_CONTACT_DAYS = 3, 7
State, ItemState = Allocation.State, AllocationItem.State


def plan_allocation(
    *, actor: Actor, name: str, choice: Mapping[str, Any], settings: Mapping[str, Any], token: str, now: datetime
) -> Allocation:
    """Begin to plan a batch over the open orphan cases that ``choice`` names; the same ``token`` is the same batch.

    Raises `Refused` allocation.no_rules, allocation.empty and allocation.too_many.
    """
    actor.require(permissions.ALLOCATE)
    if known := Allocation.objects.filter(token=token[:64], created_by_id=actor.id).first():
        return known
    if not rules_for_planning():
        raise Refused("allocation.no_rules")
    chosen = chosen_orphans(actor, choice)[: MOST + 1].count()
    if not chosen:
        raise Refused("allocation.empty")
    if chosen > MOST:
        raise Refused("allocation.too_many", most=MOST)
    unit = _unit_of(actor)
    with transaction.atomic():
        hold(f"allocation:{token}")
        if known := Allocation.objects.filter(token=token[:64], created_by_id=actor.id).first():
            return known
        batch = Allocation.objects.create(
            name=name.strip()[:80] or f"{now:%Y-%m-%d %H:%M}",
            unit=unit,
            choice=dict(choice),
            settings={"answer_days": ANSWER_DAYS, "first_contact_days": FIRST_CONTACT_DAYS, **settings},
            token=token[:64],
            created_by_id=actor.id,
            created_by_name=actor.name[:80],
            created_at=now,
            **unit.level_ids(),
        )
        job = start_tracked(actor, JOB, total=chosen * 2, allocation_id=batch.pk)
        batch.job_id = job.pk
        batch.save(update_fields=["job_id"])
        record(actor, Action.CREATE, Subject("allocation", batch.pk), after={"choice": dict(choice)}, now=now)
    return batch


def _unit_of(actor: Actor) -> Unit:
    unit = Unit.objects.filter(pk=actor.unit_id or 0).first() or Unit.objects.filter(level=1).first()
    if unit is None or actor.scope.reach is Reach.SELF:
        raise Refused("allocation.no_unit")
    return unit


def plan_again(*, actor: Actor, allocation_id: int, now: datetime) -> Allocation:
    """Plan a batch anew with the present rules and facts. Raises `Conflict` when it was given or dropped."""
    actor.require(permissions.ALLOCATE)
    with transaction.atomic():
        batch = access_allocation(actor, allocation_id, lock=True)
        if batch.state != State.READY:
            raise Conflict("allocation.not_ready")
        batch.state = State.PLANNING
        batch.job_id = start_tracked(actor, JOB, total=batch.total, allocation_id=batch.pk, again=True).pk
        batch.save(update_fields=["state", "job_id"])
        record(actor, Action.UPDATE, Subject("allocation", batch.pk), detail={"planned": "again"}, now=now)
    return batch


def drop_allocation(*, actor: Actor, allocation_id: int, now: datetime) -> Allocation:
    """Give up a plan that was not given. Raises `Conflict` for any other."""
    actor.require(permissions.ALLOCATE)
    with transaction.atomic():
        batch = access_allocation(actor, allocation_id, lock=True)
        if batch.state not in (State.READY, State.PLANNING):
            raise Conflict("allocation.not_ready")
        batch.state = State.DROPPED
        batch.save(update_fields=["state"])
        record(actor, Action.UPDATE, Subject("allocation", batch.pk), after={"state": "DROPPED"}, now=now)
    return batch


def run_plan(job: Progress, state: dict[str, Any], now: datetime) -> None:
    """Do the next steps of planning: collect the customers, then place them."""
    batch = Allocation.objects.get(pk=job.kwargs["allocation_id"])
    state.setdefault("stage", "place" if job.kwargs.get("again") else "collect")
    while job.time_left() and state["stage"] == "collect":
        _collect(job, state, batch)
    if state["stage"] == "place" and not job.is_finished:
        _place(job, batch, now)


def _collect(job: Progress, state: dict[str, Any], batch: Allocation) -> None:
    """Take the next cases; a limit takes the most valuable."""
    with job.step():
        cases = chosen_orphans(job.actor, batch.choice)
        limit = int(batch.settings.get("limit") or 0)
        columns = ("pk", "customer_id", "annual_premium")
        if limit:
            chunk = list(cases.order_by("-annual_premium", "pk").values_list(*columns)[:limit])
        else:
            chunk = list(cases.filter(pk__gt=state.get("last", 0)).order_by("pk").values_list(*columns)[:CHUNK])
        _add_items(batch, chunk)
        job.advance(len(chunk))
        if limit or len(chunk) < CHUNK:
            state["stage"] = "place"
            Allocation.objects.filter(pk=batch.pk).update(
                total=AllocationItem.objects.filter(allocation_id=batch.pk).count()
            )
        else:
            state["last"] = chunk[-1][0]


def _add_items(batch: Allocation, cases: Sequence[tuple[int, int, int]]) -> None:
    columns: dict[str, Any] = {
        "allocation_id": Same(batch.pk),
        "customer_id": [case[1] for case in cases],
        "case_id": [case[0] for case in cases],
        "annual_premium": [case[2] for case in cases],
    }
    insert(AllocationItem, columns, len(cases))


def _place(job: Progress, batch: Allocation, now: datetime) -> None:
    items = list(
        AllocationItem.objects.filter(allocation_id=batch.pk)
        .order_by("-annual_premium", "pk")
        .values_list("pk", "customer_id", "case_id")
    )
    ids = [item[1] for item in items]
    waiting = _waiting([item[2] for item in items if item[2]])
    cooling = int(batch.settings.get("cooling_days", COOLING_DAYS))
    facts = customer_facts(ids, today=now.date(), cooling_days=cooling)
    rules = rules_for_planning()
    units = [dict(one.units) for one in facts.values()]
    licences = bool(batch.settings.get("licences", True))
    agents = agent_facts(places_around(units, rules) & in_scope(job.actor), today=now.date(), licences=licences)
    planner = Planner(rules, agents)
    before = {agent.id: (agent.load, agent.value) for agent in agents}
    plan: list[Placement] = []
    for _item, customer, case in items:
        one = facts.get(customer)
        plan.append(Placement(code="SERVED") if one is None or case not in waiting else planner.place(one))
    figures = _figures(plan, facts, ids, planner, before)
    _write(job, batch, items, plan, figures)


def _waiting(case_ids: list[int]) -> set[int]:
    found: set[int] = set()
    for start in range(0, len(case_ids), CHUNK):
        rows = OrphanCase.objects.filter(pk__in=case_ids[start : start + CHUNK], closed_at__isnull=True)
        found.update(rows.values_list("pk", flat=True))
    return found


def _figures(
    plan: Sequence[Placement],
    facts: Mapping[int, CustomerFacts],
    ids: Sequence[int],
    planner: Planner,
    before: Mapping[int, tuple[int, int]],
) -> dict[str, Any]:
    """Return what the preview shows: fairness before and after among those asked, and why customers are left over."""
    asked: list[AgentFacts] = [planner.agents[pk] for pk in sorted(planner.asked)]
    given = [agent.given for agent in asked]
    left = Counter(place.code for place in plan if place.agent_id is None)
    by_rule = Counter(place.rule_id for place in plan if place.rule_id is not None)
    placed = [facts[pk].premium for pk, place in zip(ids, plan, strict=True) if place.agent_id is not None]
    return {
        "people": len(asked),
        "receivers": sum(1 for count in given if count),
        "most": max(given, default=0),
        "least": min(given, default=0),
        "premium": sum(placed),
        "load_gini_before": gini([before[agent.id][0] for agent in asked]),
        "load_gini": gini([agent.load for agent in asked]),
        "value_gini_before": gini([before[agent.id][1] for agent in asked]),
        "value_gini": gini([agent.value for agent in asked]),
        "left_over": dict(sorted(left.items())),
        "rules": {str(key): count for key, count in sorted(by_rule.items())},
        "backups": sum(1 for place in plan if place.backup_id is not None),
    }


def _write(
    job: Progress,
    batch: Allocation,
    items: Sequence[tuple[int, int, int | None]],
    plan: Sequence[Placement],
    figures: Mapping[str, Any],
) -> None:
    level = str(batch.settings.get("receiving_level") or RECEIVING_LEVELS[0])
    receiving = _receiving({place.agent_id for place in plan if place.agent_id}, level)
    for start in range(0, len(items), CHUNK):
        rows, places = items[start : start + CHUNK], plan[start : start + CHUNK]
        with job.step():
            held = _held([row[1] for row in rows])
            columns: dict[str, Any] = {
                "state": [str(ItemState.PLANNED if place.agent_id else ItemState.LEFT_OVER) for place in places],
                "reason": [place.code for place in places],
                "agent_id": [place.agent_id for place in places],
                "backup_agent_id": [place.backup_id for place in places],
                "rule_id": [place.rule_id for place in places],
                "receiving_unit_id": [receiving.get(place.agent_id or 0) for place in places],
                "before_id": [held.get(row[1]) for row in rows],
            }
            update(AllocationItem, [row[0] for row in rows], columns)
            job.advance(len(rows))
    placed = sum(1 for place in plan if place.agent_id is not None)
    with job.step():
        live = Allocation.objects.filter(pk=batch.pk, state=State.PLANNING)
        live.update(
            state=State.READY, placed=placed, left_over=len(plan) - placed, total=len(plan), figures=dict(figures)
        )
        job.finish(allocation_id=batch.pk)


def _held(customer_ids: list[int]) -> dict[int, int]:
    rows = Assignment.objects.filter(customer_id__in=customer_ids, valid_until__isnull=True)
    return dict(rows.values_list("customer_id", "pk"))


def _receiving(agent_ids: set[Any], level: str) -> dict[int, int]:
    """Return the unit that receives for each person: theirs of ``level``, or the one they work in where none is."""
    found: dict[int, int] = {}
    ids = sorted(agent_ids)
    for start in range(0, len(ids), CHUNK):
        rows = Agent.objects.filter(pk__in=ids[start : start + CHUNK]).values_list("pk", level, "unit_id")
        found |= {pk: unit or own for pk, unit, own in rows}
    return found
