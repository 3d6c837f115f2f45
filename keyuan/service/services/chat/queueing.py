"""Giving conversations out: the oldest first, to who is there and has room, one taker each (SRV-5).

Whatever frees room calls `drain` after its own transaction; the minute's round calls it for every desk, so that one
that was missed waits a minute at most.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Refused
from keyuan.platform import people
from keyuan.platform.locks import hold
from keyuan.service import permissions
from keyuan.service.models import Chat, ChatMessage, ChatSeat
from keyuan.service.models.chat import ACTIVE, WAITING
from keyuan.service.rules.chat import queueing as rules
from keyuan.service.rules.kinds import Hand
from keyuan.service.selectors.chat.chats import access_chat
from keyuan.service.selectors.chat.policy import chat_policy
from keyuan.service.selectors.chat.seats import capacity_of, chat_loads, desks_of_seat, hands_at, seat_of
from keyuan.service.selectors.desks import codes_above
from keyuan.service.services.chat.announcing import tell_both, tell_queue
from keyuan.service.services.chat.writing import add_system, trail

#: Conversations that one round looks at.
MOST = 200


def drain(desk_ids: Iterable[int], *, now: datetime) -> list[int]:
    """Give out what waits at these desks, each in a transaction of its own; return who was given out."""
    return [pk for desk_id in dict.fromkeys(desk_ids) for pk in _drain_one(desk_id, now)]


def _drain_one(desk_id: int, now: datetime) -> list[int]:
    if not Chat.objects.filter(status=WAITING, desk_id=desk_id).exists():
        return []
    policy = chat_policy()
    with transaction.atomic():
        # One giver a desk; the seats are locked too, because a person may sit at two desks.
        hold(f"chat-desk:{desk_id}")
        hands = hands_at(desk_id, policy, now, lock=True)
        rows = _queue(desk_id) if hands else []
        waiting = [
            rules.Waiting(chat.pk, frozenset(codes_above(chat.category)), chat.wanted_id, chat.passed_by_id)
            for chat in rows
        ]
        pairs = rules.given_out(waiting, hands)
        names = people.names_of([user_id for _chat, user_id in pairs])
        chats = {chat.pk: chat for chat in rows}
        for chat_id, user_id in pairs:
            give(chats[chat_id], user_id, names.get(user_id, ""), now)
        if pairs:
            tell_queue(desk_id)
    return [chat_id for chat_id, _user in pairs]


def _queue(desk_id: int) -> list[Chat]:
    rows = Chat.objects.filter(status=WAITING, desk_id=desk_id).select_related("category__parent")
    return list(rows.select_for_update(of=("self",)).order_by("rank", "queued_at", "pk")[:MOST])


def give(chat: Chat, user_id: int, name: str, now: datetime) -> None:
    """Hand a locked conversation to a person."""
    chat.status, chat.owner_id, chat.owner_name = ACTIVE, user_id, name[:80]
    chat.given_at, chat.wanted_id, chat.passed_by_id = now, None, None
    chat.warned_at, chat.last_at = None, now
    chat.rank = rules.USUAL_RANK
    add_system(chat, "joined", now, {"who": name})
    chat.save()
    tell_both(chat)


def take(*, actor: Actor, chat_id: int, now: datetime) -> Chat:
    """Take a waiting conversation out of turn.

    Raises Conflict naming who has it already, Refused for somebody who sits at another desk, is not there or full.
    """
    actor.require(permissions.CHAT_SERVE)
    seen = access_chat(actor, chat_id, now=now)
    with transaction.atomic():
        hold(f"chat-desk:{seen.desk_id}")
        seat = own_seat(actor, lock=True)
        chat = access_chat(actor, chat_id, now=now, lock=True)
        if chat.owner_id == actor.id and chat.status == ACTIVE:
            return chat
        if chat.status != WAITING:
            raise Conflict("chat.taken", by=chat.owner_name)
        _require_room(actor, seat, chat.desk_id)
        give(chat, actor.id or 0, actor.name, now)
        trail(actor, chat, {"owner_id": None}, {"owner_id": actor.id}, now)
        tell_queue(chat.desk_id)
    return chat


def take_next(*, actor: Actor, now: datetime) -> Chat | None:
    """Take the first in the queues of one's desks; None when nobody waits that one may take."""
    actor.require(permissions.CHAT_SERVE)
    for desk_id in desks_of_seat(actor.id or 0):
        with transaction.atomic():
            hold(f"chat-desk:{desk_id}")
            seat = own_seat(actor, lock=True)
            _require_room(actor, seat, desk_id)
            hands = [hand for hand in hands_at(desk_id, chat_policy(), now) if hand.user_id == actor.id]
            found = _first_for(desk_id, hands, actor.id or 0)
            if found is not None:
                give(found, actor.id or 0, actor.name, now)
                trail(actor, found, {"owner_id": None}, {"owner_id": actor.id}, now)
                tell_queue(desk_id)
                return found
    return None


def _first_for(desk_id: int, hands: list[Hand], user_id: int) -> Chat | None:
    for chat in _queue(desk_id):
        waiting = rules.Waiting(chat.pk, frozenset(codes_above(chat.category)))
        if chat.wanted_id in (None, user_id) and rules.given_out([waiting], hands):
            return chat
    return None


def own_seat(actor: Actor, *, lock: bool = False) -> ChatSeat:
    """Return the actor's seat. Raises Refused for somebody who is not there."""
    rows = ChatSeat.objects.filter(pk=actor.id or 0)
    seat = (rows.select_for_update() if lock else rows).first()
    if seat is None or seat.state == ChatSeat.State.OFFLINE:
        raise Refused("chat.not_there")
    return seat


def _require_room(actor: Actor, seat: ChatSeat, desk_id: int) -> None:
    if desk_id not in desks_of_seat(actor.id or 0):
        raise Refused("chat.other_desk")
    most = capacity_of(seat, chat_policy())
    if chat_loads([seat.pk]).get(seat.pk, 0) >= most:
        raise Refused("chat.full", most=most)


def requeue(
    chat: Chat, code: str, now: datetime, *, desk_id: int | None = None, wanted_id: int | None = None,
    passed_by_id: int | None = None,
) -> None:  # fmt: skip
    """Put a locked conversation back into the queue, before those that nobody answered yet."""
    chat.status, chat.owner_id, chat.owner_name = WAITING, None, ""
    chat.rank, chat.wanted_id, chat.warned_at = rules.FIRST_RANK, wanted_id, None
    chat.desk_id, chat.passed_by_id = desk_id or chat.desk_id, passed_by_id
    add_system(chat, code, now)
    chat.last_at = now
    chat.save()
    tell_queue(chat.desk_id)


def room_of(actor: Actor) -> tuple[int, int]:
    """Return how many conversations the actor has in hand, and how many at most."""
    seat = seat_of(actor.id)
    policy = chat_policy()
    return chat_loads([actor.id or 0]).get(actor.id or 0, 0), capacity_of(seat, policy) if seat else policy.capacity


def say_of_lines(chat: Chat) -> list[ChatMessage]:
    """Return what was said by people, for the work order that comes of it."""
    people_said = (ChatMessage.Kind.VISITOR, ChatMessage.Kind.STAFF)
    return list(ChatMessage.objects.filter(chat=chat, kind__in=people_said).order_by("seq")[:200])
