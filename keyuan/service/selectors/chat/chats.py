"""Reads of conversations; all of staff start from `chats_visible_to`, all of visitors from `chat_by_token`."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from django.db.models import F, Q, QuerySet

from keyuan.customers.selectors import customer_q, lent_rows
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound
from keyuan.organisation.selectors import in_scope
from keyuan.service import permissions
from keyuan.service.models import Chat, ChatHelper, ChatMessage
from keyuan.service.models.chat import ACTIVE, WAITING
from keyuan.service.selectors.chat.seats import desks_of_seat

#: Lines that one look brings, and conversations of the console.
LINES, RAIL = 200, 60
#: Answers from which the pace of a desk is told.
PACE = 10
RECENT = timedelta(hours=1)
TOKEN_LENGTH = 200


def digest_of(token: str) -> str:
    """Return what is kept of a visitor's token."""
    return hashlib.sha256(token[:TOKEN_LENGTH].encode()).hexdigest()


def chat_by_token(token: str, *, lock: bool = False) -> Chat | None:
    """Return the conversation of the visitor who holds ``token``."""
    if not token:
        return None
    rows = Chat.objects.filter(token_digest=digest_of(token))
    return (rows.select_for_update(of=("self",)) if lock else rows).first()


def list_sources(actor: Actor, *, now: datetime) -> list[QuerySet[Chat]]:
    """Return conversations as the list reads them, each in one source only.

    In scope, then of customers lent to the post, then those of one's desks (for supervisors) or one's own.
    """
    found = lent_rows(Chat.objects.all(), actor, now=now)
    within = in_scope(actor)
    if not within:
        return found
    lent = Q(pk__in=found[1].values("pk"))
    desks = desks_of_seat(actor.id or 0) if actor.may(permissions.CHAT_SUPERVISE) else []
    for desk_id in desks:
        found.append(Chat.objects.filter(desk_id=desk_id).exclude(within | lent))
    mine = Chat.objects.filter(owner_id=actor.id or 0).exclude(within | lent)
    return [*found, mine.exclude(desk_id__in=desks) if desks else mine]


def chats_visible_to(actor: Actor, *, now: datetime) -> QuerySet[Chat]:
    """Every conversation the actor may open. For one row or a bounded set.

    In scope, of a customer in reach, their own, one they help in, one that waits at a desk they sit at; supervisors
    see all of their desks.
    """
    if not (actor.may(permissions.CHAT_VIEW) or actor.may(permissions.CHAT_SERVE)):
        return Chat.objects.none()
    within = in_scope(actor)
    if not within:
        # The whole book: an empty filter joined by OR would vanish and leave the own ones alone.
        return Chat.objects.all()
    return Chat.objects.filter(within | _own_q(actor) | customer_q(actor, now=now, prefix="customer__"))


def _own_q(actor: Actor) -> Q:
    if actor.id is None:
        return Q(pk__in=())
    helped = Q(pk__in=ChatHelper.objects.filter(user_id=actor.id).values("chat_id"))
    desks = Q(desk_id__in=desks_of_seat(actor.id)) if actor.may(permissions.CHAT_SERVE) else Q(pk__in=())
    if not actor.may(permissions.CHAT_SUPERVISE):
        desks &= Q(status=WAITING)
    return Q(owner_id=actor.id) | helped | desks


def access_chat(actor: Actor, chat_id: int, *, now: datetime, lock: bool = False) -> Chat:
    """Return one conversation in reach, row-locked when it is about to change. Raises NotFound."""
    rows = chats_visible_to(actor, now=now).filter(pk=chat_id)
    rows = rows.select_for_update(of=("self",)) if lock else rows.select_related("category", "desk", "customer")
    found = rows.first()
    if found is None:
        raise NotFound("chat.not_found")
    return found


def takes_part(actor: Actor, chat: Chat) -> bool:
    """Tell whether the actor owns a conversation or was asked in."""
    return actor.id is not None and (chat.owner_id == actor.id or is_helper(actor.id, chat.pk))


def is_helper(user_id: int, chat_id: int) -> bool:
    """Tell whether somebody helps in a conversation."""
    return ChatHelper.objects.filter(chat_id=chat_id, user_id=user_id).exists()


def helpers_of(chat_id: int) -> list[ChatHelper]:
    """Return who helps in a conversation."""
    return list(ChatHelper.objects.filter(chat_id=chat_id).order_by("pk"))


def lines_after(chat_id: int, seq: int, *, for_visitor: bool = False) -> list[ChatMessage]:
    """Return the lines behind number ``seq``, oldest first; a visitor never gets what colleagues say among them."""
    rows = ChatMessage.objects.filter(chat_id=chat_id, seq__gt=seq).order_by("seq")
    if for_visitor:
        rows = rows.exclude(kind=ChatMessage.Kind.NOTE)
    return list(rows[:LINES])


def last_lines(chat_id: int, *, for_visitor: bool = False) -> list[ChatMessage]:
    """Return the last lines, oldest first."""
    rows = ChatMessage.objects.filter(chat_id=chat_id).order_by("-seq")
    if for_visitor:
        rows = rows.exclude(kind=ChatMessage.Kind.NOTE)
    return list(rows[:LINES])[::-1]


