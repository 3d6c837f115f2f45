"""Writing a mail in an order: a draft that is kept while one writes, sent with ten seconds to take it back (SRV-5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from keyuan.contact.services.messages import letters
from keyuan.contact.services.permits import Refusal
from keyuan.customers.models import ContactPoint
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, NotFound, Refused
from keyuan.kernel.identifiers.email import parse_email
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.crypto import blind_index
from keyuan.platform.files import Attachment, delete_attachment
from keyuan.platform.locks import hold
from keyuan.service import permissions
from keyuan.service.models import Mail, MailParty, WorkOrder
from keyuan.service.rules.mail import threading, writing
from keyuan.service.rules.mail.letter import Party
from keyuan.service.selectors.mail import mails as reads
from keyuan.service.selectors.orders import access_order
from keyuan.service.services.mail.acknowledging import language_of
from keyuan.service.services.mail.common import KIND, new_message_id, opened, party_row, seal_of
from keyuan.service.services.mail.runs import book

Status, Role = Mail.Status, MailParty.Role
#: How long a mail waits after "send", so that one can take it back.
UNDO = timedelta(seconds=10)
LONGEST, MOST_RECIPIENTS = 50_000, 30


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody wrote: ``to`` and ``cc`` name people by ``p<party>`` or ``c<contact point>``, or are addresses."""

    subject: str
    text: str
    to: Sequence[str] = ()
    cc: Sequence[str] = ()
    mailbox_id: int | None = None


def begin(
    *, actor: Actor, order_id: int, kind: str, answers_id: int | None = None, now: datetime, head: str = ""
) -> Mail:
    """Begin a mail in an order, or return the one that the actor is writing there already.

    ``head`` is the line above what is quoted, in the reader's language. Raises NotFound out of reach, Refused for a
    kind that does not exist or where no mailbox sends.
    """
    actor.require(permissions.WORK)
    order = access_order(actor, order_id, now=now)
    if kind not in writing.WRITTEN:
        raise Refused("mail.kind", field="kind")
    standing = reads.draft_of(actor, order_id)
    if standing is not None:
        return standing
    answered = Mail.objects.filter(pk=answers_id or 0, order_id=order_id).exclude(status=Status.DRAFT).first()
    mailbox = answered.mailbox if answered is not None else next(iter(reads.sending_mailboxes(order)), None)
    if mailbox is None:
        raise Refused("mail.no_mailbox")
    language = language_of(order, answered.text if answered else order.description)
    signature = str(mailbox.signatures.get(language) or "").strip()
    quote = writing.quoted(answered.text, head) if answered is not None and kind != writing.NOTICE else ""
    subject = answered.subject if answered is not None else order.title
    with transaction.atomic():
        # A double click waits here, and then finds what the first one made.
        hold(f"mail-draft:{order.pk}:{actor.id}")
        made = reads.draft_of(actor, order.pk)
        if made is not None:
            return made
        mail = Mail.objects.create(
            mailbox=mailbox, is_out=True, status=Status.DRAFT, order=order, kind=kind, language=language,
            answers_id=answered.pk if answered else None, at=now, created_at=now, created_by_id=actor.id,
            created_by_name=actor.name[:80], message_id=new_message_id(mailbox),
            subject=threading.answer_subject(subject or order.title, kind, order.number, seal_of(order.number)),
            text="\n\n".join(["", *filter(None, (signature, quote))]),
            refers_to=" ".join([*(answered.refers_to.split() if answered else ()), answered.message_id]).strip()
            if answered is not None else "",
        )  # fmt: skip
        _first_recipients(mail, answered, order, kind, now)
    return mail


def _first_recipients(mail: Mail, answered: Mail | None, order: WorkOrder, kind: str, now: datetime) -> None:
    """Put those into a new mail whom it answers; a mail passed on begins with nobody."""
    if kind == writing.FORWARD:
        return
    own = {blind_index("email", address) for address in reads.own_addresses()}
    if answered is None:
        points = reads.addresses_of_customer(order.customer_id)[:1]
        rows = [(Role.TO, row.email, row.value_index, "") for row in points]
    else:
        parties = [party for party in answered.parties.order_by("pk") if party.email_index not in own]
        wanted = Role.TO if answered.is_out else Role.SENDER
        rows = [(Role.TO, row.email, row.email_index, row.name) for row in parties if row.role == wanted]
        if kind == writing.REPLY_ALL:
            rows += [(Role.CC, row.email, row.email_index, row.name) for row in parties if row.role != wanted]
    MailParty.objects.bulk_create(
        MailParty(mail=mail, role=role, email=email, email_index=index, name=name, at=now)
        for role, email, index, name in rows
    )


