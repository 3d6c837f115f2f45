"""The outbox of mail: one commit before and one after each letter, so that a kill sends nothing twice (SRV-5, PLT-11).

The name of a letter is fixed before it leaves. What was handed over without an answer is in doubt: a person decides.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import transaction

from keyuan.contact.services.messages import letters
from keyuan.contact.services.messages.letters import Handed, Outcome, Result, Route
from keyuan.kernel.actor import Actor, ActorKind
from keyuan.kernel.errors import Conflict, Refused
from keyuan.platform.files import Attachment, open_file
from keyuan.service.models import Mail, Mailbox, MailParty, OrderEntry, WorkOrder
from keyuan.service.rules import machine
from keyuan.service.rules.mail.threading import reply_address
from keyuan.service.rules.mail.writing import ACK, NOTICE, Enclosure, Outgoing, wire
from keyuan.service.services import deadlines
from keyuan.service.services.histories import tell_people
from keyuan.service.services.mail.bouncing import mark_address
from keyuan.service.services.mail.common import ACTOR, KIND, RAW, opened, seal_of
from keyuan.service.services.mail.runs import book
from keyuan.service.services.mail.telling import FAILED, SENT, add_line, tell_timeline
from keyuan.service.services.moving import go

log = structlog.get_logger(__name__)
Status = Mail.Status
Now = Callable[[], datetime]
Deliver = Callable[..., Handed]
#: Letters of one run, and until one that was handed over without an answer counts as in doubt.
CHUNK, DOUBT_AFTER = 50, timedelta(minutes=10)
SCAN_PAUSE = timedelta(minutes=1)
TO, CC = MailParty.Role.TO, MailParty.Role.CC


@dataclass(frozen=True, slots=True)
class _Ready:
    """A letter ready to leave: its recipients, in the order in which the server hears of them."""

    mail: Mail
    route: Route
    parties: list[MailParty]
    addresses: list[str]
    data: bytes


def send_due(now: Now, *, deliver: Deliver = letters.deliver) -> int:
    """Send what is due; return how many letters were handed over."""
    put_in_doubt(now())
    due = Mail.objects.filter(status=Status.QUEUED, next_at__lte=now(), mailbox__is_active=True)
    ids = list(due.order_by("next_at", "pk").values_list("pk", flat=True)[:CHUNK])
    count = sum(send_one(mail_id, now, deliver=deliver) for mail_id in ids)
    if len(ids) == CHUNK:
        book(now())
    return count


def put_in_doubt(now: datetime) -> int:
    """Mark letters that were handed over by a run that is lost."""
    lost = Mail.objects.filter(status=Status.SENDING, handed_at__lt=now - DOUBT_AFTER)
    return lost.update(status=Status.UNKNOWN, because="lost")


def send_one(mail_id: int, now: Now, *, deliver: Deliver = letters.deliver) -> bool:
    """Send one letter that is due; tell whether it was handed over."""
    mail = Mail.objects.select_related("mailbox", "order").filter(pk=mail_id, status=Status.QUEUED).first()
    if mail is None:
        return False
    try:
        ready = _ready(mail, now())
    except Refused as refusal:
        _held(mail, refusal.code, now())
        return False
    if not _hand_over(mail, now()):
        return False
    sender = "" if mail.is_automatic else mail.mailbox.address
    handed = deliver(ready.route, sender=sender, recipients=ready.addresses, letter=ready.data)
    settle(mail.pk, handed, ready.parties, ready.addresses, now())
    return True


def route_of(mailbox: Mailbox) -> Route:
    """Return the server by which a mailbox sends; its password is opened, on record."""
    return Route(
        mailbox.smtp_host, mailbox.smtp_port, mailbox.smtp_security, mailbox.address, mailbox.username,
        opened([mailbox.password], "mailbox")[0],
    )  # fmt: skip


def _ready(mail: Mail, now: datetime) -> _Ready:
    """Compose a letter. Raises Refused where a file of it waits for the virus scan or is not harmless."""
    parties = list(mail.parties.filter(role__in=(TO, CC)).order_by("pk"))
    addresses = opened([party.email for party in parties], "mail")
    enclosures = []
    for row in Attachment.objects.filter(subject_kind=KIND, subject_id=mail.pk).exclude(kind=RAW).order_by("pk"):
        found, blocks = open_file(ACTOR, row.pk)
        enclosures.append(Enclosure(found.name, found.content_type, b"".join(blocks)))
    named = list(zip(parties, addresses, strict=True))
    letter = Outgoing(
        message_id=mail.message_id, at=now, from_name=mail.mailbox.from_name, from_address=mail.mailbox.address,
        reply_to=reply_to_of(mail), to=[text for party, text in named if party.role == TO],
        cc=[text for party, text in named if party.role == CC], subject=mail.subject, text=mail.text,
        language=mail.language or "zh-hans", refers_to=mail.refers_to.split(), is_automatic=mail.is_automatic,
        enclosures=enclosures,
    )  # fmt: skip
    return _Ready(mail, route_of(mail.mailbox), parties, addresses, wire(letter))


def reply_to_of(mail: Mail) -> str:
    """Return the address to which answers go; where the server puts plus addresses into the box, it names the order."""
    address = mail.mailbox.address
    if mail.order is None or not mail.mailbox.plus_addresses:
        return address
    return reply_address(address, mail.order.number, seal_of(mail.order.number))


def _held(mail: Mail, code: str, now: datetime) -> None:
    """Wait for the virus scan, or give a letter up whose file is not harmless."""
    if code == "file.waiting":
        Mail.objects.filter(pk=mail.pk, status=Status.QUEUED).update(next_at=now + SCAN_PAUSE)
        return
    with transaction.atomic():
        if Mail.objects.filter(pk=mail.pk, status=Status.QUEUED).update(status=Status.FAILED, because=code[:40]):
            _tell_failed(mail, code, now)


def _hand_over(mail: Mail, now: datetime) -> bool:
    """Say in a commit of its own that a letter is handed over; what was taken back before stops it."""
    with transaction.atomic():
        row = Mail.objects.select_for_update(of=("self",)).filter(pk=mail.pk, status=Status.QUEUED).first()
        if row is None:
            return False
        if row.permit_id is not None and row.attempts == 0:
            try:
                letters.use(row.permit_id, now=now)
            except Conflict as conflict:
                Mail.objects.filter(pk=row.pk).update(status=Status.CANCELLED, because=conflict.code[:40])
                _tell_failed(mail, conflict.code, now)
                return False
        Mail.objects.filter(pk=row.pk).update(
            status=Status.SENDING, handed_at=now, attempts=row.attempts + 1, because=""
        )
        mail.attempts = row.attempts + 1
    return True


def settle(mail_id: int, handed: Handed, parties: list[MailParty], addresses: list[str], now: datetime) -> None:
    """Write down what came of a letter; what the server said of single recipients is kept with them."""
    with transaction.atomic():
        rows = Mail.objects.select_for_update(of=("self",)).select_related("order", "mailbox")
        mail = rows.filter(pk=mail_id, status__in=(Status.SENDING, Status.UNKNOWN)).first()
        if mail is None:
            return
        for place, outcome in handed.refused.items():
            MailParty.objects.filter(pk=parties[place].pk).update(is_bounced=True)
            if outcome.result is Result.BAD_ADDRESS:
                customer_id = mail.order.customer_id if mail.order else None
                mark_address(customer_id, addresses[place], "5.1.1", now)
        _conclude(mail, handed.outcome, now)


def _conclude(mail: Mail, outcome: Outcome, now: datetime) -> None:
    mail.code = outcome.code[:40]
    if outcome.result in (Result.ACCEPTED, Result.DELIVERED):
        mail.status, mail.sent_at, mail.at = Status.SENT, now, now
        mail.save(update_fields=["status", "sent_at", "at", "code"])
        if mail.order is not None:
            answered(mail, mail.order, now)
    elif outcome.result is Result.UNKNOWN:
        mail.status, mail.because = Status.UNKNOWN, "no_answer"
        mail.save(update_fields=["status", "because", "code"])
        _tell_failed(mail, "mail.in_doubt", now)
    else:
        _again(mail, outcome, now)


def _again(mail: Mail, outcome: Outcome, now: datetime) -> None:
    passing = outcome.result in (Result.LATER, Result.OUTAGE)
    at = letters.next_try(mail.attempts, now, luck=secrets.randbelow(100) / 100) if passing else None
    if at is not None:
        mail.status, mail.next_at, mail.because = Status.QUEUED, at, "later"
        mail.save(update_fields=["status", "next_at", "because", "code"])
        book(at)
        return
    mail.status, mail.because = Status.FAILED, "gave_up" if passing else outcome.result.value.lower()
    mail.save(update_fields=["status", "because", "code"])
    _tell_failed(mail, "mail.refused", now)


def _tell_failed(mail: Mail, code: str, now: datetime) -> None:
    order = mail.order
    if order is not None and mail.kind != ACK:
        add_line(order, OrderEntry.Kind.NOTE, FAILED, f"{mail.subject} {mail.code or code}", now)
        tell_people(ACTOR, order, "order.mail_failed", [order.owner_id or 0, mail.created_by_id or 0], now)


def answered(mail: Mail, order: WorkOrder, now: datetime) -> None:
    """Say in the order that a letter left: it is the first answer, and a notice tells what was decided."""
    if mail.kind != ACK:
        name = mail.created_by_name
        who = Actor(ActorKind.SYSTEM, mail.created_by_id, name)
        add_line(order, OrderEntry.Kind.REPLY, SENT, mail.subject, now, name=name)
        row = WorkOrder.objects.select_for_update(of=("self",)).get(pk=order.pk)
        if row.responded_at is None and row.is_open:
            row.responded_at = now
            row.save(update_fields=["responded_at"])
            deadlines.stop(row, (deadlines.FIRST,), actor=who, now=now)
        if mail.kind == NOTICE and machine.target_of(machine.TELL, row.status) is not None:
            go(who, row, machine.TELL, now, code="EMAIL", changes={"told_at": now, "told_how": "EMAIL"})
    tell_timeline(mail, order, now)
