"""Key accounts: a manager for underwriting and one for claims, a reception level, contacts, reports (CUS-10, CUS-9)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from keyuan.customers import permissions
from keyuan.customers.models import ContactReport, KeyAccount, KeyAccountContact
from keyuan.customers.selectors import access_customer
from keyuan.customers.selectors.key_accounts import access_account
from keyuan.customers.services.agenda.closing import close_vanished_of
from keyuan.customers.services.interactions import InteractionDraft, add_interaction
from keyuan.customers.services.summary import refresh
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Invalid, Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.people import names_of

#: A key account has at least so many people to talk to (CUS-9).
LEAST_CONTACTS = 2
LONGEST_INTERVAL = 366
#: A review lies ahead by so much at most, and a report tells of a contact no longer ago.
LONGEST_REVIEW = EARLIEST_REPORT = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class ContactLine:
    """A person at the customer's side; ``phone`` None leaves a stored one as it is."""

    name: str
    duty: str = ""
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class AccountDraft:
    """What makes a customer a key account."""

    reception: str
    underwriting_manager_id: int
    claims_manager_id: int
    report_every_days: int
    review_on: date
    reason: str
    contacts: tuple[ContactLine, ...]
    arrangements: str = ""


COLUMNS = (
    "reception", "arrangements", "underwriting_manager_id", "claims_manager_id", "report_every_days", "review_on",
    "reason",
)  # fmt: skip


def open_account(*, actor: Actor, customer_id: int, draft: AccountDraft, now: datetime) -> KeyAccount:
    """Make a customer a key account. Raises `Invalid` by field, `Refused` for one that is one already."""
    actor.require(permissions.KEY_ACCOUNTS)
    customer = access_customer(actor, customer_id, now=now)
    check(draft, now.date())
    with transaction.atomic():
        if KeyAccount.objects.select_for_update().filter(customer=customer, ended_on__isnull=True).exists():
            raise Refused("key_account.there_already")
        account = KeyAccount.objects.create(
            customer=customer,
            next_report_on=now.date() + timedelta(days=draft.report_every_days),
            started_on=now.date(),
            created_at=now,
            updated_at=now,
            **{name: getattr(draft, name) for name in COLUMNS},
        )
        _write_contacts(account, draft.contacts)
        _note(actor, Action.CREATE, account, None, draft.reason, now)
    return account


def change_account(*, actor: Actor, account_id: int, version: int, draft: AccountDraft, now: datetime) -> KeyAccount:
    """Change a key account. Raises `Invalid`, and `Conflict` when somebody else changed it since ``version``."""
    actor.require(permissions.KEY_ACCOUNTS)
    check(draft, now.date())
    with transaction.atomic():
        account = access_account(actor, account_id, now=now, lock=True)
        if account.ended_on is not None:
            raise Refused("key_account.ended")
        if account.version != version:
            raise Conflict("conflict", version=account.version)
        before = facts(account)
        for name in COLUMNS:
            setattr(account, name, getattr(draft, name))
        since = account.last_report_on or account.started_on
        account.next_report_on = since + timedelta(days=draft.report_every_days)
        _save(account, now)
        _write_contacts(account, draft.contacts)
        _note(actor, Action.UPDATE, account, before, draft.reason, now)
    return account


def check(draft: AccountDraft, today: date) -> None:
    """Raise `Invalid` for a draft that makes no sense, naming fields and remedies."""
    errors = []
    if draft.reception not in KeyAccount.Reception.values:
        errors.append(Refused("field.choice", field="reception"))
    known = names_of([draft.underwriting_manager_id, draft.claims_manager_id])
    managers = {
        "underwriting_manager": draft.underwriting_manager_id,
        "claims_manager": draft.claims_manager_id,
    }
    errors += [Refused("key_account.manager", field=name) for name, pk in managers.items() if pk not in known]
    if draft.underwriting_manager_id == draft.claims_manager_id:
        errors.append(Refused("key_account.two_managers", field="claims_manager"))
    if not 1 <= draft.report_every_days <= LONGEST_INTERVAL:
        errors.append(Refused("key_account.interval", field="report_every_days", most=LONGEST_INTERVAL))
    if not today < draft.review_on <= today + LONGEST_REVIEW:
        errors.append(Refused("key_account.review", field="review_on"))
    if not draft.reason.strip():
        errors.append(Refused("key_account.reason", field="reason"))
    if len([line for line in draft.contacts if line.name.strip()]) < LEAST_CONTACTS:
        errors.append(Refused("key_account.contacts", field=f"name_{LEAST_CONTACTS}", least=LEAST_CONTACTS))
    if errors:
        raise Invalid(errors)


