"""The minute's round: seats and visitors that fell silent, warnings, ends, closing hours, queues (SRV-5).

Every step takes one row in a transaction of its own and looks again under its lock: run twice it does nothing twice.
"""

from datetime import datetime, timedelta

from django.db import transaction

from keyuan.service.models import Chat, ChatPolicy, ChatSeat, Desk
from keyuan.service.models.chat import ACTIVE, WAITING
from keyuan.service.rules.chat import silence
from keyuan.service.selectors.chat.chats import silent_chats
from keyuan.service.selectors.chat.policy import chat_policy, is_open
from keyuan.service.services.chat.announcing import tell_both
from keyuan.service.services.chat.closing import BY_HOURS, BY_LEAVING, BY_SILENCE, end, turn_into_message
from keyuan.service.services.chat.queueing import drain, requeue
from keyuan.service.services.chat.seating import HOUSE, give_back_all
from keyuan.service.services.chat.writing import add_system

#: Conversations of one round; what is left comes a minute later.
BATCH = 500


def sweep(*, now: datetime) -> dict[str, int]:
    """Do the round; return how many seats were lost, chats warned, ended, turned into orders and given out."""
    found = {"lost": _lost_seats(now), "warned": 0, "ended": 0, "orders": 0}
    policy = chat_policy()
    opened = is_open(policy, now)
    for chat_id in silent_chats(now - timedelta(minutes=1), BATCH):
        outcome = _look(chat_id, policy, opened, now)
        if outcome:
            found[outcome] += 1
    _move_from_closed_desks(now)
    waiting = Chat.objects.filter(status=WAITING).order_by().values_list("desk_id", flat=True).distinct()
    found["given"] = len(drain(list(waiting), now=now))
    return found


def _lost_seats(now: datetime) -> int:
    """Let those whose browsers gave no sign leave their seats; what they had in hand goes back to the queues."""
    rows = ChatSeat.objects.exclude(state=ChatSeat.State.OFFLINE).filter(seen_at__lt=now - silence.SEAT_LOST * 2)
    count = 0
    for user_id in list(rows.values_list("pk", flat=True)):
        with transaction.atomic():
            seat = ChatSeat.objects.select_for_update().get(pk=user_id)
            if now - seat.seen_at < silence.SEAT_LOST * 2 or seat.state == ChatSeat.State.OFFLINE:
                continue
            seat.state, seat.since = ChatSeat.State.OFFLINE, now
            seat.save(update_fields=["state", "since"])
        give_back_all(HOUSE, user_id, now=now)
        count += 1
    return count


def _look(chat_id: int, policy: ChatPolicy, opened: bool, now: datetime) -> str:
    with transaction.atomic():
        rows = Chat.objects.select_for_update(of=("self",)).select_related("category", "desk")
        chat = rows.filter(pk=chat_id, status__in=(WAITING, ACTIVE)).first()
        if chat is None:
            return ""
        if chat.status == WAITING:
            return _look_at_waiting(chat, opened, now)
        step = silence.due(
            last_at=chat.last_at, warned_at=chat.warned_at, waits_for_visitor=not chat.is_unanswered,
            warn=policy.warn_minutes, end=policy.end_minutes, now=now,
        )  # fmt: skip
        if step == silence.WARN:
            chat.warned_at = now
            add_system(chat, "idle", now, {"minutes": policy.end_minutes})
            chat.save()
            tell_both(chat)
            return "warned"
        if step == silence.END:
            end(chat, BY_SILENCE, now)
            return "ended"
    return ""


def _look_at_waiting(chat: Chat, opened: bool, now: datetime) -> str:
    if not opened:
        turn_into_message(chat, BY_HOURS, now)
        return "orders"
    if now - chat.visitor_seen_at >= silence.VISITOR_LOST:
        # Gone before anybody came: what was asked still gets an answer where we know whom to give it.
        if chat.customer_id is not None:
            turn_into_message(chat, BY_LEAVING, now)
            return "orders"
        end(chat, BY_LEAVING, now)
        return "ended"
    return ""


def _move_from_closed_desks(now: datetime) -> None:
    """Let what waits at a desk that was closed wait at one that is open."""
    rows = Chat.objects.filter(status=WAITING, desk__is_active=False).order_by("pk")
    stranded = list(rows.values_list("pk", flat=True)[:BATCH])
    target = Desk.objects.filter(is_active=True).order_by("pk").first() if stranded else None
    if target is None:
        return
    for chat_id in stranded:
        with transaction.atomic():
            chat = Chat.objects.select_for_update(of=("self",)).filter(pk=chat_id, status=WAITING).first()
            if chat is not None:
                requeue(chat, "moved", now, desk_id=target.pk)
