"""How conversations end: by either side, by silence, by closing hours; coming back; the verdict (SRV-5)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from keyuan.customers.services.interactions import InteractionDraft, add_interaction
from keyuan.customers.services.summary import refresh
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Refused
from keyuan.service.models import Category, Chat, ChatMessage, WorkOrder
from keyuan.service.models.chat import ACTIVE, ENDED, WAITING
from keyuan.service.rules import kinds
from keyuan.service.rules.chat import queueing as queue_rules
from keyuan.service.rules.chat.silence import may_reopen
from keyuan.service.selectors.chat.policy import chat_policy
from keyuan.service.services import claiming, moving
from keyuan.service.services.chat.announcing import tell_both, tell_queue
from keyuan.service.services.chat.opening import CHANNEL, at_desk
from keyuan.service.services.chat.passing import locked_own
from keyuan.service.services.chat.queueing import drain, say_of_lines
from keyuan.service.services.chat.seating import HOUSE
from keyuan.service.services.chat.talking import locked_by_token
from keyuan.service.services.chat.writing import add_system, trail
from keyuan.service.services.taking_in import OrderDraft, take_in

BY_STAFF, BY_VISITOR, BY_SILENCE, BY_LEAVING, BY_HOURS = "STAFF", "VISITOR", "IDLE", "LEFT", "HOURS"
NOTE_LENGTH = 300
SCORES = (1, 2, 3, 4, 5)


@dataclass(frozen=True, slots=True)
class Closing:
    """What the desk writes at the end: what it was about, in which words, and whether it is settled."""

    category_id: int | None
    title: str
    summary: str = ""
    is_settled: bool = False


def end(chat: Chat, by: str, now: datetime) -> None:
    """End a locked conversation and enter it into its customer's timeline."""
    before = chat.status
    chat.status, chat.ended_at, chat.ended_by, chat.is_unanswered = ENDED, now, by, False
    add_system(chat, f"ended_{by.lower()}", now)
    chat.version += 1
    chat.save()
    tell_both(chat)
    if before == WAITING:
        tell_queue(chat.desk_id)
    if chat.customer_id is not None and chat.answered_at is not None:
        _enter(chat, now)


def _enter(chat: Chat, now: datetime) -> None:
    seconds = int((now - chat.started_at).total_seconds())
    draft = InteractionDraft(
        kind="CHAT", direction="IN", occurred_at=now, summary=chat.number, purpose="SERVICE", seconds=seconds,
        subject_kind="chat", subject_id=chat.pk,
    )  # fmt: skip
    add_interaction(customer_id=chat.customer_id or 0, draft=draft, actor=HOUSE)
    refresh([chat.customer_id or 0], now)


def close(*, actor: Actor, chat_id: int, closing: Closing, now: datetime) -> tuple[Chat, WorkOrder]:
    """End a conversation with its category: a work order holds what came of it, settled at once or still to do.

    Closed twice, there is one order. Raises Refused without category or title, without a summary where it is settled;
    a complaint is never settled here, it has its own way.
    """
    category = Category.objects.filter(pk=closing.category_id or 0, is_active=True).first()
    if category is None:
        raise Refused("chat.category", field="category")
    if closing.is_settled and not closing.summary.strip():
        raise Refused("chat.summary", field="summary")
    if closing.is_settled and category.kind == kinds.COMPLAINT:
        raise Refused("chat.complaint", field="is_settled")
    with transaction.atomic():
        chat = locked_own(actor, chat_id, now, ACTIVE, ENDED)
        if chat.order_id is not None:
            return chat, WorkOrder.objects.get(pk=chat.order_id)
        order = _order_of(actor, chat, category, closing, now)
        chat.order, chat.category = order, category
        if chat.status == ENDED:
            chat.save(update_fields=["order", "category"])
        else:
            end(chat, BY_STAFF, now)
        trail(actor, chat, {"status": ACTIVE}, {"status": ENDED, "order_id": order.pk}, now)
    drain([chat.desk_id], now=now)
    return chat, order


