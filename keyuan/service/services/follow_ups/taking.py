"""Taking follow-ups: one taker each; who sold the contract never (SRV-8, domain.md §A.4)."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Refused
from keyuan.organisation.selectors import in_scope
from keyuan.service import permissions
from keyuan.service.models import FollowUp
from keyuan.service.rules.follow_ups.results import APPOINTED, CALLABLE, EXPECTED, LETTER, POOLED, RECHECK, WAITING
from keyuan.service.selectors.desks import desk_ids_of
from keyuan.service.selectors.follow_ups.hours import CallHours, call_hours
from keyuan.service.selectors.follow_ups.reading import access_follow_up
from keyuan.service.services.follow_ups.histories import note_change

#: Rows that a search for the next one looks at: those barred to the actor are passed over.
CANDIDATES = 10
TAKEN = CALLABLE | {LETTER}


def locked(actor: Actor, follow_up_id: int, now: datetime) -> FollowUp:
    """Return a follow-up for changing it. Raises NotFound out of reach, Refused for who sold the contract."""
    actor.require(permissions.CALLBACK)
    follow_up = access_follow_up(actor, follow_up_id, now=now, lock=True)
    require_may_call(actor, follow_up)
    return follow_up


def require_may_call(actor: Actor, follow_up: FollowUp) -> None:
    """Raise Refused for who sold or serves the contract, and for who made the call that this one checks."""
    if is_barred(actor, follow_up):
        raise Refused("follow_up.own_call" if follow_up.first_by_id == actor.id else "follow_up.own_sale")


def is_barred(actor: Actor, follow_up: FollowUp) -> bool:
    """Tell whether somebody must not make this call."""
    if follow_up.first_by_id is not None and follow_up.first_by_id == actor.id:
        return True
    agent_id = actor.scope.agent_id
    if agent_id is None or follow_up.kind == "VISIT":
        return False
    sold_by = follow_up.policy.selling_agent_id if follow_up.policy else None
    return agent_id in (follow_up.servicing_agent_id, sold_by)


def take(*, actor: Actor, follow_up_id: int, now: datetime) -> FollowUp:
    """Make a follow-up one's own. Raises Conflict naming who was faster, or where it is over."""
    with transaction.atomic():
        follow_up = locked(actor, follow_up_id, now)
        if follow_up.owner_id not in (None, actor.id):
            raise Conflict("follow_up.taken", by=follow_up.owner_name)
        if follow_up.status not in TAKEN:
            raise Conflict("follow_up.moved_on", status=follow_up.status)
        return _taken(actor, follow_up, now)


def _taken(actor: Actor, follow_up: FollowUp, now: datetime) -> FollowUp:
    if follow_up.owner_id == actor.id:
        return follow_up
    follow_up.owner_id, follow_up.owner_name, follow_up.pool_id = actor.id, actor.name[:80], None
    follow_up.version += 1
    follow_up.save(update_fields=["owner_id", "owner_name", "pool_id", "version"])
    note_change(actor, follow_up, {}, {"owner": actor.id}, now)
    return follow_up


def take_next(*, actor: Actor, now: datetime) -> FollowUp | None:
    """Take what comes first at the actor's desks; None when nothing waits.

    First what was agreed for now, then re-checks, then whose last day comes first. Rows that a colleague is taking at
    this moment are passed over, so that nobody waits for anybody; so is whoever must not be called at this hour.
    """
    actor.require(permissions.CALLBACK)
    desk_ids, hours = desk_ids_of(actor.id), call_hours()
    closed = hours.closed_q(now)
    with transaction.atomic():
        for status, order in ((APPOINTED, "next_at"), (RECHECK, "next_at"), (WAITING, "due_on")):
            for desk_id in desk_ids:
                rows = FollowUp.objects.filter(
                    in_scope(actor), is_open=True, pool_id=desk_id, status=status, next_at__lte=now
                )
                if status == APPOINTED:
                    rows = rows.exclude(closed & Q(next_at__lte=now - EXPECTED))
                else:
                    rows = rows.exclude(closed)
                found = _first(actor, rows.order_by(order, "pk"), hours, now)
                if found is not None:
                    return _taken(actor, found, now)
    return None


def _first(actor: Actor, rows: QuerySet[FollowUp], hours: CallHours, now: datetime) -> FollowUp | None:
    for size in (1, CANDIDATES):
        for follow_up in rows.select_for_update(skip_locked=True, of=("self",))[:size]:
            if not is_barred(actor, follow_up) and hours.open_from(follow_up, now) <= now:
                return follow_up
    return None


def give_back(*, actor: Actor, follow_up_id: int, now: datetime) -> FollowUp:
    """Give a follow-up back to its desk; somebody else's only by who supervises the desk."""
    with transaction.atomic():
        follow_up = access_follow_up(actor, follow_up_id, now=now, lock=True)
        actor.require(permissions.CALLBACK if follow_up.owner_id == actor.id else permissions.SUPERVISE)
        if follow_up.owner_id is None:
            return follow_up
        before = {"owner": follow_up.owner_id}
        release(follow_up)
        follow_up.save(update_fields=["owner_id", "owner_name", "pool_id", "version"])
        note_change(actor, follow_up, before, {"owner": None}, now)
    return follow_up


def release(follow_up: FollowUp) -> None:
    """Put a follow-up back into the pool of its desk; what waits for a work order or for the customer's
    answer, or is over, stands in none."""
    follow_up.owner_id, follow_up.owner_name = None, ""
    follow_up.pool_id = follow_up.desk_id if follow_up.status in POOLED else None
    follow_up.version += 1


def give_back_all(actor: Actor, user_id: int, *, now: datetime) -> None:
    """Give what somebody who leaves has in hand back to the desks, in the transaction that closes the account."""
    rows = FollowUp.objects.select_for_update(of=("self",)).filter(is_open=True, owner_id=user_id).order_by("pk")
    for follow_up in rows:
        release(follow_up)
        follow_up.save(update_fields=["owner_id", "owner_name", "pool_id", "version"])
        note_change(actor, follow_up, {"owner": user_id}, {"owner": None}, now)
