"""Policies follow their holder to a new service person, many at once (CUS-9, decision 3)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from keyuan.customers.models import Assignment, CustomerSummary
from keyuan.kernel.actor import Actor
from keyuan.kernel.codes import PolicyStatus
from keyuan.organisation.models import LEVEL_COLUMNS, Agent
from keyuan.platform.audit import Action, Entry, Subject, record_many
from keyuan.platform.events import emit, in_events_of
from keyuan.platform.imports.bulk import Same, insert, update
from keyuan.policies.events import PoliciesChanged
from keyuan.policies.models import Policy, PolicyEvent, PolicyService
from keyuan.policies.services.recording import share_holders

SERVICING = PolicyService.Duty.SERVICING
#: Contracts that nobody has to serve any more.
OVER = (PolicyStatus.TERMINATED, PolicyStatus.OTHER)
CHUNK = 500
WHERE = (*LEVEL_COLUMNS, "sales_channel")
Row = tuple[int, int, int | None, str]


def follow_holders(actor: Actor, customer_ids: Sequence[int], now: datetime) -> int:
    """Let policies of ``customer_ids`` be served by who serves the holder now; return how many moved.

    Only those that nobody serves, that somebody serves who left, or that the holder's former person served: a policy
    served by a third person on purpose stays. Done twice it changes nothing twice.
    """
    moved = 0
    for start in range(0, len(customer_ids), CHUNK):
        ids = list(customer_ids[start : start + CHUNK])
        with transaction.atomic():
            moved += _follow(actor, ids, now)
    return moved


def _follow(actor: Actor, ids: list[int], now: datetime) -> int:
    present = _present(ids)
    former = _former(ids)
    locked = Policy.objects.select_for_update().filter(holder_id__in=ids).exclude(status__in=OVER).order_by("pk")
    rows: list[Row] = [
        (pk, holder, serving, status)
        for pk, holder, serving, status in locked.values_list("pk", "holder_id", "servicing_agent_id", "status")
        if holder is not None
    ]
    gone = _gone({row[2] for row in rows})
    wanted: dict[int, int | None] = {}
    for pk, holder, serving, _status in rows:
        to = present.get(holder, (None,))[0]
        if serving != to and (serving is None or serving in gone or serving == former.get(holder)):
            wanted[pk] = to
    places = {pk: present[holder] for pk, holder, _serving, _status in rows if pk in wanted}
    move_policies(actor, [row for row in rows if row[0] in wanted], places, now)
    share_holders(ids)
    return len(wanted)


def _present(ids: list[int]) -> dict[int, tuple[Any, ...]]:
    rows = CustomerSummary.objects.filter(pk__in=ids).values_list("pk", "servicing_agent_id", *WHERE)
    return {row[0]: tuple(row[1:]) for row in rows}


def _former(ids: list[int]) -> dict[int, int | None]:
    """Return who served each customer right before the present person."""
    closed = Assignment.objects.filter(customer_id__in=ids, valid_until__isnull=False)
    last = closed.values("customer_id").annotate(top=Max("pk")).values_list("top", flat=True)
    return dict(Assignment.objects.filter(pk__in=list(last)).values_list("customer_id", "agent_id"))


def _gone(agents: Iterable[int | None]) -> set[int]:
    ids = [pk for pk in agents if pk is not None]
    return set(Agent.objects.filter(pk__in=ids, status=Agent.Status.LEFT).values_list("pk", flat=True))


def move_policies(actor: Actor, rows: Sequence[Row], places: Mapping[int, tuple[Any, ...]], now: datetime) -> None:
    """Serve policies (id, holder, served by, status) in ``places`` (agent, levels, channel) from today.

    Inside the caller's transaction, which holds the policies.
    """
    ids = [row[0] for row in rows]
    if not ids:
        return
    open_ones = PolicyService.objects.filter(policy_id__in=ids, duty=SERVICING, valid_until__isnull=True)
    open_ones.update(valid_until=now.date())
    served = [pk for pk in ids if places[pk][0] is not None]
    columns: dict[str, Any] = {
        "policy_id": served,
        "agent_id": [places[pk][0] for pk in served],
        "duty": Same(str(SERVICING)),
        "valid_from": Same(now.date()),
        "valid_until": Same(None),
    }
    insert(PolicyService, columns, len(served))
    place: dict[str, Any] = {
        column: [places[pk][at] for pk in ids] for at, column in enumerate(("servicing_agent_id", *LEVEL_COLUMNS))
    }
    update(Policy, ids, {**place, "updated_at": Same(now)}, raised=("version",))
    steps: dict[str, Any] = {
        "policy_id": ids,
        "kind": Same("SERVICE"),
        "to_status": [row[3] for row in rows],
        "happened_on": Same(now.date()),
        "recorded_at": Same(now),
        "actor_id": Same(actor.id),
        "actor_name": Same(actor.name[:40]),
        "detail": Same("{}"),
    }
    insert(PolicyEvent, steps, len(ids))
    entries = [
        Entry(
            Subject("policy", pk),
            before={"servicing_agent_id": serving},
            after={"servicing_agent_id": places[pk][0]},
            customer_id=holder,
        )
        for pk, holder, serving, _status in rows
    ]
    record_many(actor, Action.UPDATE, entries, now=now)
    for part in in_events_of(ids):
        emit(PoliciesChanged(part, "SERVICE"))
