"""Telling open pages that something happened; they fetch it themselves, so that nothing personal travels here."""

from collections.abc import Iterable

from keyuan.platform.live import push
from keyuan.service.models import Chat
from keyuan.service.selectors.chat.chats import helpers_of

#: What the console of the desk and the visitor's page listen for.
CHAT, TYPING, QUEUE = "chat", "chat-typing", "chat-queue"


def visitor_topic(chat_id: int) -> str:
    """Return what a visitor's page listens to."""
    return f"chat:{chat_id}"


def desk_topic(desk_id: int) -> str:
    """Return what everybody at a desk listens to: somebody waits, somebody was taken."""
    return f"chat-desk:{desk_id}"


def staff_of(chat: Chat) -> list[int]:
    """Return who takes part in a conversation on our side."""
    owner = [chat.owner_id] if chat.owner_id else []
    return [*owner, *(helper.user_id for helper in helpers_of(chat.pk))]


def tell_staff(chat: Chat, kind: str = CHAT, *, more: Iterable[int] = ()) -> None:
    """Tell those who take part that a conversation moved on."""
    people = {*staff_of(chat), *more}
    if people:
        push(people, kind, {"chat": chat.pk, "seq": chat.last_seq})


def tell_visitor(chat: Chat, kind: str = CHAT) -> None:
    """Tell the visitor's page that the conversation moved on."""
    push(visitor_topic(chat.pk), kind, {"seq": chat.last_seq})


def tell_both(chat: Chat, *, more: Iterable[int] = ()) -> None:
    """Tell both sides."""
    tell_visitor(chat)
    tell_staff(chat, more=more)


def tell_queue(desk_id: int) -> None:
    """Tell everybody at a desk that its queue changed."""
    push(desk_topic(desk_id), QUEUE)
