"""Beginning a hand-over and running it to its end, however often it is killed (CUS-9).

The first transaction ends the leaver's access. Then everything held is written down with its successor, and only then
moved, chunk by chunk: a run that goes on finds the same plan, and what was moved already is not moved again.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Count

from keyuan.customers import permissions
from keyuan.customers.events import CustomersHandedOver
from keyuan.customers.extensions import HandoverPart, Held, Leaver, handover_parts
from keyuan.customers.models import Handover, HandoverItem
from keyuan.customers.services.handover.choosing import Successors
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Refused
from keyuan.organisation.models import Agent, Post, Unit, User
from keyuan.organisation.services.leaving import clients_made_by, end_access, leaver_of
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.events import emit, in_events_of
from keyuan.platform.imports.bulk import Same, insert
from keyuan.platform.jobs import Progress, start_tracked
from keyuan.platform.locks import hold

JOB = "customers.handover"
CHUNK = 1000
ItemState = HandoverItem.State


def start_handover(
    *,
    actor: Actor,
    agent_id: int | None,
    user_id: int | None,
    left_on: date,
    reason: str,
    plan: Mapping[str, Any],
    token: str,
    now: datetime,
) -> Handover:
    """End a leaver's access at once and begin to hand over what they held; the same ``token`` is the same hand-over.

    ``plan`` names the way (``RULE`` or ``PERSON``) and the person for each part. Raises `Refused` handover.reason,
    handover.future, handover.running, handover.no_successor, and what `end_access` refuses: nothing has ended then.
    """
    actor.require(permissions.HANDOVER)
    if known := Handover.objects.filter(token=token[:64], started_by_id=actor.id).first():
        return known
    if not reason.strip():
        raise Refused("handover.reason", field="reason")
    if left_on > now.date():
        raise Refused("handover.future", field="left_on")
    agent, user = leaver_of(actor, agent_id=agent_id, user_id=user_id)
    Successors(actor, agent, plan, now).require()
    with transaction.atomic():
        hold(f"handover:{agent.pk if agent else 0}:{user.pk if user else 0}")
        if known := Handover.objects.filter(token=token[:64], started_by_id=actor.id).first():
            return known
        if _running(agent, user):
            raise Refused("handover.running")
        return _begin(actor, agent, user, left_on, reason.strip()[:200], plan, token, now)


def _running(agent: Agent | None, user: User | None) -> bool:
    rows = Handover.objects.filter(state=Handover.State.RUNNING)
    return rows.filter(agent=agent, user=user).exists()


def _begin(
    actor: Actor,
    agent: Agent | None,
    user: User | None,
    left_on: date,
    reason: str,
    plan: Mapping[str, Any],
    token: str,
    now: datetime,
) -> Handover:
    unit = _unit_of(agent, user)
    access: dict[str, Any] = dict(
        end_access(actor=actor, agent=agent, user=user, left_on=left_on, reason=reason, now=now)
    )
    access["clients"] = clients_made_by(user)
    # Leaves to see single customers are access, too: they end now, whatever becomes of the rest.
    access["grants"] = _end_at_once(actor, Leaver(agent.pk if agent else None, user.pk if user else None), now)
    handover = Handover.objects.create(
        agent=agent,
        user=user,
        leaver_name=(user.name if user else agent.name if agent else "")[:80],
        unit=unit,
        left_on=left_on,
        reason=reason,
        plan=dict(plan),
        access=access,
        access_ended_at=now,
        token=token[:64],
        started_by_id=actor.id,
        started_by_name=actor.name[:80],
        created_at=now,
        sales_channel=agent.sales_channel if agent else "",
        **unit.level_ids(),
    )
    job = start_tracked(actor, JOB, params={"name": handover.leaver_name}, handover_id=handover.pk)
    Handover.objects.filter(pk=handover.pk).update(job_id=job.pk)
    handover.job_id = job.pk
    after = {"left_on": left_on, "agent_id": agent.pk if agent else None, "user_id": user.pk if user else None}
    record(actor, Action.CREATE, Subject("handover", handover.pk), after=after, reason=reason, now=now)
    return handover


def _unit_of(agent: Agent | None, user: User | None) -> Unit:
    if agent is not None:
        return agent.unit
    post = Post.objects.filter(user=user).select_related("unit").order_by("-is_primary", "-pk").first()
    if post is None:
        raise Refused("handover.no_unit")
    return post.unit


def _end_at_once(actor: Actor, leaver: Leaver, now: datetime) -> int:
    ended = 0
    for part in handover_parts:
        if part.ends:
            things = part.held(leaver, 0, 100_000)
            ended += len(part.move(actor, leaver, dict.fromkeys(thing.object_id for thing in things), now))
    return ended


def run_handover(job: Progress, state: dict[str, Any], now: datetime) -> None:
    """Do the next steps: write the plan down part by part, then move it."""
    handover = Handover.objects.select_related("agent__unit", "user").get(pk=job.kwargs["handover_id"])
    leaver = Leaver(handover.agent_id, handover.user_id)
    parts = [part for part in handover_parts if not part.ends]
    state.setdefault("part", 0)
    state.setdefault("after", 0)
    state.setdefault("stage", "plan")
    while job.time_left():
        with job.step():
            if state["stage"] == "plan":
                _plan_chunk(job, state, handover, leaver, parts, now)
            elif _move_chunk(job, handover, leaver, parts, now):
                _finish(job.actor, handover, now)
                job.finish(handover_id=handover.pk)
                return


def _plan_chunk(
    job: Progress,
    state: dict[str, Any],
    handover: Handover,
    leaver: Leaver,
    parts: Sequence[HandoverPart],
    now: datetime,
) -> None:
    if state["part"] >= len(parts):
        state["stage"] = "move"
        job.set_total(HandoverItem.objects.filter(handover_id=handover.pk).count())
        return
    part = parts[state["part"]]
    things = part.held(leaver, state["after"], CHUNK)
    if not things:
        state["part"], state["after"] = state["part"] + 1, 0
        return
    successors = Successors(job.actor, handover.agent, handover.plan, now, given=_given(handover))
    _write_plan(handover, part, things, successors)
    state["after"] = things[-1].object_id


def _given(handover: Handover) -> dict[int, int]:
    """Return how many things each successor has in the plan so far, so that the next chunk goes on evenly."""
    rows = HandoverItem.objects.filter(handover_id=handover.pk, part="customers", successor_id__isnull=False)
    counted = rows.values_list("successor_id").annotate(n=Count("pk")).order_by()
    return {pk: n for pk, n in counted if pk is not None}


def _write_plan(handover: Handover, part: HandoverPart, things: Sequence[Held], successors: Successors) -> None:
    known: dict[int, int | None] = {}
    if part.follows and part.key != "customers":
        ids = [thing.customer_id for thing in things if thing.customer_id is not None]
        rows = HandoverItem.objects.filter(handover_id=handover.pk, part="customers", object_id__in=ids)
        known = dict(rows.values_list("object_id", "successor_id"))
    chosen = successors.choose(part, things, known)
    columns: dict[str, Any] = {
        "handover_id": Same(handover.pk),
        "part": Same(part.key),
        "object_id": [thing.object_id for thing in things],
        "customer_id": [thing.customer_id for thing in things],
        "successor_id": [chosen[thing.object_id] for thing in things],
        "value": [thing.value for thing in things],
        "state": [
            str(ItemState.PLANNED if chosen[thing.object_id] is not None else ItemState.NOBODY) for thing in things
        ],
    }
    insert(HandoverItem, columns, len(things), unless_exists=True)


def _move_chunk(
    job: Progress, handover: Handover, leaver: Leaver, parts: Sequence[HandoverPart], now: datetime
) -> bool:
    """Move the next things; tell whether nothing was left."""
    for part in parts:
        rows = HandoverItem.objects.filter(handover_id=handover.pk, part=part.key, state=ItemState.PLANNED)
        items = list(rows.order_by("pk")[:CHUNK])
        if not items:
            continue
        chosen = {item.object_id: item.successor_id for item in items}
        moved = part.move(job.actor, leaver, chosen, now)
        done = [item.pk for item in items if item.object_id in moved]
        HandoverItem.objects.filter(pk__in=done).update(state=ItemState.MOVED)
        rest = [item.pk for item in items if item.object_id not in moved]
        # Moved with its customer already, or taken by somebody in the meantime: nothing is left to move.
        HandoverItem.objects.filter(pk__in=rest).update(state=ItemState.SKIPPED)
        if part.key == "customers":
            for ids in in_events_of(sorted(moved)):
                emit(CustomersHandedOver(ids, handover_id=handover.pk))
        job.advance(len(items))
        return False
    return True


def _finish(actor: Actor, handover: Handover, now: datetime) -> None:
    rows = HandoverItem.objects.filter(handover_id=handover.pk).values_list("part", "state")
    figures: dict[str, dict[str, int]] = {}
    for part, state, count in rows.annotate(n=Count("pk")).order_by():
        figures.setdefault(part, {})[state] = count
    Handover.objects.filter(pk=handover.pk).update(state=Handover.State.DONE, figures=figures, finished_at=now)
    record(actor, Action.UPDATE, Subject("handover", handover.pk), after={"state": "DONE"}, now=now)
