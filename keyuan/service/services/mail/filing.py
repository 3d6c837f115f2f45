"""Filing a mail that came: unwanted, a report, an answer on its order, or a new matter (SRV-5)."""

import io
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from django.db import transaction

from keyuan.kernel.errors import Refused
from keyuan.kernel.masks import mask
from keyuan.platform.files import Attachment, store
from keyuan.platform.people import names_of
from keyuan.platform.subjects import Subject
from keyuan.service.models import Mail, Mailbox, MailParty, WorkOrder
from keyuan.service.rules import kinds, machine
from keyuan.service.rules.mail import judging, threading
from keyuan.service.rules.mail.letter import Letter, Party
from keyuan.service.rules.mail.parsing import UNREADABLE, parse
from keyuan.service.selectors.mail import mails as reads
from keyuan.service.services import moving
from keyuan.service.services.mail import acknowledging, bouncing
from keyuan.service.services.mail.common import KIND, actor_of, is_sealed, party_row, read_raw
from keyuan.service.services.mail.telling import note_in_order, tell_timeline
from keyuan.service.services.taking_in import OrderDraft, take_in

log = structlog.get_logger(__name__)
Status = Mail.Status
HOUR = timedelta(hours=1)
LONGEST_DESCRIPTION = 4000
#: Statuses that a person may have taken up again.
RETRIED = (Status.SPAM, Status.QUARANTINE, Status.IGNORED)
NO_SUBJECT = "（无主题）"


def file_mail(mail_id: int, *, now: datetime, released: bool = False) -> Mail:
    """File one mail that was fetched; again it changes nothing.

    ``released``: a person said that it is wanted, so nothing keeps it out but that it cannot be read.
    """
    mail = Mail.objects.select_related("mailbox__desk__unit", "mailbox__category").get(pk=mail_id)
    if mail.status != Status.FETCHED:
        return mail
    if mail.because == "size":
        return _aside(mail, None, Status.QUARANTINE, "size", now)
    try:
        letter = parse(read_raw(mail))
    except Refused as refusal:
        if refusal.code == "file.waiting":
            return mail
        return _aside(mail, None, Status.QUARANTINE, "infected", now)
    except (*UNREADABLE, OSError, EOFError):
        return _aside(mail, None, Status.QUARANTINE, "unreadable", now)
    if letter.bounces:
        return _report(mail, letter, now)
    status, because = ("", "") if released else _unwanted(mail, letter)
    if status:
        return _aside(mail, letter, status, because, now)
    try:
        return _filed(mail, letter, now, released=released)
    except Refused as refusal:
        # One mail that cannot become an order must not hold up those behind it.
        log.warning("mail.unfiled", mail=mail.pk, code=refusal.code)
        return _aside(mail, letter, Status.QUARANTINE, "unfiled", now)


def _unwanted(mail: Mail, letter: Letter) -> tuple[str, str]:
    """Return why a mail is set aside: its status and a code; empty for one that is wanted."""
    if judging.kind_of(letter, reads.own_addresses()) == judging.OWN:
        return Status.IGNORED, "own"
    same = Mail.objects.filter(mailbox=mail.mailbox, is_out=False, message_id=letter.message_id).exclude(pk=mail.pk)
    if letter.message_id and same.exclude(status=Status.FETCHED).exists():
        return Status.IGNORED, "double"
    if letter.sender is not None and reads.is_blocked(letter.sender.address):
        return Status.SPAM, "blocked"
    if letter.signs.spam_flag == "yes":
        return Status.SPAM, "flag"
    if judging.is_forged(letter, mail.mailbox.trusted_checker):
        return Status.SPAM, "forged"
    if letter.sender is not None:
        came = reads.came_since(letter.sender.address, mail.at - HOUR)
        if came >= mail.mailbox.per_hour:
            return Status.SPAM, "rate"
    return "", ""


def _write(mail: Mail, letter: Letter | None, status: str, because: str) -> None:
    """Put what was read into the row of a mail, inside the caller's transaction."""
    mail.status, mail.because = status, because
    if letter is not None:
        mail.subject, mail.text, mail.html = letter.subject, letter.text, letter.html
        mail.message_id, mail.refers_to = letter.message_id[:255], " ".join(letter.refers_to)
        mail.is_automatic = judging.is_automatic(letter)
        if not mail.parties.exists():
            rows = [party_row(mail, MailParty.Role.SENDER, letter.sender, mail.at)] if letter.sender else []
            own = reads.own_addresses()
            rows += [party_row(mail, MailParty.Role.TO, _named(party, own), mail.at) for party in letter.to]
            rows += [party_row(mail, MailParty.Role.CC, _named(party, own), mail.at) for party in letter.cc]
            MailParty.objects.bulk_create(rows)
    mail.version += 1
    mail.save()


def _named(party: Party, own: Collection[str]) -> Party:
    """Return our own mailbox for an address of it that names an order, so that nobody is offered to write to it."""
    bare = threading.bare_address(party.address)
    return replace(party, address=bare) if bare in own else party


def _is_waiting(mail: Mail) -> bool:
    """Lock a mail; tell whether it still waits to be filed: of two runs one goes on."""
    return Mail.objects.select_for_update().filter(pk=mail.pk, status=Status.FETCHED).exists()


def _aside(mail: Mail, letter: Letter | None, status: str, because: str, _now: datetime) -> Mail:
    with transaction.atomic():
        if _is_waiting(mail):
            _write(mail, letter, status, because)
    return mail