def _own_draft(actor: Actor, mail_id: int, now: datetime) -> Mail:
    """Return the actor's own draft, locked. Raises NotFound, Conflict for one that is no draft any more."""
    actor.require(permissions.WORK)
    rows = Mail.objects.select_for_update(of=("self",)).select_related("mailbox", "order")
    mail = rows.filter(pk=mail_id, is_out=True, created_by_id=actor.id).first()
    if mail is None or mail.order_id is None:
        raise NotFound("mail.not_found")
    access_order(actor, mail.order_id, now=now)
    if mail.status != Status.DRAFT:
        raise Conflict("mail.moved_on", status=mail.status)
    return mail


def keep(*, actor: Actor, mail_id: int, words: Words, now: datetime) -> Mail:
    """Keep what is written so far; what is not right yet is kept all the same, but for addresses that are none."""
    with transaction.atomic():
        mail = _own_draft(actor, mail_id, now)
        _write(mail, words)
        _address(mail, words, now, strict=False)
    return mail


def send(*, actor: Actor, mail_id: int, words: Words, now: datetime) -> Mail:
    """Send a draft: it leaves in ten seconds unless it is taken back. A second click finds it sent.

    Raises Refused for no recipient, one who may not be written to, an empty text or one that is too long, a customer
    who may not be reached; then the draft stays.
    """
    if not words.text.strip():
        raise Refused("mail.empty", field="text")
    if len(words.text) > LONGEST:
        raise Refused("mail.long", field="text", most=LONGEST)
    with transaction.atomic():
        known = Mail.objects.filter(pk=mail_id, is_out=True, created_by_id=actor.id).first()
        if known is not None and known.status != Status.DRAFT:
            actor.require(permissions.WORK)
            return known
        mail = _own_draft(actor, mail_id, now)
        order = access_order(actor, mail.order_id or 0, now=now)
        if not order.is_open:
            raise Conflict("order.moved_on", status=order.status)
        _write(mail, words)
        parties = _address(mail, words, now, strict=True)
        _permit(mail, order, parties, actor, now)
        mail.status, mail.next_at, mail.attempts = Status.QUEUED, now + UNDO, 0
        mail.save()
        detail = {"mail": mail.pk, "recipients": len(parties), "kind": mail.kind}
        subject = Subject("work_order", order.pk)
        record(actor, Action.CREATE, subject, customer_id=order.customer_id, detail=detail, now=now)
        book(now + UNDO)
    return mail


def _write(mail: Mail, words: Words) -> None:
    order = mail.order
    if order is None:
        raise NotFound("mail.not_found")
    if words.mailbox_id is not None and words.mailbox_id != mail.mailbox_id:
        found = next((row for row in reads.sending_mailboxes(order) if row.pk == words.mailbox_id), None)
        if found is None:
            raise Refused("mail.no_mailbox", field="mailbox")
        mail.mailbox = found
        mail.message_id = new_message_id(found)
    token = threading.mark(order.number, seal_of(order.number))
    subject = " ".join(words.subject.split())[:240]
    mail.subject = subject if token in subject else f"{subject} {token}".strip()
    mail.text, mail.version = words.text[: LONGEST + 1].replace("\r\n", "\n"), mail.version + 1
    mail.save()


def _address(mail: Mail, words: Words, now: datetime, *, strict: bool) -> list[MailParty]:
    """Write who gets a mail. ``strict`` raises Refused for what is no address or nobody who may be written to."""
    offered = offered_to(mail)
    chosen: dict[str, tuple[str, str, str]] = {}
    for role, names in ((Role.TO, words.to), (Role.CC, words.cc)):
        for name in names:
            found = _found(name, offered, role, strict=strict)
            if found is not None:
                chosen.setdefault(found[0], (role, *found))
    if strict:
        _check(mail, chosen, offered)
    rows = [party_row(mail, role, Party(address, name), now) for role, address, name in chosen.values()]
    mail.parties.all().delete()
    return MailParty.objects.bulk_create(rows)


def _found(name: str, offered: Mapping[str, tuple[str, str]], role: str, *, strict: bool) -> tuple[str, str] | None:
    if name in offered:
        return offered[name]
    try:
        return parse_email(name, field="to" if role == Role.TO else "cc"), ""
    except Refused:
        if strict:
            raise
    return None


def _check(mail: Mail, chosen: Mapping[str, tuple[str, str, str]], offered: Mapping[str, tuple[str, str]]) -> None:
    if not any(role == Role.TO for role, _address, _name in chosen.values()):
        raise Refused("mail.nobody", field="to")
    if len(chosen) > MOST_RECIPIENTS:
        raise Refused("mail.too_many", field="to", most=MOST_RECIPIENTS)
    own_domain = mail.mailbox.address.rpartition("@")[2]
    inside = {own_domain, *(str(item).lower() for item in mail.mailbox.inside_domains)}
    outside = writing.strangers(list(chosen), {address for address, _name in offered.values()}, inside)
    if outside:
        raise Refused("mail.stranger", field="to", address=outside[0])