def _write_contacts(account: KeyAccount, lines: Sequence[ContactLine]) -> None:
    """Write the contacts by their place; a phone that was not typed again stays."""
    known = {row.position: row for row in account.contacts.all()}
    kept = [line for line in lines if line.name.strip()]
    for position, line in enumerate(kept, start=1):
        row = known.pop(position, None) or KeyAccountContact(account=account, position=position)
        row.name, row.duty = line.name.strip()[:60], line.duty.strip()[:60]
        if line.phone is not None:
            row.phone = line.phone
        row.save()
    for row in known.values():
        row.delete()


def report_contact(
    *, actor: Actor, account_id: int, on: date, summary: str, next_steps: str, now: datetime
) -> ContactReport:
    """File a contact report: it stands on the timeline, and the next one falls due after the interval.

    Whoever may record contacts with the customer may report. Raises `Refused` without words, for a day to come and for
    one more than a year ago.
    """
    actor.require(permissions.INTERACT)
    if not summary.strip():
        raise Refused("key_account.summary", field="summary")
    if on > now.date():
        raise Refused("interaction.in_future", field="reported_on")
    if on < now.date() - EARLIEST_REPORT:
        raise Refused("key_account.long_ago", field="reported_on")
    with transaction.atomic():
        account = access_account(actor, account_id, now=now, lock=True)
        if account.ended_on is not None:
            raise Refused("key_account.ended")
        said = InteractionDraft(
            "VISIT", "OUT", _moment_of(on, now), summary.strip()[:200], detail=next_steps, purpose="SERVICE"
        )
        entry = add_interaction(customer_id=account.customer_id, draft=said, actor=actor)
        refresh([account.customer_id], now)
        report = ContactReport.objects.create(
            account=account, reported_on=on, summary=summary.strip()[:200], next_steps=next_steps.strip()[:200],
            interaction_id=entry.pk, reported_by_id=actor.id, reported_by_name=actor.name[:40], recorded_at=now,
        )  # fmt: skip
        before = facts(account)
        account.last_report_on = max(account.last_report_on or on, on)
        account.next_report_on = account.last_report_on + timedelta(days=account.report_every_days)
        _save(account, now)
        close_vanished_of("key_account", [account.pk], now)
        _note(actor, Action.UPDATE, account, before, "", now)
    return report


def _moment_of(on: date, now: datetime) -> datetime:
    """Return when a contact of the day ``on`` stands on the timeline: the hour is not asked for, noon stands for it."""
    return now if on == now.date() else timezone.make_aware(datetime.combine(on, time(12)))


def review_account(*, actor: Actor, account_id: int, review_on: date, reason: str, now: datetime) -> KeyAccount:
    """Confirm a key account after its review, until the next one.

    Raises `Refused` without reason or for a day not in the coming year.
    """
    actor.require(permissions.KEY_ACCOUNTS)
    if not now.date() < review_on <= now.date() + LONGEST_REVIEW:
        raise Refused("key_account.review", field="review_on")
    return _settle(actor, account_id, now, reason, review_on=review_on)


def end_account(*, actor: Actor, account_id: int, reason: str, now: datetime) -> KeyAccount:
    """End a key account; its history stays."""
    actor.require(permissions.KEY_ACCOUNTS)
    return _settle(actor, account_id, now, reason, ended_on=now.date(), end_reason=reason.strip()[:200])


def _settle(actor: Actor, account_id: int, now: datetime, reason: str, **changes: Any) -> KeyAccount:
    if not reason.strip():
        raise Refused("key_account.reason", field="reason")
    with transaction.atomic():
        account = access_account(actor, account_id, now=now, lock=True)
        if account.ended_on is not None:
            raise Conflict("key_account.ended")
        before = facts(account)
        for name, value in changes.items():
            setattr(account, name, value)
        _save(account, now)
        close_vanished_of("key_account", [account.pk], now)
        _note(actor, Action.UPDATE, account, before, reason, now)
    return account


def _save(account: KeyAccount, now: datetime) -> None:
    account.version += 1
    account.updated_at = now
    account.save()


def facts(account: KeyAccount) -> dict[str, Any]:
    """Return what the trail keeps of a key account."""
    names = (*COLUMNS, "next_report_on", "ended_on")
    return {name: str(getattr(account, name) or "") for name in names}


def _note(
    actor: Actor, action: Action, account: KeyAccount, before: dict[str, Any] | None, reason: str, now: datetime
) -> None:
    subject = Subject("key_account", account.pk)
    record(
        actor,
        action,
        subject,
        before=before,
        after=facts(account),
        reason=reason,
        customer_id=account.customer_id,
        now=now,
    )
