"""The acknowledgement: once for a thread, in the customer's language, never to a program (SRV-5; RFC 3834)."""

from datetime import datetime

from keyuan.contact.services.messages import letters
from keyuan.contact.services.permits import Refusal
from keyuan.customers.models import Customer
from keyuan.service.models import Mail, MailParty, WorkOrder
from keyuan.service.rules.mail import threading, writing
from keyuan.service.rules.mail.letter import Letter, Party
from keyuan.service.services.mail.common import new_message_id, party_row, seal_of
from keyuan.service.services.mail.runs import book

DEFAULT_LANGUAGE = "zh-hans"


def language_of_text(text: str) -> str:
    """Return the language in which a text is written, as far as the answer needs it."""
    return DEFAULT_LANGUAGE if not text.strip() or any("一" <= sign <= "鿿" for sign in text[:2000]) else "en"


def language_of(order: WorkOrder, text: str) -> str:
    """Return the language for an answer: the customer's on record, else that of the text."""
    spoken = ""
    if order.customer_id is not None:
        spoken = Customer.objects.filter(pk=order.customer_id).values_list("language", flat=True).first() or ""
    if spoken:
        return "en" if spoken == "en" else DEFAULT_LANGUAGE
    return language_of_text(text)


def filled(body: str, order: WorkOrder) -> str:
    """Return a text with the places {number}, {title} and {desk} filled."""
    places = {"number": order.number, "title": order.title, "desk": order.desk.name}
    for name, value in places.items():
        body = body.replace("{" + name + "}", value)
    return body


def acknowledge(mail: Mail, order: WorkOrder, letter: Letter, now: datetime) -> Mail | None:
    """Queue the acknowledgement of a new matter in the caller's transaction; None where there is no text or permit."""
    sender, mailbox = letter.sender, mail.mailbox
    language = language_of(order, f"{letter.subject} {letter.text}")
    body = str(mailbox.acknowledgements.get(language) or "").strip()
    key = f"mail-ack:{order.pk}"
    if sender is None or not body or Mail.objects.filter(key=key).exists():
        return None
    permit_id: int | None = None
    if order.customer_id is not None:
        answer = letters.allow(
            customer_id=order.customer_id, purpose="SERVICE", key=key, unit_id=order.branch_id, contact_point_id=None,
            now=now,
        )  # fmt: skip
        if isinstance(answer, Refusal):
            return None
        permit_id = answer
    signature = str(mailbox.signatures.get(language) or "").strip()
    subject = threading.answer_subject(
        letter.subject or order.title, writing.REPLY, order.number, seal_of(order.number)
    )
    made = Mail.objects.create(
        mailbox=mailbox, is_out=True, status=Mail.Status.QUEUED, order=order, answers_id=mail.pk, kind=writing.ACK,
        at=now, subject=subject[:300], text=filled("\n\n".join(filter(None, (body, signature))), order),
        language=language, message_id=new_message_id(mailbox), refers_to=letter.message_id, is_automatic=True, key=key,
        permit_id=permit_id, next_at=now, created_at=now,
    )  # fmt: skip
    party_row(made, MailParty.Role.TO, Party(sender.address, sender.name), now).save()
    book(now)
    return made
