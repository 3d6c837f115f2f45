"""Giving customers another service person, many at once, with everything that follows them (CUS-9, decision 2).

What hangs on the place of service changes with it in few statements: the assignment (history), the summary, the
timeline, the open tasks, the audit trail. Policies follow by the event.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F

from keyuan.customers.events import CustomersAssigned
from keyuan.customers.models import Assignment, BackupContact, CustomerSummary, FirstContact, SharedCustomer, Task
from keyuan.kernel.actor import Actor
from keyuan.organisation.models import LEVEL_COLUMNS, Agent, Unit
from keyuan.platform.audit import Action, Entry, Subject, record_many
from keyuan.platform.events import emit, in_events_of
from keyuan.platform.imports.bulk import Same, insert, next_ids, update

PLACE_COLUMNS = (*LEVEL_COLUMNS, "sales_channel")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a customer is served: by whom (nobody: an orphan of the unit), in which unit, through which channel."""

    agent_id: int | None
    unit_id: int
    where: tuple[Any, ...]


@dataclass(slots=True)
class Moved:
    """What was moved: new assignment by customer, and (assignment, agent, unit) that stood before."""

    assignments: dict[int, int] = field(default_factory=dict)
    before: dict[int, tuple[int | None, int | None, int | None]] = field(default_factory=dict)


def place_of_agent(agent: Agent) -> Place:
    """Return the place of those whom ``agent`` serves; the agent is read with its unit."""
    levels = agent.unit.level_ids()
    return Place(agent.pk, agent.unit_id, (*(levels[column] for column in LEVEL_COLUMNS), agent.sales_channel))


def place_of_unit(unit: Unit, channel: str) -> Place:
    """Return the place of the orphans of ``unit``."""
    levels = unit.level_ids()
    return Place(None, unit.pk, (*(levels[column] for column in LEVEL_COLUMNS), channel))


def places_of_agents(ids: Iterable[int]) -> dict[int, Place]:
    """Return the places of many agents."""
    agents = Agent.objects.filter(pk__in=sorted(set(ids))).select_related("unit")
    return {agent.pk: place_of_agent(agent) for agent in agents}


def move(
    places: Mapping[int, Place],
    *,
    actor: Actor,
    now: datetime,
    code: str,
    why: str = "",
    expected: Mapping[int, int | None] | None = None,
) -> Moved:
    """Serve customers (≤ 5,000) in ``places`` from today, inside the caller's transaction; return what was moved.

    ``code`` stands in the history (`ASSIGNMENT_REASONS`), ``why`` in the trail. With ``expected`` (customer → the
    assignment that must stand) customers whom somebody assigned since are left alone, as are those served there
    already.
    """
    ids = sorted(places)
    held = {row[1]: row for row in _open_assignments(ids)}
    moved = Moved()
    for pk in ids:
        assignment_id, _customer, agent_id, unit_id = held.get(pk, (None, pk, None, None))
        stands = expected is None or expected.get(pk) == assignment_id
        if stands and (assignment_id is None or (agent_id, unit_id) != (places[pk].agent_id, places[pk].unit_id)):
            moved.before[pk] = (assignment_id, agent_id, unit_id)
    changed = sorted(moved.before)
    if not changed:
        return moved
    _write_history(changed, places, moved, actor, now, code)
    near, far = _apart(changed, places)
    _write_summaries(near, far, places)
    _write_followers(near, (), places)
    _write_followers(far, PLACE_COLUMNS, places)
    _end_what_depends(changed, places, now)
    _tell(changed, places, moved, actor, now, why or code)
    return moved


def _open_assignments(ids: Sequence[int]) -> list[tuple[int, int, int | None, int]]:
    rows = Assignment.objects.select_for_update().filter(customer_id__in=ids, valid_until__isnull=True)
    return list(rows.order_by("customer_id").values_list("pk", "customer_id", "agent_id", "unit_id"))


def _write_history(
    ids: list[int], places: Mapping[int, Place], moved: Moved, actor: Actor, now: datetime, code: str
) -> None:
    closed = [before[0] for before in moved.before.values() if before[0] is not None]
    Assignment.objects.filter(pk__in=closed).update(valid_until=now.date())
    keys = next_ids(Assignment, len(ids))
    columns: dict[str, Any] = {
        "id": keys,
        "customer_id": ids,
        "agent_id": [places[pk].agent_id for pk in ids],
        "unit_id": [places[pk].unit_id for pk in ids],
        "valid_from": Same(now.date()),
        "valid_until": Same(None),
        "reason": Same(code[:20]),
        "assigned_by_id": Same(actor.id),
    }
    insert(Assignment, columns, len(ids))
    moved.assignments = dict(zip(ids, keys, strict=True))


