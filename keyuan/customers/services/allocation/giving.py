"""Giving what was planned, and taking the whole batch back; both go on where a killed run ended (CUS-9)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Sum

from keyuan.customers import permissions
from keyuan.customers.models import Allocation, AllocationItem, BackupContact, OrphanCase, Reception
from keyuan.customers.selectors.allocation.access import access_allocation
from keyuan.customers.services.allocation.first_contacts import DAYS, ask_first_contacts
from keyuan.customers.services.allocation.orphans import close_cases
from keyuan.customers.services.allocation.placing import move, places_of_agents
from keyuan.customers.services.allocation.receiving import accept_at_once, tell_receivers
from keyuan.customers.services.allocation.taking_back import take_back
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict
from keyuan.organisation.models import LEVEL_COLUMNS, Unit
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.imports.bulk import Same, insert, update
from keyuan.platform.jobs import Progress, start_tracked

GIVE_JOB, UNDO_JOB = "customers.give_allocation", "customers.undo_allocation"
#: On SQLite others wait to write while a chunk is given.
CHUNK = 1000
ANSWER_DAYS = 3
State, ItemState = Allocation.State, AllocationItem.State


def give_allocation(*, actor: Actor, allocation_id: int, now: datetime) -> Allocation:
    """Give every customer of a planned batch to the person planned; once, however often it is asked.

    Raises `Conflict` when the batch is not planned to its end, was dropped or undone.
    """
    actor.require(permissions.ALLOCATE)
    with transaction.atomic():
        batch = access_allocation(actor, allocation_id, lock=True)
        if batch.state in (State.RUNNING, State.GIVEN):
            return batch
        if batch.state != State.READY or not batch.placed:
            raise Conflict("allocation.not_ready")
        batch.state = State.RUNNING
        batch.job_id = start_tracked(actor, GIVE_JOB, total=batch.placed, allocation_id=batch.pk).pk
        batch.save(update_fields=["state", "job_id"])
        after = {"state": "RUNNING", "customers": batch.placed}
        record(actor, Action.BULK, Subject("allocation", batch.pk), after=after, now=now)
    return batch


def run_giving(job: Progress, _state: dict[str, Any], now: datetime) -> None:
    """Give the next customers; each step stands for itself."""
    batch = Allocation.objects.get(pk=job.kwargs["allocation_id"])
    while job.time_left():
        with job.step():
            items = _next(batch, ItemState.PLANNED)
            if not items:
                _finish(batch, job.actor, now)
                job.finish(allocation_id=batch.pk)
                return
            _give(items, batch, job.actor, now)
            job.advance(len(items))


def _next(batch: Allocation, *states: str) -> list[AllocationItem]:
    """Return the next customers of the first state that still has any, person by person."""
    for state in states:
        rows = AllocationItem.objects.filter(allocation_id=batch.pk, state=state)
        found = list(rows.order_by("receiving_unit_id", "agent_id", "pk")[:CHUNK])
        if found:
            return found
    return []


def _give(items: list[AllocationItem], batch: Allocation, actor: Actor, now: datetime) -> None:
    people = places_of_agents(item.agent_id for item in items if item.agent_id)
    places = {item.customer_id: people[item.agent_id] for item in items if item.agent_id in people}
    expected = {item.customer_id: item.before_id for item in items}
    moved = move(places, actor=actor, now=now, code="ALLOCATION", why=f"allocation {batch.pk}", expected=expected)
    done = moved.assignments
    columns: dict[str, Any] = {
        "state": [str(ItemState.GIVEN if item.customer_id in done else ItemState.SKIPPED) for item in items],
        "assignment_id": [done.get(item.customer_id) for item in items],
    }
    update(AllocationItem, [item.pk for item in items], columns)
    cases = [item.case_id for item in items if item.customer_id in done and item.case_id]
    close_cases(OrphanCase.objects.filter(pk__in=cases), "ALLOCATED", now)
    days = int(batch.settings.get("first_contact_days") or DAYS)
    ask_first_contacts(done, places, days=days, reason=batch.name, now=now)
    _add_backups([item for item in items if item.backup_agent_id and item.customer_id in done], actor, now)


def _add_backups(items: Sequence[AllocationItem], actor: Actor, now: datetime) -> None:
    columns: dict[str, Any] = {
        "customer_id": [item.customer_id for item in items],
        "agent_id": [item.backup_agent_id for item in items],
        "valid_from": Same(now.date()),
        "valid_until": Same(None),
        "created_by_id": Same(actor.id),
    }
    insert(BackupContact, columns, len(items), unless_exists=True)


def _finish(batch: Allocation, actor: Actor, now: datetime) -> None:
    """Let every receiving unit answer; what went to the unit that allocates is accepted with it."""
    given = AllocationItem.objects.filter(allocation_id=batch.pk, state=ItemState.GIVEN)
    sums = given.values("receiving_unit_id").annotate(customers=Count("pk"), premium=Sum("annual_premium"))
    sums = sums.order_by("receiving_unit_id")
    units = Unit.objects.in_bulk([row["receiving_unit_id"] for row in sums])
    days = int(batch.settings.get("answer_days") or ANSWER_DAYS)
    receptions = [
        Reception(
            allocation=batch,
            unit=units[row["receiving_unit_id"] or 0],
            customers=row["customers"],
            annual_premium=row["premium"] or 0,
            deadline_at=now + timedelta(days=days),
            created_at=now,
            **units[row["receiving_unit_id"] or 0].level_ids(),
        )
        for row in sums
    ]
    Reception.objects.bulk_create(receptions, ignore_conflicts=True)
    total = sum(row.customers for row in receptions)
    Allocation.objects.filter(pk=batch.pk).update(state=State.GIVEN, given=total, given_at=now)
    own = [unit_id for unit_id, unit in units.items() if _is_own(unit, batch)]
    accept_at_once(actor, batch, own, now)
    tell_receivers(batch, [unit_id for unit_id in units if unit_id not in own], now)


def _is_own(unit: Unit, batch: Allocation) -> bool:
    """Tell whether a unit lies in the sub-branch, section or team that runs the batch: it answers to itself."""
    low = (3, 4, 5)
    return batch.unit.level in low and getattr(unit, LEVEL_COLUMNS[batch.unit.level - 1]) == batch.unit_id


def undo_allocation(*, actor: Actor, allocation_id: int, now: datetime) -> Allocation:
    """Take a given batch back: whom somebody assigned since stays where they are.

    Raises `Conflict` when the batch was not given. Asked twice it is done once.
    """
    actor.require(permissions.ALLOCATE)
    with transaction.atomic():
        batch = access_allocation(actor, allocation_id, lock=True)
        if batch.state in (State.UNDOING, State.UNDONE):
            return batch
        if batch.state != State.GIVEN:
            raise Conflict("allocation.not_given")
        batch.state = State.UNDOING
        batch.job_id = start_tracked(actor, UNDO_JOB, total=batch.given, allocation_id=batch.pk).pk
        batch.save(update_fields=["state", "job_id"])
        record(actor, Action.UNDO, Subject("allocation", batch.pk), after={"state": "UNDOING"}, now=now)
    return batch


def run_undo(job: Progress, _state: dict[str, Any], now: datetime) -> None:
    """Take the next customers back."""
    batch = Allocation.objects.get(pk=job.kwargs["allocation_id"])
    while job.time_left():
        with job.step():
            items = _next(batch, ItemState.GIVEN, ItemState.ACCEPTED)
            if not items:
                done = AllocationItem.objects.filter(allocation_id=batch.pk, state=ItemState.UNDONE).count()
                Reception.objects.filter(allocation_id=batch.pk).update(state=Reception.State.UNDONE)
                Allocation.objects.filter(pk=batch.pk).update(state=State.UNDONE, undone=done, undone_at=now)
                job.finish(allocation_id=batch.pk)
                return
            take_back(items, actor=job.actor, now=now, code="UNDO", state=ItemState.UNDONE)
            job.advance(len(items))
