"""The do-not-contact list: what customers refused, for how long, and who ended it early (PLT-8; domain.md D.1)."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from keyuan.contact import permissions
from keyuan.contact.events import ContactRefused
from keyuan.contact.models import DoNotContact, Permit
from keyuan.contact.rules.agreeing import RefusalDraft, refusal_problems
from keyuan.contact.rules.judging import Asked, Refusal, binds
from keyuan.contact.rules.purposes import CHANNELS, Terms
from keyuan.contact.selectors.facts import PLACE
from keyuan.contact.selectors.refusals import access_refusal
from keyuan.contact.selectors.terms import purposes, rules_in_force
from keyuan.contact.services.permits.locking import lock_budgets
from keyuan.contact.services.stopping import stop
from keyuan.customers.models import ContactPoint, CustomerSummary
from keyuan.customers.selectors import access_customer
from keyuan.kernel.actor import Actor
from keyuan.kernel.dates import add_months
from keyuan.kernel.errors import Conflict, Invalid, Refused
from keyuan.kernel.identifiers.phones import parse_phone
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.crypto import blind_index
from keyuan.platform.events import emit


def refuse_contact(*, actor: Actor, customer_id: int, draft: RefusalDraft, now: datetime) -> DoNotContact:
    """Record that a customer does not want to be contacted; it binds at once and for at least six months.

    Open permits that it forbids are cancelled in this transaction, and what is queued under them is stopped. The
    record itself stays for ever, also when its term is over. Raises `Refused` or `Invalid`, NotFound out of reach.
    """
    actor.require(permissions.REFUSAL)
    customer = access_customer(actor, customer_id, now=now)
    until = _checked(draft, now)
    place = CustomerSummary.objects.values(*PLACE).get(pk=customer.pk)
    with transaction.atomic():
        lock_budgets([customer.pk])
        row = DoNotContact(customer=customer, **place, **_columns(actor, draft, until, now))
        _saved(actor, row, now)
        _stop([customer.pk], row, now)
    return row


def refuse_number(*, actor: Actor, phone: str, draft: RefusalDraft, now: datetime) -> DoNotContact:
    """Record that a phone number is not to be used, whoever has it now or later. Raises `Refused` for no number."""
    actor.require(permissions.REFUSAL)
    number = parse_phone(phone, field="phone").number
    until = _checked(draft, now)
    index = blind_index("phone", number)
    owners = list(ContactPoint.objects.filter(value_index=index).values_list("customer_id", flat=True))
    with transaction.atomic():
        lock_budgets(owners)
        row = DoNotContact(phone=number, **{"number_index": index, **_columns(actor, draft, until, now)})
        _saved(actor, row, now)
        _stop(owners, row, now, number=index)
    return row


def _checked(draft: RefusalDraft, now: datetime) -> date:
    """Return until when the refusal binds."""
    months = rules_in_force().dnc_months
    said_on = timezone.localdate(draft.refused_at)
    errors = [
        Refused(code, field=name, months=months)
        for name, code in refusal_problems(draft, months=months, now=now, today=said_on)
    ]
    if draft.channel not in ("", *CHANNELS):
        errors.append(Refused("permit.no_such_channel", field="channel"))
    if errors:
        raise errors[0] if len(errors) == 1 else Invalid(errors)
    return draft.until or add_months(said_on, months)


def _columns(actor: Actor, draft: RefusalDraft, until: date, now: datetime) -> dict[str, object]:
    return {
        "contact_channel": draft.channel, "scope": draft.scope, "source": draft.source, "words": draft.words[:200],
        "refused_at": draft.refused_at, "until": until, "recorded_by_id": actor.id, "recorded_by": actor.name[:40],
        "created_at": now,
    }  # fmt: skip


def _saved(actor: Actor, row: DoNotContact, now: datetime) -> None:
    row.save(force_insert=True)
    after = {"contact_channel": row.contact_channel, "scope": row.scope, "until": row.until.isoformat()}
    subject = Subject("refusal", row.pk)
    record(actor, Action.CREATE, subject, after=after, customer_id=row.customer_id, now=now)


def _stop(customer_ids: list[int], row: DoNotContact, now: datetime, number: int | None = None) -> None:
    terms = purposes()
    refusal = Refusal(row.scope, row.contact_channel, row.until)

    def forbidden(permit: Permit) -> bool:
        known: Terms | None = terms.get(permit.purpose)
        reaches = number is None or permit.number_index == number
        return known is not None and reaches and binds(refusal, Asked(known, permit.contact_channel), permit.at)

    stop(customer_ids, forbidden, reason="refusal", now=now)
    if customer_ids:
        emit(ContactRefused(tuple(customer_ids), row.contact_channel, row.scope))


def lift_refusal(*, actor: Actor, refusal_id: int, reason: str, now: datetime) -> DoNotContact:
    """End a refusal before its term, because the customer asked for it. Raises `Refused` without reason, `Conflict`."""
    actor.require(permissions.LIFT)
    if not reason.strip():
        raise Refused("refusal.reason_missing", field="reason")
    with transaction.atomic():
        row = access_refusal(actor, refusal_id, now=now, lock=True)
        if row.lifted_at is not None:
            raise Conflict("refusal.lifted_already")
        row.lifted_at, row.lifted_by, row.lift_reason = now, actor.name[:40], reason.strip()[:200]
        row.save(update_fields=["lifted_at", "lifted_by", "lift_reason"])
        after = {"lifted_at": now.isoformat()}
        subject = Subject("refusal", row.pk)
        record(actor, Action.UPDATE, subject, after=after, reason=reason, customer_id=row.customer_id, now=now)
    return row


def restore_refusal(*, actor: Actor, refusal_id: int, now: datetime) -> DoNotContact:
    """Take `lift_refusal` back: the refusal binds again."""
    actor.require(permissions.LIFT)
    with transaction.atomic():
        row = access_refusal(actor, refusal_id, now=now, lock=True)
        if row.lifted_at is not None:
            row.lifted_at, row.lifted_by, row.lift_reason = None, "", ""
            row.save(update_fields=["lifted_at", "lifted_by", "lift_reason"])
            subject = Subject("refusal", row.pk)
            record(actor, Action.UNDO, subject, customer_id=row.customer_id, now=now)
            if row.customer_id is not None:
                lock_budgets([row.customer_id])
                _stop([row.customer_id], row, now)
    return row
