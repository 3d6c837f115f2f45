"""What was decided, mailed to customers who chose mail, as soon as their order is resolved (SRV-4, SRV-5).

It waits two minutes, in which whoever resolved the order can take it back and write it anew, and takes a permit like
every letter. When it left, the order counts as told (`sending.answered`).
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction

from keyuan.contact.services.messages import letters
from keyuan.contact.services.permits import Refusal
from keyuan.customers.models import Customer
from keyuan.platform.audit import Action, Subject, record
from keyuan.service.models import Complaint, Mail, Mailbox, MailParty, OrderEntry, WorkOrder
from keyuan.service.rules import machine
from keyuan.service.rules.mail import threading
from keyuan.service.rules.mail.choosing import Matter, chose_email
from keyuan.service.rules.mail.letter import Party
from keyuan.service.rules.mail.writing import NOTICE
from keyuan.service.selectors.mail import mails as reads
from keyuan.service.services.histories import tell_people, write
from keyuan.service.services.mail.acknowledging import language_of
from keyuan.service.services.mail.common import ACTOR, new_message_id, opened, party_row, seal_of
from keyuan.service.services.mail.runs import book

#: How long the letter can be taken back.
WAIT = timedelta(minutes=2)
#: What stands in the order's history: it will leave, or why a person has to tell the customer.
QUEUED, NO_ADDRESS, NO_MAILBOX, REFUSED = "notice_queued", "notice_no_address", "notice_no_mailbox", "notice_refused"
#: Writes the letter: order, its complaint, language.
Compose = Callable[[WorkOrder, Complaint | None, str], str]


def mail_decision(order_id: int, compose: Compose, *, now: datetime) -> Mail | None:
    """Queue the letter that tells how an order was resolved; None where nobody chose mail or it cannot leave.

    Once for each time an order is resolved, and never beside a written answer that somebody began.
    """
    with transaction.atomic():
        order = WorkOrder.objects.select_for_update(of=("self",)).filter(pk=order_id).first()
        if order is None or order.status != machine.RESOLVED or order.resolved_at is None:
            return None
        complaint = Complaint.objects.filter(pk=order.pk).first()
        if not chose_email(_matter(order, complaint)) or _is_answered(order, complaint):
            return None
        return _queued(order, complaint, compose, now)


def _matter(order: WorkOrder, complaint: Complaint | None) -> Matter:
    preferred = Customer.objects.filter(pk=order.customer_id or 0).values_list("preferred_contact", flat=True).first()
    return Matter(order.contact_channel, preferred or "", complaint.capacity if complaint is not None else "")


def _is_answered(order: WorkOrder, complaint: Complaint | None) -> bool:
    """Tell whether a person, or an earlier run, wrote the answer to this decision."""
    since = complaint.decided_at if complaint is not None else order.resolved_at
    rows = Mail.objects.filter(order=order, is_out=True, kind=NOTICE, created_at__gte=since)
    return rows.exclude(status__in=(Mail.Status.FAILED, Mail.Status.CANCELLED)).exists()


def _queued(order: WorkOrder, complaint: Complaint | None, compose: Compose, now: datetime) -> Mail | None:
    answered = reads.last_question(order.pk)
    mailbox = answered.mailbox if answered is not None else next(iter(reads.sending_mailboxes(order)), None)
    party, point_id = _reader(order, answered)
    if mailbox is None or not mailbox.is_active or party is None:
        _left_to_people(order, NO_ADDRESS if mailbox is not None and mailbox.is_active else NO_MAILBOX, now)
        return None
    permit = _permit(order, complaint, point_id, now)
    if isinstance(permit, Refusal):
        _left_to_people(order, REFUSED, now)
        return None
    mail = _letter(order, complaint, compose, answered, mailbox, now)
    mail.permit_id, mail.contact_point_id = permit, point_id
    mail.save()
    party_row(mail, MailParty.Role.TO, party, now).save()
    write(ACTOR, order, OrderEntry.Kind.NOTE, code=QUEUED, now=now)
    subject = Subject("work_order", order.pk)
    record(ACTOR, Action.CREATE, subject, customer_id=order.customer_id, detail={"mail": mail.pk, "kind": NOTICE},
           now=now)  # fmt: skip
    book(now + WAIT)
    return mail


def _permit(order: WorkOrder, complaint: Complaint | None, point_id: int | None, now: datetime) -> int | Refusal | None:
    """Take the permit of the letter; none is needed where nobody knows whose matter it is."""
    if order.customer_id is None:
        return None
    return letters.allow(
        customer_id=order.customer_id, purpose="SERVICE" if complaint is None else "NOTICE",
        key=f"mail-notice:{order.pk}:{order.version}", unit_id=order.branch_id, contact_point_id=point_id, now=now,
    )  # fmt: skip


def _left_to_people(order: WorkOrder, code: str, now: datetime) -> None:
    """Say in the order why nothing is mailed, and ask its owner to tell the customer."""
    write(ACTOR, order, OrderEntry.Kind.NOTE, code=code, now=now)
    tell_people(ACTOR, order, "order.not_mailed", [order.owner_id or 0], now)


def _reader(order: WorkOrder, answered: Mail | None) -> tuple[Party | None, int | None]:
    """Return whom the letter goes to: the address on record, for somebody unknown the one they wrote from."""
    points = reads.addresses_of_customer(order.customer_id)
    if points:
        return Party(opened([points[0].email], "mail")[0]), points[0].pk
    sender = answered.parties.filter(role=MailParty.Role.SENDER).first() if answered is not None else None
    if sender is None or order.customer_id is not None:
        return None, None
    return Party(opened([sender.email], "mail")[0], sender.name), None


def _letter(
    order: WorkOrder, complaint: Complaint | None, compose: Compose, answered: Mail | None, mailbox: Mailbox,
    now: datetime,
) -> Mail:  # fmt: skip
    language = language_of(order, answered.text if answered is not None else order.description)
    signature = str(mailbox.signatures.get(language) or "").strip()
    subject = answered.subject if answered is not None else order.title
    return Mail(
        mailbox=mailbox, is_out=True, status=Mail.Status.QUEUED, order=order, kind=NOTICE, at=now, language=language,
        answers_id=answered.pk if answered is not None else None, message_id=new_message_id(mailbox),
        subject=threading.answer_subject(subject, NOTICE, order.number, seal_of(order.number))[:300],
        text="\n\n".join(filter(None, (compose(order, complaint, language), signature))),
        refers_to=" ".join([*answered.refers_to.split(), answered.message_id]) if answered is not None else "",
        next_at=now + WAIT, created_at=now, created_by_id=order.owner_id, created_by_name=order.owner_name,
    )  # fmt: skip