def _order_of(actor: Actor, chat: Chat, category: Category, closing: Closing, now: datetime) -> WorkOrder:
    draft = OrderDraft(
        kind=category.kind or kinds.CONSULT, title=closing.title.strip() or category.name, contact_channel=CHANNEL,
        description=described(chat, closing.summary), category_id=category.pk, customer_id=chat.customer_id,
        caller_name=chat.visitor_name, token=f"chat:{chat.pk}:{chat.reopened}", received_at=chat.started_at,
    )  # fmt: skip
    order = take_in(actor=actor, draft=draft, now=now)
    if closing.is_settled:
        claiming.take(actor=actor, order_id=order.pk, now=now)
        moving.resolve(actor=actor, order_id=order.pk, solution=closing.summary.strip(), now=now)
        moving.tell(actor=actor, order_id=order.pk, how="PORTAL", text=closing.summary.strip(), now=now)
    return order


def described(chat: Chat, summary: str) -> str:
    """Return the description of the order: the summary, then what was said, masked as in the conversation."""
    lines = [
        f"{line.staff_name if line.kind == ChatMessage.Kind.STAFF else chat.visitor_name}: {line.text}"
        for line in say_of_lines(chat)
    ]
    return "\n".join([summary.strip(), chat.number, *lines]).strip()[:8000]


def visitor_ends(*, token: str, now: datetime) -> Chat:
    """End one's own conversation; twice is once."""
    with transaction.atomic():
        chat = locked_by_token(token)
        if chat.status == ENDED:
            return chat
        end(chat, BY_VISITOR if chat.status == ACTIVE else BY_LEAVING, now)
    drain([chat.desk_id], now=now)
    return chat


def visitor_returns(*, token: str, now: datetime) -> Chat:
    """Go on with a conversation that ended a short while ago: it waits in front, for whom one spoke with.

    Raises Refused when that was too long ago; then one begins anew.
    """
    policy = chat_policy()
    with transaction.atomic():
        chat = locked_by_token(token)
        if chat.status != ENDED:
            return chat
        if not may_reopen(chat.ended_at, policy.reopen_minutes, now):
            raise Refused("chat.too_late")
        chat.status, chat.wanted_id = WAITING, chat.owner_id
        chat.owner_id, chat.owner_name, chat.ended_at, chat.ended_by = None, "", None, ""
        chat.rank, chat.queued_at, chat.last_at = queue_rules.FIRST_RANK, now, now
        chat.order, chat.is_unanswered, chat.reopened = None, True, chat.reopened + 1
        add_system(chat, "reopened", now)
        chat.save()
        trail(HOUSE, chat, {"status": ENDED}, {"status": WAITING}, now)
        tell_queue(chat.desk_id)
        tell_both(chat)
    drain([chat.desk_id], now=now)
    chat.refresh_from_db()
    return chat


def rate(*, token: str, score: int, note: str, now: datetime) -> Chat:
    """Say how it was, after the end; saying it again replaces it. Raises Refused for a score that is none."""
    if score not in SCORES:
        raise Refused("chat.score", field="score")
    with transaction.atomic():
        chat = locked_by_token(token)
        if chat.status != ENDED or chat.answered_at is None:
            raise Conflict("chat.not_over")
        before = chat.rating
        chat.rating, chat.rating_note = score, note.strip()[:NOTE_LENGTH]
        chat.save(update_fields=["rating", "rating_note"])
        if before is None:
            trail(HOUSE, chat, {}, {"rating": score}, now)
    return chat


def turn_into_message(chat: Chat, by: str, now: datetime) -> WorkOrder:
    """End a locked conversation that nobody answered; what the visitor said becomes a work order, so none is lost."""
    words = [line.text for line in say_of_lines(chat)]
    draft = OrderDraft(
        kind=(chat.category.kind if chat.category and chat.category.kind in ("CONSULT", "REQUEST") else kinds.CONSULT),
        title=(words[0] if words else chat.number)[:100], description=described(chat, ""), contact_channel=CHANNEL,
        category_id=chat.category_id, customer_id=chat.customer_id, caller_name=chat.visitor_name,
        token=f"chat:{chat.pk}:{chat.reopened}", received_at=chat.started_at,
    )  # fmt: skip
    chat.order = take_in(actor=at_desk(chat.desk), draft=draft, now=now)
    end(chat, by, now)
    trail(HOUSE, chat, {"status": WAITING}, {"status": ENDED, "order_id": chat.order.pk}, now)
    return chat.order