def last_words(chat_id: int) -> str:
    """Return what the visitor said last, its numbers masked."""
    rows = ChatMessage.objects.filter(chat_id=chat_id, kind=ChatMessage.Kind.VISITOR).order_by("-seq")
    return rows.values_list("text", flat=True).first() or ""


def all_lines(chat_id: int) -> list[ChatMessage]:
    """Return everything a visitor may read, for the transcript; five thousand lines at most."""
    rows = ChatMessage.objects.filter(chat_id=chat_id).exclude(kind=ChatMessage.Kind.NOTE)
    return list(rows.order_by("seq")[:5000])


def line_by_id(chat_id: int, message_id: int) -> ChatMessage:
    """Return one line. Raises NotFound."""
    found = ChatMessage.objects.filter(chat_id=chat_id, pk=message_id).first()
    if found is None:
        raise NotFound("chat.not_found")
    return found


def own_chats(actor: Actor) -> list[Chat]:
    """Return what the actor has in hand and helps in, the longest waiting for a word first."""
    helped = ChatHelper.objects.filter(user_id=actor.id or 0).values("chat_id")
    mine = Chat.objects.filter(status=ACTIVE, owner_id=actor.id or 0)
    # Two reads by their own indexes: an OR between them would read the whole table.
    rows = [*mine.order_by("pk")[:RAIL], *Chat.objects.filter(status=ACTIVE, pk__in=helped).order_by("pk")[:RAIL]]
    return sorted({row.pk: row for row in rows}.values(), key=lambda row: (not row.is_unanswered, row.last_at))


def recent_chats(actor: Actor, now: datetime) -> list[Chat]:
    """Return what the actor had in hand within the last hours."""
    rows = Chat.objects.filter(owner_id=actor.id or 0, started_at__gt=now - timedelta(hours=12), ended_at__isnull=False)
    return list(rows.order_by("-started_at")[:10])


def waiting_at(desk_ids: Sequence[int]) -> list[Chat]:
    """Return who waits at these desks, the first in the queue first."""
    rows = Chat.objects.filter(status=WAITING, desk_id__in=list(desk_ids)).select_related("category")
    return list(rows.order_by("rank", "queued_at", "pk")[:RAIL])


def open_at(desk_ids: Sequence[int]) -> list[Chat]:
    """Return the conversations under way at these desks, for the supervisor."""
    rows = Chat.objects.filter(status=ACTIVE, desk_id__in=list(desk_ids)).select_related("category")
    return list(rows.order_by("pk")[:200])


def position_of(chat: Chat) -> int:
    """Return the place of a waiting conversation in its queue, from 1."""
    rows = Chat.objects.filter(status=WAITING, desk_id=chat.desk_id)
    earlier = Q(rank__lt=chat.rank) | Q(rank=chat.rank, queued_at__lt=chat.queued_at)
    tie = Q(rank=chat.rank, queued_at=chat.queued_at, pk__lt=chat.pk)
    return rows.filter(earlier | tie).count() + 1


def gaps_of(desk_id: int, now: datetime) -> list[float]:
    """Return the seconds between the last answers of a desk within the last hour."""
    rows = Chat.objects.filter(desk_id=desk_id, answered_at__gt=now - RECENT).order_by("-answered_at")
    moments = [moment for moment in rows.values_list("answered_at", flat=True)[: PACE + 1] if moment]
    return [(later - earlier).total_seconds() for later, earlier in pairwise(moments)]


def chats_of_customer(customer_id: int) -> QuerySet[Chat]:
    """Return a customer's conversations, newest first; the caller has accessed the customer."""
    return Chat.objects.filter(customer_id=customer_id).order_by("-started_at", "-pk")


def figures_of(actor: Actor, since: datetime) -> dict[str, float]:
    """Return counts of the conversations in scope since a moment: begun, left, answered, rated, mean score and wait."""
    rows = Chat.objects.filter(in_scope(actor), started_at__gte=since).order_by()
    found = rows.values_list("ended_by", "rating", "answered_at", "started_at")[:20_000]
    begun = left = answered = 0
    scores: list[int] = []
    waits: list[float] = []
    for ended_by, rating, answered_at, started_at in found:
        begun += 1
        left += ended_by == "LEFT"
        if answered_at is not None:
            answered += 1
            waits.append((answered_at - started_at).total_seconds())
        if rating:
            scores.append(rating)
    return {
        "begun": begun, "left": left, "answered": answered, "rated": len(scores),
        "score": sum(scores) / len(scores) if scores else 0.0,
        "wait": sum(waits) / len(waits) if waits else 0.0,
    }  # fmt: skip


def silent_chats(before: datetime, limit: int) -> list[int]:
    """Return open conversations in which nobody said anything since ``before``."""
    rows = Chat.objects.filter(status__in=(WAITING, ACTIVE), last_at__lt=before).order_by("last_at", "pk")
    return list(rows.values_list("pk", flat=True)[:limit])


def unread_of(actor: Actor) -> int:
    """Return how many of the actor's conversations wait for a word, for the navigation."""
    if actor.id is None:
        return 0
    return Chat.objects.filter(status=ACTIVE, owner_id=actor.id, last_seq__gt=F("staff_seq")).count()


def has_file(chat_id: int, attachment_id: int) -> bool:
    """Tell whether a file belongs to a conversation."""
    return ChatMessage.objects.filter(chat_id=chat_id, attachment_id=attachment_id).exists()
