"""Personalised exceptions: asked by one person, decided by another, over at their day (CUS-14)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from keyuan.customers import permissions
from keyuan.customers.models import ServiceException
from keyuan.customers.rules.second_person import EXCEPTION, step_of
from keyuan.customers.selectors import access_customer
from keyuan.customers.selectors.standards import access_exception, standard_on
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Invalid, Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.notices import notify_staff

LONGEST_DAYS = 366


@dataclass(frozen=True, slots=True)
class ExceptionDraft:
    """What is asked beyond the tier: item, words, times a year, minutes to an answer, why, from when to when."""

    item: str
    service: str
    reason: str
    valid_from: date
    valid_until: date
    quota: int | None = None
    response_minutes: int | None = None


def ask_exception(*, actor: Actor, customer_id: int, draft: ExceptionDraft, now: datetime) -> ServiceException:
    """Ask for something beyond the tier. Raises `Invalid`, and `Refused` while the same is asked or granted."""
    actor.require(permissions.EXCEPTION_ASK)
    customer = access_customer(actor, customer_id, now=now)
    _check(draft, now.date())
    with transaction.atomic():
        live = ServiceException.objects.select_for_update().filter(
            customer=customer, item=draft.item, status__in=("ASKED", "APPROVED"), valid_until__gte=draft.valid_from
        )
        if live.exists():
            raise Refused("exception.there_already", field="item")
        row = ServiceException.objects.create(
            customer=customer,
            item=draft.item,
            service=draft.service.strip()[:100],
            quota=draft.quota,
            response_minutes=draft.response_minutes,
            reason=draft.reason.strip()[:200],
            valid_from=draft.valid_from,
            valid_until=draft.valid_until,
            asked_by_id=actor.id,
            asked_by_name=actor.name[:40],
            asked_at=now,
        )
        subject = Subject("service_exception", row.pk)
        after = {"item": row.item, "valid_until": row.valid_until.isoformat()}
        record(actor, Action.CREATE, subject, after=after, reason=row.reason, customer_id=customer.pk, now=now)
    return row


def _check(draft: ExceptionDraft, today: date) -> None:
    standard = standard_on(today)
    errors = []
    if standard is None or draft.item not in {item.code for item in standard.items}:
        errors.append(Refused("field.choice", field="item"))
    errors += [
        Refused("exception.missing", field=name) for name in ("service", "reason") if not getattr(draft, name).strip()
    ]
    if draft.valid_until < draft.valid_from or draft.valid_until < today:
        errors.append(Refused("exception.days", field="valid_until"))
    elif (draft.valid_until - draft.valid_from).days > LONGEST_DAYS:
        errors.append(Refused("exception.too_long", field="valid_until", most=LONGEST_DAYS))
    if draft.quota is not None and draft.quota < 1:
        errors.append(Refused("exception.positive", field="quota"))
    if draft.response_minutes is not None and draft.response_minutes < 1:
        errors.append(Refused("exception.positive", field="response_minutes"))
    if errors:
        raise Invalid(errors)


def decide_exception(*, actor: Actor, exception_id: int, act: str, note: str, now: datetime) -> ServiceException:
    """Approve, refuse, withdraw or revoke a request; refusing and revoking ask for the reason.

    Raises `Refused` for the person who asked, `Conflict` when it was decided already.
    """
    actor.require(permissions.EXCEPTION_ASK if act == "withdraw" else permissions.EXCEPTION_DECIDE)
    if act in ("refuse", "revoke") and not note.strip():
        raise Refused("exception.note_missing", field="note")
    with transaction.atomic():
        row = access_exception(actor, exception_id, now=now, lock=True)
        step = step_of(EXCEPTION, act, row.status, actor_id=actor.id, involved=(row.asked_by_id,))
        before = row.status
        row.status, row.note, row.version = step.target, note.strip()[:200], row.version + 1
        row.decided_by_id, row.decided_by_name, row.decided_at = actor.id, actor.name[:40], now
        row.save()
        subject = Subject("service_exception", row.pk)
        record(
            actor, Action.UPDATE, subject, before={"status": before}, after={"status": row.status}, reason=note,
            customer_id=row.customer_id, now=now,
        )  # fmt: skip
        if row.asked_by_id and row.asked_by_id != actor.id:
            url = f"/customers/{row.customer_id}/?tab=entitlements"
            notify_staff([row.asked_by_id], "task", f"exception.told_{act}", {"by": actor.name}, url=url, now=now)
    return row
