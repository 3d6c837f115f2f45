"""What both sides say; reading; typing. A line sent twice under one key is one line (SRV-5)."""

from datetime import datetime
from typing import IO

from django.db import transaction

from keyuan.contact.rules.messages.words import prohibited_in
from keyuan.contact.selectors.messages.providers import prohibited_words
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, NotFound, Refused
from keyuan.platform.files import store
from keyuan.service import permissions
from keyuan.service.models import Chat, ChatHelper, ChatMessage
from keyuan.service.models.chat import ACTIVE, ENDED
from keyuan.service.selectors.chat.chats import access_chat, chat_by_token, is_helper
from keyuan.service.services.chat.announcing import TYPING, tell_both, tell_staff, tell_visitor
from keyuan.service.services.chat.seating import HOUSE
from keyuan.service.services.chat.writing import (
    KEY_LENGTH,
    add_line,
    checked,
    known_line,
    require_open,
    subject_of,
)

FILE_BYTES = 10 * 1024 * 1024
FILES_OF_ONE = 20
Kind = ChatMessage.Kind


def visitor_says(*, token: str, text: str, key: str, now: datetime) -> ChatMessage:
    """Add what a visitor says. Raises NotFound for a stranger, Refused for a bad text, Conflict after the end."""
    said = checked(text)
    with transaction.atomic():
        chat = locked_by_token(token)
        known = known_line(chat, key[:KEY_LENGTH])
        if known is not None:
            return known
        require_open(chat)
        line = add_line(chat, Kind.VISITOR, now, text=said, key=key)
        _visitor_spoke(chat, now)
    return line


def _visitor_spoke(chat: Chat, now: datetime) -> None:
    chat.last_at = chat.visitor_seen_at = now
    chat.visitor_seq, chat.warned_at, chat.is_unanswered = chat.last_seq, None, True
    chat.save()
    tell_both(chat)


def locked_by_token(token: str) -> Chat:
    """Return a visitor's conversation, locked. Raises NotFound."""
    chat = chat_by_token(token, lock=True)
    if chat is None:
        raise NotFound("chat.not_found")
    return chat


def visitor_sends_file(*, token: str, name: str, file: IO[bytes], key: str, now: datetime) -> ChatMessage:
    """Keep a visitor's file with the conversation; it is scanned like every upload. Raises Refused as `store` does."""
    chat = chat_by_token(token)
    if chat is None:
        raise NotFound("chat.not_found")
    return _file_line(HOUSE, chat, Kind.VISITOR, name, file, key, now)


def _file_line(actor: Actor, chat: Chat, kind: str, name: str, file: IO[bytes], key: str, now: datetime) -> ChatMessage:
    require_open(chat)
    before = known_line(chat, key[:KEY_LENGTH])
    if before is not None:
        return before
    if ChatMessage.objects.filter(chat=chat, attachment_id__isnull=False).count() >= FILES_OF_ONE:
        raise Refused("chat.files", field="file", most=FILES_OF_ONE)
    kept = store(
        actor=actor, subject=subject_of(chat), name=name, file=file, now=now, kind="chat",
        customer_id=chat.customer_id, max_bytes=FILE_BYTES,
    )  # fmt: skip
    with transaction.atomic():
        chat = Chat.objects.select_for_update(of=("self",)).get(pk=chat.pk)
        known = known_line(chat, key[:KEY_LENGTH])
        if known is not None:
            return known
        require_open(chat)
        who = {} if kind == Kind.VISITOR else {"staff_id": actor.id, "staff_name": actor.name[:80]}
        line = add_line(chat, kind, now, text=kept.name, key=key, attachment_id=kept.pk, **who)
        if kind == Kind.VISITOR:
            _visitor_spoke(chat, now)
        else:
            _staff_spoke(actor, chat, now)
    return line