def _report(mail: Mail, letter: Letter, now: datetime) -> Mail:
    with transaction.atomic():
        if _is_waiting(mail):
            sent = bouncing.note_bounces(letter, now)
            mail.order_id = sent.order_id if sent is not None else None
            mail.answers_id = sent.pk if sent is not None else None
            _write(mail, letter, Status.IGNORED, "bounce" if sent is not None else "bounce_unknown")
    return mail


def find_order(letter: Letter) -> tuple[WorkOrder | None, int | None]:
    """Return the order to which a mail belongs, and the mail that it answers: by our token, else by names of mails.

    The subject alone never counts. An order that went into another one is that other one.
    """
    order: WorkOrder | None = None
    before = reads.find_by_message_ids(letter.refers_to)
    addresses = [party.address for party in (*letter.to, *letter.cc)]
    for number, seal in threading.tokens_in(letter.subject, addresses):
        if is_sealed(number, seal):
            order = WorkOrder.objects.filter(number=number).first()
            break
    if order is None and before is not None:
        order = before.order
    for _step in range(5):
        if order is None or order.merged_into is None:
            break
        order = order.merged_into
    return order, before.pk if before is not None else None


def _filed(mail: Mail, letter: Letter, now: datetime, *, released: bool) -> Mail:
    order, answers_id = find_order(letter)
    is_automatic = judging.is_automatic(letter) and not released
    standing = None
    if order is not None:
        can_reopen = machine.target_of(machine.REOPEN, order.status) is not None
        standing = threading.Standing(order.is_open, can_reopen, order.closed_at)
    place = threading.place_of(standing, now, days=mail.mailbox.reopen_days, is_automatic=is_automatic)
    if place == threading.NEW and is_automatic:
        return _aside(mail, letter, Status.IGNORED, "automatic", now)
    left_out = _keep_pieces(mail, letter, now)
    with transaction.atomic():
        if not _is_waiting(mail):
            return mail
        mail.left_out, mail.answers_id = left_out, answers_id
        if order is None or place == threading.FOLLOW:
            order = _new_order(mail, letter, now, parent=order)
            mail.order = order
            _write(mail, letter, Status.FILED, "")
            if not is_automatic:
                acknowledging.acknowledge(mail, order, letter, now)
        else:
            mail.order = order
            _write(mail, letter, Status.FILED, "")
            _onto(mail, letter, order, place, now, is_automatic=is_automatic)
        note_in_order(mail, order, letter.sender, now)
        tell_timeline(mail, order, now)
    return mail


def _onto(mail: Mail, letter: Letter, order: WorkOrder, place: str, now: datetime, *, is_automatic: bool) -> None:
    """Put an answer on its order: what waited for the customer goes on, what was closed is opened again."""
    actor, why = actor_of(mail.mailbox), letter.subject or NO_SUBJECT
    if place == threading.REOPEN:
        moving.reopen(actor=actor, order_id=order.pk, reason=why, now=now)
    elif order.status == machine.WAITING and not is_automatic:
        moving.resume(actor=actor, order_id=order.pk, note=why, now=now)


def _new_order(mail: Mail, letter: Letter, now: datetime, *, parent: WorkOrder | None) -> WorkOrder:
    mailbox, sender = mail.mailbox, letter.sender
    verified = reads.owners_of(sender.address)[0] if sender is not None else []
    customer_id = verified[0] if len(verified) == 1 else None
    name = (sender.name or mask("email", sender.address)) if sender is not None else NO_SUBJECT
    category = mailbox.category if mailbox.category is not None and mailbox.category.is_active else None
    draft = OrderDraft(
        kind=category.kind if category is not None else kinds.CONSULT,
        title=threading.bare(letter.subject)[:100] or letter.text.strip()[:40] or NO_SUBJECT,
        contact_channel="EMAIL", description=letter.text[:LONGEST_DESCRIPTION],
        category_id=category.pk if category is not None else None, customer_id=customer_id,
        caller_name="" if customer_id else name, received_at=mail.at,
        parent_id=parent.pk if parent is not None else None, token=f"mail:{mail.pk}",
    )  # fmt: skip
    order = take_in(actor=actor_of(mailbox), draft=draft, now=now)
    _to_desk(order, mailbox)
    return order


def _to_desk(order: WorkOrder, mailbox: Mailbox) -> None:
    """Give an order to the desk, and where it is dispatched to the person, that the mailbox names."""
    if mailbox.desk is None or not mailbox.desk.is_active:
        return
    if order.desk_id != mailbox.desk_id:
        order.desk_id, order.pool_id, order.owner_id, order.owner_name = mailbox.desk.pk, mailbox.desk.pk, None, ""
    if mailbox.owner_id and order.status == machine.DISPATCHED:
        name = names_of([mailbox.owner_id]).get(mailbox.owner_id, "")
        if name:
            order.owner_id, order.owner_name, order.pool_id = mailbox.owner_id, name, None
    order.save(update_fields=["desk_id", "pool_id", "owner_id", "owner_name"])


def _keep_pieces(mail: Mail, letter: Letter, now: datetime) -> list[dict[str, str | int]]:
    """Keep the files of a mail; return those that are not kept, with the reason. Asked again it keeps none twice."""
    known = set(Attachment.objects.filter(subject_kind=KIND, subject_id=mail.pk).values_list("kind", flat=True))
    left_out: list[dict[str, str | int]] = []
    for number, piece in enumerate(letter.pieces):
        if f"part-{number}" in known:
            continue
        try:
            store(
                actor=actor_of(mail.mailbox), subject=Subject(KIND, mail.pk), name=piece.name,
                file=io.BytesIO(piece.data), now=now, kind=f"part-{number}",
            )  # fmt: skip
        except Refused as refusal:
            left_out.append({"name": piece.name[:200], "size": len(piece.data), "because": refusal.code})
    return left_out