def offered_to(mail: Mail) -> dict[str, tuple[str, str]]:
    """Return who can be named in a draft: people of the thread and the customer's addresses, opened for the program."""
    order = mail.order
    parties = reads.parties_of_thread(mail.order_id or 0)
    points = reads.addresses_of_customer(order.customer_id if order is not None else None)
    plain = opened([*(row.email for row in parties), *(row.email for row in points)], "mail")
    names = [(f"p{row.pk}", row.name) for row in parties] + [(f"c{row.pk}", "") for row in points]
    return {key: (address, name) for (key, name), address in zip(names, plain, strict=True)}


def _permit(mail: Mail, order: WorkOrder, parties: Sequence[MailParty], actor: Actor, now: datetime) -> None:
    """Take the permit of a mail that reaches the customer: an answer to their own request serves the contract."""
    mail.permit_id = mail.contact_point_id = None
    if order.customer_id is None or mail.kind == writing.FORWARD:
        return
    indexes = [row.email_index for row in parties]
    point = ContactPoint.objects.filter(customer_id=order.customer_id, value_index__in=indexes).first()
    answer = letters.allow(
        customer_id=order.customer_id, purpose="NOTICE" if mail.kind == writing.NOTICE else "SERVICE",
        key=f"mail:{mail.pk}:{mail.version}", unit_id=actor.unit_id,
        contact_point_id=point.pk if point is not None else None, now=now,
    )  # fmt: skip
    if isinstance(answer, Refusal):
        raise Refused("mail.not_allowed", because=answer.reason)
    mail.permit_id, mail.contact_point_id = answer, point.pk if point is not None else None


def take_back(*, actor: Actor, mail_id: int, now: datetime) -> Mail:
    """Make a mail that has not left a draft again. Raises Conflict where it left, or another draft stands."""
    actor.require(permissions.WORK)
    with transaction.atomic():
        mail = Mail.objects.select_for_update(of=("self",)).filter(pk=mail_id, created_by_id=actor.id).first()
        if mail is None or mail.order_id is None:
            raise NotFound("mail.not_found")
        access_order(actor, mail.order_id, now=now)
        if mail.status == Status.DRAFT:
            return mail
        if mail.status != Status.QUEUED or mail.attempts:
            raise Conflict("mail.left_already")
        if reads.draft_of(actor, mail.order_id) is not None:
            raise Conflict("mail.other_draft")
        if mail.permit_id is not None:
            letters.give_back(mail.permit_id, note="taken_back", now=now)
        mail.status, mail.next_at, mail.permit_id = Status.DRAFT, None, None
        mail.save(update_fields=["status", "next_at", "permit_id"])
        record(actor, Action.UNDO, Subject("work_order", mail.order_id), detail={"mail": mail.pk}, now=now)
    return mail


def discard(*, actor: Actor, mail_id: int, now: datetime) -> None:
    """Throw a draft away, with its files."""
    with transaction.atomic():
        draft = _own_draft(actor, mail_id, now)
        for row in Attachment.objects.filter(subject_kind=KIND, subject_id=draft.pk):
            delete_attachment(actor=actor, attachment_id=row.pk, reason="draft", now=now)
        draft.delete()


def answer(
    *, actor: Actor, order_id: int, kind: str, answers_id: int | None, words: Words, key: str = "", now: datetime
) -> Mail:
    """Write and send a mail in one go, for programs; the same ``key`` again is the same mail.

    Without recipients it goes to whom it answers. Raises as `begin` and `send`, Conflict while a draft stands.
    """
    actor.require(permissions.WORK)
    access_order(actor, order_id, now=now)
    with transaction.atomic():
        if key:
            hold(f"mail:{key}")
            known = Mail.objects.filter(key=key, order_id=order_id).first()
            if known is not None:
                return known
        if reads.draft_of(actor, order_id) is not None:
            raise Conflict("mail.other_draft")
        draft = begin(actor=actor, order_id=order_id, kind=kind, answers_id=answers_id, now=now)
        if key:
            Mail.objects.filter(pk=draft.pk).update(key=key[:80])
        to = words.to or tuple(addressed(draft))
        full = Words(words.subject or draft.subject, words.text, to, words.cc)
        return send(actor=actor, mail_id=draft.pk, words=full, now=now)


def addressed(draft: Mail) -> list[str]:
    """Return the names of those to whom a draft goes so far."""
    offered = offered_to(draft)
    plain = set(opened([row.email for row in draft.parties.filter(role=Role.TO)], "mail"))
    return [name for name, (address, _called) in offered.items() if address in plain]