def staff_says(
    *, actor: Actor, chat_id: int, text: str, key: str, now: datetime, is_confirmed: bool = False
) -> ChatMessage:
    """Answer a visitor, as the owner or a helper.

    Raises Refused ``chat.words`` naming words that promise what nobody may promise, once: who confirms sends it and
    the line keeps them. Raises Conflict after the end, Refused for who does not take part.
    """
    actor.require(permissions.CHAT_SERVE)
    # Whoever may not see the conversation learns nothing of what is wrong with the text.
    access_chat(actor, chat_id, now=now)
    said = checked(text)
    words = prohibited_in(said, prohibited_words())
    with transaction.atomic():
        chat = access_chat(actor, chat_id, now=now, lock=True)
        known = known_line(chat, key[:KEY_LENGTH])
        if known is not None:
            return known
        _require_part(actor, chat)
        if words and not is_confirmed:
            raise Refused("chat.words", field="text", words="、".join(words))
        more = {"staff_id": actor.id, "staff_name": actor.name[:80], "words": "、".join(words)[:200]}
        line = add_line(chat, Kind.STAFF, now, text=said, key=key, **more)
        _staff_spoke(actor, chat, now)
    return line


def _require_part(actor: Actor, chat: Chat) -> None:
    if chat.status != ACTIVE:
        raise Conflict("chat.over" if chat.status == ENDED else "chat.waits", field="text")
    if chat.owner_id != actor.id and not is_helper(actor.id or 0, chat.pk):
        raise Refused("chat.not_yours", field="text", by=chat.owner_name)


def _staff_spoke(actor: Actor, chat: Chat, now: datetime) -> None:
    chat.last_at, chat.is_unanswered, chat.warned_at = now, False, None
    chat.answered_at = chat.answered_at or now
    _read(actor, chat)
    chat.save()
    tell_both(chat)


def _read(actor: Actor, chat: Chat) -> None:
    if chat.owner_id == actor.id:
        chat.staff_seq = chat.last_seq
    else:
        ChatHelper.objects.filter(chat=chat, user_id=actor.id or 0).update(seen_seq=chat.last_seq)


def staff_sends_file(*, actor: Actor, chat_id: int, name: str, file: IO[bytes], key: str, now: datetime) -> ChatMessage:
    """Send a visitor a file."""
    actor.require(permissions.CHAT_SERVE)
    chat = access_chat(actor, chat_id, now=now)
    _require_part(actor, chat)
    return _file_line(actor, chat, Kind.STAFF, name, file, key, now)


def whisper(*, actor: Actor, chat_id: int, text: str, key: str, now: datetime) -> ChatMessage:
    """Say something among colleagues: who takes part, and supervisors who watch. The visitor never gets it."""
    chat = access_chat(actor, chat_id, now=now)
    if chat.owner_id != actor.id and not is_helper(actor.id or 0, chat.pk):
        actor.require(permissions.CHAT_SUPERVISE)
    said = checked(text)
    with transaction.atomic():
        chat = access_chat(actor, chat_id, now=now, lock=True)
        known = known_line(chat, key[:KEY_LENGTH])
        if known is not None:
            return known
        line = add_line(chat, Kind.NOTE, now, text=said, key=key, staff_id=actor.id, staff_name=actor.name[:80])
        chat.save(update_fields=["last_seq"])
        tell_staff(chat)
    return line


def staff_read(*, actor: Actor, chat: Chat) -> None:
    """Note that the actor has seen everything said so far."""
    if chat.owner_id == actor.id and chat.staff_seq < chat.last_seq:
        Chat.objects.filter(pk=chat.pk, staff_seq__lt=chat.last_seq).update(staff_seq=chat.last_seq)
        with transaction.atomic():
            tell_visitor(chat, "chat-read")
    elif chat.owner_id != actor.id:
        ChatHelper.objects.filter(chat=chat, user_id=actor.id or 0).update(seen_seq=chat.last_seq)


def visitor_read(*, chat: Chat, now: datetime) -> None:
    """Note that the visitor is there and has seen everything said so far."""
    Chat.objects.filter(pk=chat.pk).update(visitor_seen_at=now, visitor_seq=chat.last_seq)
    if chat.visitor_seq < chat.last_seq:
        with transaction.atomic():
            tell_staff(chat, "chat-read")


def visitor_types(*, chat: Chat) -> None:
    """Tell the desk that the visitor is typing; what, nobody sees."""
    if chat.status == ACTIVE:
        with transaction.atomic():
            tell_staff(chat, TYPING)


def staff_types(*, actor: Actor, chat: Chat) -> None:
    """Tell the visitor that somebody is typing."""
    if chat.status == ACTIVE and chat.owner_id == actor.id:
        with transaction.atomic():
            tell_visitor(chat, TYPING)
