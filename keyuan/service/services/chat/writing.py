"""Writing lines: each has its number and, of people, its own name, so that a replay or a double click adds nothing."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.crypto import sealed_from_text
from keyuan.service.models import Chat, ChatMessage
from keyuan.service.models.chat import ENDED
from keyuan.service.rules.chat.hiding import hidden

KIND = "chat"
LONGEST = 2000
KEY_LENGTH = 40


def subject_of(chat: Chat) -> Subject:
    """Return the conversation as a subject."""
    return Subject(KIND, chat.pk)


def checked(text: str) -> str:
    """Return what is said. Raises Refused for nothing, or for too much."""
    found = text.strip().replace("\x00", "")
    if not found:
        raise Refused("chat.empty", field="text")
    if len(found) > LONGEST:
        raise Refused("chat.long", field="text", most=LONGEST, length=len(found))
    return found


def require_open(chat: Chat) -> None:
    """Raise Conflict for a conversation that is over."""
    if chat.status == ENDED:
        raise Conflict("chat.over", field="text")


def known_line(chat: Chat, key: str) -> ChatMessage | None:
    """Return the line that was sent under ``key`` before; the caller has locked the conversation."""
    return ChatMessage.objects.filter(chat=chat, key=key).first() if key else None


def add_line(chat: Chat, kind: str, now: datetime, *, text: str = "", key: str = "", **more: Any) -> ChatMessage:
    """Add a line to a locked conversation and count it; the caller saves the conversation.

    Numbers that colleagues need not read are masked; the whole text is sealed beside it.
    """
    shown = hidden(text)
    chat.last_seq += 1
    return ChatMessage.objects.create(
        chat=chat, seq=chat.last_seq, key=key[:KEY_LENGTH], kind=kind, text=shown,
        whole=sealed_from_text("message_values", text) if shown != text else None, at=now, **more,
    )  # fmt: skip


def add_system(chat: Chat, code: str, now: datetime, params: Mapping[str, Any] | None = None) -> ChatMessage:
    """Add a line that nobody said: who came, who went, what happens next."""
    return add_line(chat, ChatMessage.Kind.SYSTEM, now, code=code, params=dict(params or {}))


def trail(
    actor: Actor, chat: Chat, before: Mapping[str, Any], after: Mapping[str, Any], now: datetime, *,
    action: Action = Action.UPDATE, reason: str = "",
) -> None:  # fmt: skip
    """Put a change on the trail; what is said stands in the lines themselves."""
    record(
        actor, action, subject_of(chat), before=dict(before), after=dict(after), reason=reason,
        customer_id=chat.customer_id, now=now,
    )  # fmt: skip
