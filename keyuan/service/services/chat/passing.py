"""Handing a conversation on, asking a colleague in, taking over, saying who the visitor is (SRV-5)."""

from datetime import datetime

from django.db import transaction

from keyuan.customers.selectors import access_customer
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Refused
from keyuan.platform import people
from keyuan.service import permissions
from keyuan.service.models import Category, Chat, ChatHelper, ChatMessage, DeskMember
from keyuan.service.models.chat import ACTIVE, ENDED, WAITING
from keyuan.service.selectors.chat.chats import access_chat, is_helper
from keyuan.service.selectors.chat.policy import chat_policy
from keyuan.service.selectors.chat.seats import hands_at
from keyuan.service.selectors.desks import desk_by_id
from keyuan.service.services.chat.announcing import staff_of, tell_both, tell_queue, tell_staff
from keyuan.service.services.chat.queueing import drain, give, requeue
from keyuan.service.services.chat.writing import add_line, add_system, checked, trail

#: People in a conversation beside its owner.
MOST_HELPERS = 4


def locked_own(actor: Actor, chat_id: int, now: datetime, *statuses: str) -> Chat:
    """Return a conversation to act on: one's own, or anybody's for supervisors. Raises Conflict in another state."""
    chat = access_chat(actor, chat_id, now=now, lock=True)
    if chat.owner_id != actor.id:
        actor.require(permissions.CHAT_SUPERVISE)
    else:
        actor.require(permissions.CHAT_SERVE)
    if chat.status not in (statuses or (ACTIVE,)):
        raise Conflict("chat.over" if chat.status == ENDED else "chat.waits")
    return chat


def transfer(
    *, actor: Actor, chat_id: int, user_id: int | None, desk_id: int | None, category_id: int | None, note: str,
    now: datetime,
) -> Chat:  # fmt: skip
    """Hand a conversation on with a note: to a person, or to a desk, where the category says which skill is wanted.

    A person who is there and has room has it at once; else it waits in front of their desk's queue, for them as long
    as they are there. Raises Refused without a note or receiver, for oneself and for who sits at no desk.
    """
    said = checked(note)
    desk_id = _receiver(actor, user_id, desk_id)
    with transaction.atomic():
        chat = locked_own(actor, chat_id, now)
        before = {"owner_id": chat.owner_id, "desk_id": chat.desk_id}
        told = staff_of(chat)
        if category_id is not None:
            chat.category = Category.objects.filter(pk=category_id, is_active=True).first() or chat.category
        add_line(chat, ChatMessage.Kind.NOTE, now, text=said, staff_id=actor.id, staff_name=actor.name[:80])
        requeue(chat, "handed_on", now, desk_id=desk_id, wanted_id=user_id, passed_by_id=actor.id)
        trail(actor, chat, before, {"owner_id": user_id, "desk_id": desk_id}, now, reason=said)
        tell_both(chat, more=told)
    drain([before["desk_id"] or desk_id, desk_id], now=now)
    chat.refresh_from_db()
    return chat


def _receiver(actor: Actor, user_id: int | None, desk_id: int | None) -> int:
    if user_id is not None and user_id == actor.id:
        raise Refused("chat.to_oneself", field="user")
    if user_id is not None:
        seats = DeskMember.objects.filter(user_id=user_id, desk__is_active=True).order_by("pk")
        found = (seats.filter(desk_id=desk_id) if desk_id else seats).values_list("desk_id", flat=True).first()
        if found is None:
            raise Refused("chat.no_seat", field="user")
        return found
    if desk_id is None or desk_by_id(desk_id) is None:
        raise Refused("chat.receiver", field="desk")
    return desk_id


def take_over(*, actor: Actor, chat_id: int, reason: str, now: datetime) -> Chat:
    """Take somebody's conversation over, as a supervisor, with the reason. Twice is once."""
    actor.require(permissions.CHAT_SUPERVISE)
    actor.require(permissions.CHAT_SERVE)
    said = checked(reason)
    with transaction.atomic():
        chat = access_chat(actor, chat_id, now=now, lock=True)
        if chat.status == ENDED:
            raise Conflict("chat.over")
        if chat.owner_id == actor.id:
            return chat
        before, told = chat.owner_id, staff_of(chat)
        ChatHelper.objects.filter(chat=chat, user_id=actor.id or 0).delete()
        give(chat, actor.id or 0, actor.name, now)
        trail(actor, chat, {"owner_id": before}, {"owner_id": actor.id}, now, reason=said)
        tell_both(chat, more=told)
        tell_queue(chat.desk_id)
    drain([chat.desk_id], now=now)
    return chat


def invite(*, actor: Actor, chat_id: int, user_id: int, now: datetime) -> ChatHelper:
    """Ask a second person in; they read and write along. Asked twice, they are there once."""
    name = people.names_of([user_id]).get(user_id, "")
    if not name or not DeskMember.objects.filter(user_id=user_id, desk__is_active=True).exists():
        raise Refused("chat.no_seat", field="user")
    with transaction.atomic():
        chat = locked_own(actor, chat_id, now)
        if user_id == chat.owner_id:
            raise Refused("chat.to_oneself", field="user")
        if ChatHelper.objects.filter(chat=chat).exclude(user_id=user_id).count() >= MOST_HELPERS:
            raise Refused("chat.helpers", field="user", most=MOST_HELPERS)
        helper, made = ChatHelper.objects.get_or_create(
            chat=chat, user_id=user_id, defaults={"user_name": name[:80], "joined_at": now}
        )
        if made:
            add_system(chat, "helps", now, {"who": name})
            chat.save(update_fields=["last_seq"])
            trail(actor, chat, {}, {"helper": user_id}, now)
            tell_both(chat)
    return helper


def leave(*, actor: Actor, chat_id: int, now: datetime) -> None:
    """Stop helping in a conversation; twice is once."""
    with transaction.atomic():
        chat = Chat.objects.select_for_update(of=("self",)).filter(pk=chat_id).first()
        gone, _kinds = ChatHelper.objects.filter(chat=chat, user_id=actor.id or 0).delete()
        if chat is not None and gone:
            add_system(chat, "left_help", now, {"who": actor.name})
            chat.save(update_fields=["last_seq"])
            trail(actor, chat, {"helper": actor.id}, {}, now)
            tell_both(chat, more=[actor.id or 0])


def attach(*, actor: Actor, chat_id: int, customer_id: int, now: datetime) -> Chat:
    """Say which customer the visitor is; it says nothing of whether that was proved.

    Raises NotFound for a customer out of reach, Conflict where the visitor proved to be somebody else.
    """
    access_customer(actor, customer_id, now=now)
    with transaction.atomic():
        chat = access_chat(actor, chat_id, now=now, lock=True)
        if chat.owner_id != actor.id and not is_helper(actor.id or 0, chat.pk):
            actor.require(permissions.CHAT_SUPERVISE)
        if chat.verified_at is not None and chat.customer_id != customer_id:
            raise Conflict("chat.verified", field="customer")
        before = chat.customer_id
        if before == customer_id:
            return chat
        chat.customer_id = customer_id
        chat.save(update_fields=["customer"])
        trail(actor, chat, {"customer_id": before}, {"customer_id": customer_id}, now)
        tell_staff(chat)
    return chat


def is_anybody_there(desk_id: int, now: datetime) -> bool:
    """Tell whether somebody takes conversations at a desk now."""
    return bool(hands_at(desk_id, chat_policy(), now))


def waits(chat: Chat) -> bool:
    """Tell whether a conversation waits for somebody."""
    return chat.status == WAITING
