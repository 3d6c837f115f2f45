"""What conversations know of a customer, how long they are kept, who leaves, who may listen (PLT-8, SRV-5)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound
from keyuan.platform.crypto.reveal import reveal
from keyuan.platform.privacy import STILL_ON, PrivacyPart, RecordType, Table, privacy_parts, record_types
from keyuan.service.models import Chat, ChatMessage, ChatSeat
from keyuan.service.models.chat import ENDED
from keyuan.service.selectors.chat.chats import access_chat, chat_by_token, line_by_id
from keyuan.service.selectors.chat.seats import desks_of_seat
from keyuan.service.services.chat.announcing import desk_topic, visitor_topic
from keyuan.service.services.chat.seating import give_back_all
from keyuan.service.services.chat.writing import subject_of

COLUMNS = ("number", "started_at", "answered_at", "ended_at", "visitor_name", "rating", "rating_note")
LINES = ("chat__number", "at", "kind", "text")


def collect(customer_id: int) -> Mapping[str, Table]:
    """Return a customer's conversations and what was said in them; notes of colleagues are the house's own."""
    chats = Chat.objects.filter(customer_id=customer_id).order_by("pk")
    lines = ChatMessage.objects.filter(chat__customer_id=customer_id, kind__in=("VISITOR", "STAFF"))
    return {
        "chats": [dict(row) for row in chats.values(*COLUMNS)],
        "chat_lines": [dict(row) for row in lines.order_by("chat_id", "seq").values(*LINES)],
    }


def erase(customer_id: int, whole: bool, _now: datetime) -> Mapping[str, int]:
    """With ``whole`` take names and words out of conversations whose terms are over."""
    if not whole:
        return {}
    chats = Chat.objects.filter(customer_id=customer_id, status=ENDED)
    lines = ChatMessage.objects.filter(chat__in=chats.values("pk")).update(text="", whole=None, params={})
    return {"chat": chats.update(visitor_name="", rating_note=""), "chat_line": lines}


def chat_ends(customer_ids: Sequence[int], _today: date) -> Mapping[int, date]:
    """Return when the last conversation of each customer ended; one that is open goes on."""
    found: dict[int, date] = {}
    rows = Chat.objects.filter(customer_id__in=list(customer_ids)).order_by()
    for pk, status, last in rows.values_list("customer_id", "status").annotate(last=Max("ended_at")):
        ended = last.date() if status == ENDED and last else STILL_ON
        found[pk or 0] = max(found.get(pk or 0, date.min), ended)
    return found


def _files(customer_id: int) -> Sequence[tuple[str, int]]:
    return [("chat", pk) for pk in Chat.objects.filter(customer_id=customer_id).values_list("pk", flat=True)]


def register() -> None:
    """Hang conversations into the registries of privacy parts and record types."""
    privacy_parts.add(PrivacyPart("chat", _("Chats"), collect, erase, _files, order=31))
    law = "银行业保险业消费投诉处理管理办法"
    record_types.add(
        RecordType(
            "chats", _("Conversations of web chat"), 60, law, _("End of the conversation"), chat_ends, least=36,
            order=31,
        )
    )  # fmt: skip


def left(actor: Actor, user_id: int, *, now: datetime) -> None:
    """Close the seat of somebody who leaves and put their conversations back."""
    ChatSeat.objects.filter(pk=user_id).update(state=ChatSeat.State.OFFLINE, since=now)
    give_back_all(actor, user_id, now=now)


def topics_of_staff(user_id: int) -> Iterable[str]:
    """Return what somebody at a desk hears: its queues."""
    return [desk_topic(desk_id) for desk_id in desks_of_seat(user_id)]


def note_seen(user_id: int, *, now: datetime) -> None:
    """Note that a browser of somebody who has a seat is open: a sign of life, whatever page it shows."""
    ChatSeat.objects.filter(pk=user_id).exclude(state=ChatSeat.State.OFFLINE).update(seen_at=now)


def topics_of_visitor(token: str) -> Iterable[str]:
    """Return what the holder of a token hears: their own conversation, as long as it is kept."""
    chat = chat_by_token(token)
    return [visitor_topic(chat.pk)] if chat is not None else []


def whole_text(*, actor: Actor, chat_id: int, message_id: int, reason: str, now: datetime) -> str:
    """Return a line with the numbers that were masked; audited, with a reason, within the day's quota."""
    chat = access_chat(actor, chat_id, now=now)
    line = line_by_id(chat.pk, message_id)
    if line.whole is None:
        raise NotFound("chat.not_found")
    return reveal(
        actor=actor, sealed=line.whole, subject=subject_of(chat), customer_id=chat.customer_id, reason=reason, now=now
    )
