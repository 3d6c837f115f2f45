"""How a conversation begins: name, question, the notice agreed to; outside hours a message is left (SRV-5, PIPL 13)."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils.crypto import salted_hmac

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Refused
from keyuan.platform.audit import Action
from keyuan.platform.locks import hold
from keyuan.platform.numbers import allocate
from keyuan.service.models import Category, Chat, ChatMessage, Desk, WorkOrder
from keyuan.service.rules.kinds import CONSULT, Facts, route_for
from keyuan.service.selectors.chat.chats import chat_by_token, digest_of
from keyuan.service.selectors.chat.policy import chat_policy, is_open
from keyuan.service.selectors.desks import codes_above, routes
from keyuan.service.services.chat.announcing import tell_queue
from keyuan.service.services.chat.queueing import drain
from keyuan.service.services.chat.seating import HOUSE
from keyuan.service.services.chat.writing import add_line, add_system, checked, trail
from keyuan.service.services.setting_up import seed
from keyuan.service.services.taking_in import OrderDraft, take_in

NUMBERS = "chat"
CHANNEL = "CHAT"
NAME_LENGTH = 30
CONTACT_LENGTH = 60
#: Shorter names of attempts are not random enough to stand for anything.
KEY_LEAST = 16


@dataclass(frozen=True, slots=True)
class Opening:
    """What a visitor says to begin with; ``key`` names the attempt, so that a double click begins once."""

    name: str
    question: str
    is_agreed: bool
    category_id: int | None = None
    language: str = "zh-hans"
    key: str = ""


def begin(*, opening: Opening, now: datetime) -> tuple[Chat, str]:
    """Begin a conversation; return it and the visitor's token, of which only a digest is kept.

    Raises Refused for a missing name, question or consent, a category that is gone, and outside hours.
    """
    _check(opening)
    policy = chat_policy()
    if not is_open(policy, now):
        raise Refused("chat.closed")
    category = _category(opening.category_id)
    desk = desk_for(category, now)
    token = _token(opening.key)
    with transaction.atomic():
        # A double click waits here, and then finds what the first one began.
        hold(f"chat:{digest_of(token)}")
        known = chat_by_token(token)
        if known is not None:
            return known, token
        chat = Chat(
            number=allocate(NUMBERS)[0], token_digest=digest_of(token), visitor_name=opening.name.strip()[:NAME_LENGTH],
            language=opening.language, consent_at=now, category=category, desk=desk, started_at=now, queued_at=now,
            last_at=now, visitor_seen_at=now, **desk.unit.level_ids(),
        )  # fmt: skip
        chat.save(force_insert=True)
        add_system(chat, "begun", now)
        if policy.greeting:
            add_system(chat, "greeting", now, {"text": policy.greeting})
        add_line(chat, ChatMessage.Kind.VISITOR, now, text=checked(opening.question), key=opening.key)
        chat.visitor_seq = chat.last_seq
        chat.save()
        after = {"status": chat.status, "desk_id": desk.pk}
        trail(HOUSE, chat, {}, after, now, action=Action.CREATE)
        tell_queue(desk.pk)
    drain([desk.pk], now=now)
    chat.refresh_from_db()
    return chat, token


def _token(key: str) -> str:
    """Return the visitor's token: of one attempt always the same, and known to nobody who has only its name."""
    if len(key) < KEY_LEAST:
        return secrets.token_urlsafe(32)
    return salted_hmac("keyuan.chat.token", key, algorithm="sha256").hexdigest()


def _check(opening: Opening) -> None:
    if not opening.name.strip():
        raise Refused("chat.name", field="name")
    if not opening.is_agreed:
        raise Refused("chat.consent", field="consent")
    checked(opening.question)


def _category(category_id: int | None) -> Category | None:
    if category_id is None:
        return None
    found = Category.objects.select_related("parent").filter(pk=category_id, is_active=True).first()
    if found is None:
        raise Refused("chat.category", field="category")
    return found


def desk_for(category: Category | None, now: datetime) -> Desk:
    """Return the desk that a conversation of this category goes to by the rules of routing, else the first one."""
    codes = frozenset(codes_above(category))
    kind = category.kind if category and category.kind else CONSULT
    route = route_for(routes(), Facts(kind, codes, CHANNEL, "", None))
    rows = Desk.objects.filter(is_active=True).select_related("unit").order_by("pk")
    found = (rows.filter(pk=route.desk_id).first() if route else None) or rows.first()
    if found is None:
        seed(now)
        found = rows.first()
    if found is None:
        raise Refused("order.no_desk")
    return found


def leave_message(*, opening: Opening, contact: str, now: datetime) -> WorkOrder:
    """Take in what a visitor leaves outside hours, as a work order with how to reach them.

    The same ``key`` again is the same order. Raises Refused as `begin`, and without a way to answer.
    """
    _check(opening)
    if not contact.strip():
        raise Refused("chat.contact", field="contact")
    category = _category(opening.category_id)
    desk = desk_for(category, now)
    question = checked(opening.question)
    draft = OrderDraft(
        kind=category.kind if category and category.kind in ("CONSULT", "REQUEST", "SUGGESTION") else CONSULT,
        title=question[:100], description=f"{question}\n\n{contact.strip()[:CONTACT_LENGTH]}",
        contact_channel=CHANNEL, category_id=category.pk if category else None,
        caller_name=opening.name.strip()[:NAME_LENGTH], token=f"chat-message:{opening.key}"[:64] if opening.key else "",
    )  # fmt: skip
    return take_in(actor=at_desk(desk), draft=draft, now=now)


def at_desk(desk: Desk) -> Actor:
    """Return the house's actor at a desk: what it takes in belongs to the desk's unit."""
    return replace(HOUSE, unit_id=desk.unit_id)
