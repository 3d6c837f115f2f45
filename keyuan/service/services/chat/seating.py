"""Taking and leaving a seat: online, busy, away, offline; signs of life; nobody is lost when a desk closes (SRV-5)."""

from datetime import datetime

from django.db import transaction

from keyuan.kernel.actor import Actor, system_actor
from keyuan.kernel.errors import NotFound, Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.service import permissions
from keyuan.service.models import Chat, ChatSeat
from keyuan.service.models.chat import ACTIVE
from keyuan.service.selectors.chat.seats import desks_of_seat
from keyuan.service.services.chat.announcing import staff_of, tell_both, tell_queue
from keyuan.service.services.chat.queueing import drain, requeue
from keyuan.service.services.chat.writing import trail

HOUSE = system_actor("web chat")
MOST_CAPACITY = 20


def set_state(*, actor: Actor, state: str, now: datetime) -> ChatSeat:
    """Take a seat, or say that one is busy, away or gone.

    Who goes offline gives what they have in hand back to the queue, in front. Raises Refused for a state that there
    is not, and for somebody who sits at no desk.
    """
    actor.require(permissions.CHAT_SERVE)
    if state not in ChatSeat.State.values:
        raise Refused("chat.state", field="state")
    desks = desks_of_seat(actor.id or 0)
    if not desks and state != ChatSeat.State.OFFLINE:
        raise Refused("chat.no_desk", field="state")
    with transaction.atomic():
        seat = _seat(actor, now)
        before = seat.state
        seat.state, seat.seen_at = state, now
        if before != state:
            seat.since = now
            record(
                actor, Action.UPDATE, Subject("chat_seat", seat.pk), before={"state": before}, after={"state": state},
                now=now,
            )  # fmt: skip
        seat.save()
        for desk_id in desks:
            tell_queue(desk_id)
    if state == ChatSeat.State.OFFLINE:
        give_back_all(actor, seat.pk, now=now)
    elif state == ChatSeat.State.ONLINE:
        drain(desks, now=now)
    return seat


def _seat(actor: Actor, now: datetime) -> ChatSeat:
    seat, _made = ChatSeat.objects.select_for_update().get_or_create(
        pk=actor.id or 0, defaults={"user_name": actor.name[:80], "since": now, "seen_at": now}
    )
    seat.user_name = actor.name[:80]
    return seat


def beat(*, actor: Actor, now: datetime) -> ChatSeat | None:
    """Give a sign that the console is open; who comes back online gets what waits."""
    actor.require(permissions.CHAT_SERVE)
    rows = ChatSeat.objects.filter(pk=actor.id or 0)
    rows.update(seen_at=now)
    seat = rows.first()
    if seat is not None and seat.state == ChatSeat.State.ONLINE:
        drain(desks_of_seat(seat.pk), now=now)
    return seat


def set_capacity(*, actor: Actor, user_id: int, capacity: int | None, now: datetime) -> ChatSeat:
    """Give a person their own number of conversations at once; None takes the house's again."""
    actor.require(permissions.CHAT_SUPERVISE)
    if capacity is not None and not 0 <= capacity <= MOST_CAPACITY:
        raise Refused("chat.capacity", field="capacity", most=MOST_CAPACITY)
    with transaction.atomic():
        seat = ChatSeat.objects.select_for_update().filter(pk=user_id).first()
        if seat is None:
            raise NotFound("chat.no_seat")
        before = seat.capacity
        seat.capacity = capacity
        seat.save(update_fields=["capacity"])
        record(
            actor, Action.UPDATE, Subject("chat_seat", seat.pk), before={"capacity": before},
            after={"capacity": capacity}, now=now,
        )  # fmt: skip
    drain(desks_of_seat(user_id), now=now)
    return seat


def give_back_all(actor: Actor, user_id: int, *, now: datetime) -> int:
    """Put everything that somebody has in hand back into its queue; return how many."""
    ids = list(Chat.objects.filter(status=ACTIVE, owner_id=user_id).order_by("pk").values_list("pk", flat=True))
    desks = []
    for chat_id in ids:
        with transaction.atomic():
            chat = Chat.objects.select_for_update(of=("self",)).filter(pk=chat_id, owner_id=user_id).first()
            if chat is None or chat.status != ACTIVE:
                continue
            people = staff_of(chat)
            requeue(chat, "given_back", now)
            trail(actor, chat, {"owner_id": user_id}, {"owner_id": None}, now)
            tell_both(chat, more=people)
            desks.append(chat.desk_id)
    drain(desks, now=now)
    return len(desks)
