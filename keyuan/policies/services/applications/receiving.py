"""Money before the contract: premium taken in advance, a slip of today taken back by another person (POL-10, POL-3)."""

from datetime import date, datetime

from django.db import transaction

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Refused
from keyuan.kernel.money import Money, format_amount
from keyuan.policies import permissions
from keyuan.policies.models import Application
from keyuan.policies.rules.applications.states import OPEN, State
from keyuan.policies.rules.ledger import Account, EntryKind, move
from keyuan.policies.selectors.applications.money import (
    cannot_take_back,
    due_of,
    entries_of_application,
    receipts_among,
)
from keyuan.policies.selectors.ledger import moved
from keyuan.policies.services.applications.recording import locked
from keyuan.policies.services.applications.refunding import owe_back, save_money
from keyuan.policies.services.ledger.posting import Reference, post, reverse


def record_first_premium(
    *, actor: Actor, application_id: int, version: int | None, amount: int, paid_on: date, now: datetime,
    is_more: bool = False,
) -> Application:  # fmt: skip
    """Keep premium that was taken before the contract; until the decision it is a live liability (解释二 art.4).

    ``is_more`` says that somebody looked again at an amount above what is due. Raises `Refused` application.amount,
    application.more_than_due (field is_more), policy.date_in_future, application.closed, and `Conflict`.
    """
    actor.require(permissions.EDIT)
    if amount <= 0:
        raise Refused("application.amount", field="amount")
    if paid_on > now.date():
        raise Refused("policy.date_in_future", field="paid_on")
    with transaction.atomic():
        application = locked(actor, application_id, version)
        if application.status not in OPEN or application.status == State.DRAFT:
            raise Refused("application.closed")
        due = due_of(application)
        if amount > due and not is_more:
            said = {"amount": format_amount(Money(amount)), "due": format_amount(Money(due))}
            raise Refused("application.more_than_due", field="is_more", **said)
        application.paid_amount += amount
        application.paid_on = paid_on
        save_money(actor, application, now)
        _post(actor, application, amount, paid_on, now)
    return application


def take_back_premium(
    *, actor: Actor, application_id: int, version: int | None, reason: str, now: datetime
) -> Application:
    """Undo the last premium that was recorded, today only: it was typed wrongly, and no such money came in.

    By somebody who approves money and did not record it, like write-offs; the ledger gets the mirror image.
    Raises `Refused` application.reason_missing, application.no_receipt, application.own_receipt,
    application.receipt_settled (it is a contract's premium or goes back by now), and `Conflict`.
    """
    actor.require(permissions.MONEY_APPROVE)
    if not reason.strip():
        raise Refused("application.reason_missing", field="reason")
    with transaction.atomic():
        application = locked(actor, application_id, version)
        receipts = receipts_among(entries_of_application(application))
        refused = cannot_take_back(application, receipts, actor.id, now.date())
        if refused is not None:
            raise refused
        entry, *earlier = receipts
        application.paid_amount -= moved(entry)
        application.paid_on = earlier[0].effective_on if earlier else None
        save_money(actor, application, now, reason=reason)
        reverse(actor=actor, entry=entry, on=now.date(), now=now, note=application.application_no)
    return application


def refund_premium(*, actor: Actor, application_id: int, version: int | None, now: datetime) -> Application:
    """Owe what has to go back where no step did: ends before refunds went through the bank, or paid too much.

    Raises `Refused` application.nothing_to_refund, and `Conflict`.
    """
    actor.require(permissions.EDIT)
    with transaction.atomic():
        application = locked(actor, application_id, version)
        if owe_back(actor, application, now) is None:
            raise Refused("application.nothing_to_refund")
    return application


def _post(actor: Actor, application: Application, amount: int, on: date, now: datetime) -> None:
    """Post money of an application: it is premium in advance until there is a contract."""
    # The version and not the sum: after a slip was taken back the same sum comes in a second time.
    reference = Reference("application", f"{application.pk} at {application.version}")
    post(
        actor=actor,
        policy=None,
        on=on,
        kind=EntryKind.FIRST_PREMIUM,
        lines=move(Account.ADVANCE, Account.BANK, amount),
        reference=reference,
        now=now,
        note=application.application_no,
    )
