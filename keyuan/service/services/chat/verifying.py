"""Proving who one is: a one-time code to a number that stands on record, through contact's outbox (SRV-5, PIPL).

What a visitor reads is the same whether the number is known or not, so that nobody learns who is a customer.
"""

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from keyuan.contact.models import Message
from keyuan.contact.services.messages.defaults import shipped_template
from keyuan.contact.services.messages.queueing import Draft, send
from keyuan.customers.models import ContactPoint, Customer
from keyuan.kernel.errors import Conflict, NotFound, Refused
from keyuan.kernel.identifiers.phones import PhoneKind, parse_phone
from keyuan.platform.crypto import blind_index
from keyuan.service.models import Chat, ChatCode
from keyuan.service.models.chat import ENDED
from keyuan.service.selectors.chat.chats import chat_by_token
from keyuan.service.services.chat.announcing import tell_both
from keyuan.service.services.chat.seating import HOUSE
from keyuan.service.services.chat.talking import locked_by_token
from keyuan.service.services.chat.writing import add_system, subject_of, trail

TEMPLATE = "chat-code"
MINUTES, TRIES, MOST_CODES = 10, 5, 3
BETWEEN = timedelta(seconds=60)
#: Numbers shared by more customers than this prove nothing.
LOOKED_AT = 5
#: Codes that one customer is sent within a day, whoever asks in however many conversations.
MOST_A_DAY = 6


def send_code(*, token: str, phone: str, now: datetime) -> None:
    """Send a code to a number, if it stands on record of one customer; say nothing of whether it does.

    Raises Refused for what is no mobile number, after three codes, or within a minute of the last one.
    """
    number = parse_phone(phone, field="phone")
    if number.kind is not PhoneKind.MOBILE:
        raise Refused("chat.mobile", field="phone")
    chat = chat_by_token(token)
    if chat is None:
        raise NotFound("chat.not_found")
    if chat.status == ENDED:
        raise Conflict("chat.over")
    found = _holder(number.number)
    if found is not None and _was_pestered(found.customer_id, now):
        found = None
    code = f"{secrets.randbelow(1_000_000):06}"
    with transaction.atomic():
        chat = locked_by_token(token)
        codes = list(ChatCode.objects.filter(chat=chat).order_by("-pk")[:MOST_CODES])
        if len(codes) >= MOST_CODES:
            raise Refused("chat.codes", field="phone", most=MOST_CODES)
        if codes and now - codes[0].sent_at < BETWEEN:
            raise Refused("chat.code_soon", field="phone")
        made = ChatCode.objects.create(
            chat=chat, customer_id=found.customer_id if found else None, digest=_digest(chat, code), sent_at=now,
            expires_at=now + timedelta(minutes=MINUTES),
        )  # fmt: skip
    if found is not None:
        _send(chat, made, found, code, now)


def _digest(chat: Chat, code: str) -> str:
    return salted_hmac("keyuan.chat.code", f"{chat.pk}:{code}", algorithm="sha256").hexdigest()


def _holder(phone: str) -> ContactPoint | None:
    """Return the contact point that holds a number, when it belongs to one customer alone."""
    rows = ContactPoint.objects.filter(
        value_index=blind_index("phone", phone), kind=ContactPoint.Kind.MOBILE, invalid_at__isnull=True,
        customer__status__in=(Customer.Status.ACTIVE,),
    )  # fmt: skip
    points = [row for row in rows.order_by("pk")[:LOOKED_AT] if row.phone and row.phone.equals(phone)]
    return points[0] if len({row.customer_id for row in points}) == 1 else None


def _was_pestered(customer_id: int, now: datetime) -> bool:
    """Whether strangers made us send a customer as many codes as a day may bring: then none goes out, unsaid."""
    return ChatCode.objects.filter(customer_id=customer_id, sent_at__gt=now - timedelta(days=1)).count() >= MOST_A_DAY


def _send(chat: Chat, made: ChatCode, point: ContactPoint, code: str, now: datetime) -> None:
    template = shipped_template(TEMPLATE, now)
    draft = Draft(
        point.customer_id, {"code": code}, key=f"chat-code:{made.pk}", contact_point_id=point.pk,
        subject=subject_of(chat),
    )  # fmt: skip
    answer = send(actor=HOUSE, template_id=template.pk, draft=draft, now=now)
    if not isinstance(answer, Message):
        # Not allowed to be written to: the code is void, and the visitor reads the same as everybody.
        ChatCode.objects.filter(pk=made.pk).update(customer=None)


def check_code(*, token: str, code: str, now: datetime) -> Chat:
    """Check the last code: the right one makes the visitor that customer, once.

    Raises Refused for a wrong, used or expired code; after five tries a code is void.
    """
    wrong = False
    with transaction.atomic():
        chat = locked_by_token(token)
        if chat.verified_at is not None:
            return chat
        made = ChatCode.objects.select_for_update().filter(chat=chat, used_at__isnull=True).order_by("-pk").first()
        if made is None or made.expires_at <= now or made.tries >= TRIES:
            raise Refused("chat.code_void", field="code")
        made.tries += 1
        right = constant_time_compare(made.digest, _digest(chat, code.strip())) and made.customer_id is not None
        if right:
            made.used_at = now
            _verified(chat, made, now)
        wrong = not right
        made.save(update_fields=["tries", "used_at"])
    if wrong:
        raise Refused("chat.code_wrong", field="code", left=TRIES - made.tries)
    return chat


def _verified(chat: Chat, made: ChatCode, now: datetime) -> None:
    before = chat.customer_id
    chat.customer_id, chat.verified_at = made.customer_id, now
    add_system(chat, "verified", now)
    chat.save()
    trail(HOUSE, chat, {"customer_id": before}, {"customer_id": chat.customer_id, "verified_at": now.isoformat()}, now)
    tell_both(chat)