def _apart(ids: list[int], places: Mapping[int, Place]) -> tuple[list[int], list[int]]:
    """Return who stays in the unit and channel where the summary stands, and who goes elsewhere.

    Most orphans stay: their rows need a new person only, and the indexes by unit are not rewritten for nothing.
    """
    rows = CustomerSummary.objects.filter(pk__in=ids).values_list("pk", *PLACE_COLUMNS)
    here = {row[0]: tuple(row[1:]) for row in rows}
    near = [pk for pk in ids if here.get(pk) == places[pk].where]
    far = [pk for pk in ids if pk in here and here[pk] != places[pk].where]
    return near, far


def _write_summaries(near: list[int], far: list[int], places: Mapping[int, Place]) -> None:
    for group, columns in ((near, ()), (far, PLACE_COLUMNS)):
        values: dict[str, Any] = {
            "servicing_agent_id": [places[pk].agent_id for pk in group],
            "is_orphan": [places[pk].agent_id is None for pk in group],
        }
        values |= {column: [places[pk].where[at] for pk in group] for at, column in enumerate(columns)}
        update(CustomerSummary, group, values)


def _write_followers(ids: list[int], columns: Sequence[str], places: Mapping[int, Place]) -> None:
    """Let the timeline and the open tasks follow whoever serves now; ``columns`` of the place change with it.

    Whoever served before sees neither any more, and nothing stays undone in a list that nobody reads.
    """
    place = ("servicing_agent_id", *columns)
    rows = [(places[pk].agent_id, *(places[pk].where if columns else ()), pk) for pk in ids]
    _update_of_customers("customers_interaction", place, rows)
    tasks = [(places[pk].agent_id, places[pk].unit_id, *row) for pk, row in zip(ids, rows, strict=True)]
    # A task that was given to a person by name stays with the person.
    open_ones = "status = 'OPEN' AND (agent_id IS NOT NULL OR user_id IS NULL)"
    _update_of_customers("customers_task", ("agent_id", "unit_id", *place), tasks, also=f" AND {open_ones}")


def _update_of_customers(
    table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]], *, also: str = ""
) -> None:
    if not rows:
        return
    sets = ", ".join(f"{column} = %s" for column in columns)
    # Names are our own, never from outside.
    statement = f"UPDATE {table} SET {sets} WHERE customer_id = %s{also}"  # noqa: S608 - as said
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)


def _end_what_depends(ids: list[int], places: Mapping[int, Place], now: datetime) -> None:
    """End first contacts owed by the former person, second contacts that now serve, and shares with the new place."""
    _end_first_contacts(ids, now)
    seconds = BackupContact.objects.filter(customer_id__in=ids, valid_until__isnull=True)
    same = [pk for pk, customer, agent in seconds.values_list("pk", "customer_id", "agent_id")
            if places[customer].agent_id == agent]  # fmt: skip
    BackupContact.objects.filter(pk__in=same).update(valid_until=now.date())
    shares = SharedCustomer.objects.filter(customer_id__in=ids)
    own = [
        pk
        for pk, customer, team, agent in shares.values_list("pk", "customer_id", "team_id", "servicing_agent_id")
        if (team, agent) == (places[customer].where[LEVEL_COLUMNS.index("team_id")], places[customer].agent_id)
    ]
    SharedCustomer.objects.filter(pk__in=own).delete()


def _end_first_contacts(ids: list[int], now: datetime) -> None:
    owed = FirstContact.objects.filter(customer_id__in=ids, ended_at__isnull=True)
    tasks = Task.objects.filter(pk__in=list(owed.values_list("task_id", flat=True)), status=Task.Status.OPEN)
    customers = list(tasks.values_list("customer_id", flat=True))
    owed.update(ended_at=now)
    tasks.update(status=Task.Status.VOID, closed_at=now, version=F("version") + 1)
    CustomerSummary.objects.filter(pk__in=customers).update(open_items=F("open_items") - 1)


def _tell(ids: list[int], places: Mapping[int, Place], moved: Moved, actor: Actor, now: datetime, why: str) -> None:
    entries = (
        Entry(
            Subject("customer", pk),
            before={"servicing_agent_id": moved.before[pk][1]},
            after={"servicing_agent_id": places[pk].agent_id},
            customer_id=pk,
        )
        for pk in ids
    )
    record_many(actor, Action.UPDATE, entries, reason=why, now=now)
    for part in in_events_of(ids):
        emit(CustomersAssigned(part))
