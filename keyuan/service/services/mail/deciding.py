"""What people decide about mails: release, retry, block, doubt, and whose an order is (SRV-5)."""

from datetime import datetime
from typing import Any

from django.db import transaction

from keyuan.contact.services.messages.letters import Handed, Outcome, Result
from keyuan.customers.models import CustomerSummary
from keyuan.customers.selectors import access_customer
from keyuan.customers.selectors.standards import standard_on
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, NotFound, Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.crypto import blind_index
from keyuan.service import permissions
from keyuan.service.models import BlockedSender, Mail, MailParty, OrderEntry, WorkOrder
from keyuan.service.rules import kinds
from keyuan.service.selectors.mail.mails import access_mail
from keyuan.service.selectors.orders import access_order
from keyuan.service.services.histories import note_change, write
from keyuan.service.services.mail import sending
from keyuan.service.services.mail.common import KIND, opened
from keyuan.service.services.mail.filing import RETRIED, file_mail
from keyuan.service.services.mail.runs import book
from keyuan.service.services.taking_in import PLACE

Status = Mail.Status


def _note(actor: Actor, mail: Mail, what: str, now: datetime, *, reason: str = "") -> None:
    record(actor, Action.UPDATE, Subject(KIND, mail.pk), detail={"mail": what}, reason=reason, now=now)


def release(*, actor: Actor, mail_id: int, now: datetime) -> Mail:
    """File a mail that was set aside, or try again to read it. Raises Conflict for one that is filed."""
    actor.require(permissions.MAIL)
    mail = access_mail(actor, mail_id, now=now)
    with transaction.atomic():
        row = Mail.objects.select_for_update(of=("self",)).get(pk=mail.pk)
        if row.status not in RETRIED or row.is_out:
            raise Conflict("mail.moved_on", status=row.status)
        if row.because in ("size", "bounce") or row.raw_id is None:
            raise Refused("mail.cannot_release")
        Mail.objects.filter(pk=row.pk).update(status=Status.FETCHED, because="")
        _note(actor, row, "release", now)
    return file_mail(mail.pk, now=now, released=True)


def mark_spam(*, actor: Actor, mail_id: int, reason: str, whole_domain: bool, now: datetime) -> BlockedSender:
    """Block the sender of a mail, or everybody of the sender's domain, from now on. Twice is once."""
    actor.require(permissions.MAIL)
    if not reason.strip():
        raise Refused("order.reason", field="reason")
    mail = access_mail(actor, mail_id, now=now)
    party = mail.parties.filter(role=MailParty.Role.SENDER).first()
    if party is None or mail.is_out:
        raise Refused("mail.no_sender")
    address = opened([party.email], "mail")[0]
    domain = address.rpartition("@")[2]
    with transaction.atomic():
        values: dict[str, Any]
        if whole_domain:
            same = BlockedSender.objects.filter(domain=domain).first()
            values = {"domain": domain}
        else:
            same = BlockedSender.objects.filter(email_index=party.email_index).first()
            values = {"email": address, "email_index": blind_index("email", address)}
        if same is not None:
            return same
        made = BlockedSender.objects.create(
            **values, reason=reason.strip()[:200], blocked_at=now, blocked_by_id=actor.id,
            blocked_by_name=actor.name[:80],
        )  # fmt: skip
        _note(actor, mail, "block", now, reason=reason)
    return made


def unblock(*, actor: Actor, blocked_id: int, now: datetime) -> None:
    """Let a sender in again. Raises NotFound."""
    actor.require(permissions.MAIL)
    with transaction.atomic():
        row = BlockedSender.objects.select_for_update().filter(pk=blocked_id).first()
        if row is None:
            raise NotFound("mail.not_found")
        record(actor, Action.DELETE, Subject("mail_block", row.pk), reason=row.reason, now=now)
        row.delete()


def settle_doubt(*, actor: Actor, mail_id: int, went_out: bool, reason: str, now: datetime) -> Mail:
    """Say what became of a letter in doubt: it went out, or it is sent again under the same name.

    Raises Refused without a reason, Conflict for one that is not in doubt.
    """
    if not reason.strip():
        raise Refused("order.reason", field="reason")
    mail = _mine(actor, mail_id, now)
    with transaction.atomic():
        row = Mail.objects.select_for_update(of=("self",)).get(pk=mail.pk)
        if row.status != Status.UNKNOWN:
            raise Conflict("mail.moved_on", status=row.status)
        _note(actor, row, "went_out" if went_out else "again", now, reason=reason)
        if not went_out:
            Mail.objects.filter(pk=row.pk).update(status=Status.QUEUED, next_at=now, because="again")
            book(now)
    if went_out:
        sending.settle(mail.pk, Handed(Outcome(Result.ACCEPTED, code="by hand")), [], [], now)
    return Mail.objects.get(pk=mail.pk)


def try_again(*, actor: Actor, mail_id: int, now: datetime) -> Mail:
    """Send a letter that failed once more. Raises Conflict for one that did not fail."""
    mail = _mine(actor, mail_id, now)
    with transaction.atomic():
        row = Mail.objects.select_for_update(of=("self",)).get(pk=mail.pk)
        if row.status != Status.FAILED:
            raise Conflict("mail.moved_on", status=row.status)
        Mail.objects.filter(pk=row.pk).update(status=Status.QUEUED, next_at=now, because="again")
        _note(actor, row, "again", now)
        book(now)
    return Mail.objects.get(pk=mail.pk)


def _mine(actor: Actor, mail_id: int, now: datetime) -> Mail:
    """Return a mail that went out, for whoever works on its order or keeps the log."""
    mail = access_mail(actor, mail_id, now=now)
    if not actor.may(permissions.MAIL):
        actor.require(permissions.WORK)
    if not mail.is_out:
        raise NotFound("mail.not_found")
    return mail


def name_customer(*, actor: Actor, order_id: int, customer_id: int, now: datetime) -> WorkOrder:
    """Say who the customer of an order is that came from somebody unknown. Raises Conflict where it is known.

    The order moves to the customer's place; who wrote stays in its history.
    """
    actor.require(permissions.WORK)
    customer = access_customer(actor, customer_id, now=now)
    summary = CustomerSummary.objects.values(*PLACE, "tier").get(pk=customer.pk)
    standard = standard_on(now.date())
    tiers = [one.code for one in standard.tiers] if standard else []
    with transaction.atomic():
        order = access_order(actor, order_id, now=now, lock=True)
        if order.customer_id == customer_id:
            return order
        if order.customer_id is not None:
            raise Conflict("mail.customer_known")
        order.customer_id, order.tier = customer.pk, summary["tier"]
        order.rank = kinds.rank_of(order.priority, order.tier, tiers)
        for name in PLACE:
            setattr(order, name, summary[name])
        order.version += 1
        order.save()
        write(actor, order, OrderEntry.Kind.NOTE, code="customer_named", text=order.caller_name, now=now)
        note_change(actor, order, {"customer": None}, {"customer": customer.pk}, now)
    return order
