"""Premium of an application that becomes no contract, or more than its contract costs, goes back (POL-10)."""

from datetime import datetime

from keyuan.kernel.actor import Actor
from keyuan.platform.audit import Action, Subject, record
from keyuan.policies.models import Application, Refund
from keyuan.policies.rules.applications.states import ENDED, State
from keyuan.policies.rules.ledger import Account, move
from keyuan.policies.services.ledger.posting import Reference
from keyuan.policies.services.refunds.owing import RefundDraft, owe

KIND = "APPLICATION"
MONEY = ("paid_amount", "paid_on", "refunded_amount", "version", "updated_at")


def refundable(application: Application) -> int:
    """Return what has to go back and is not owed yet, in 分: all of it after an end, else what is too much."""
    kept = application.paid_amount - application.refunded_amount
    if application.status in ENDED:
        return kept
    return max(0, kept - application.premium) if application.status in (State.ACCEPTED, State.ISSUED) else 0


def owe_back(actor: Actor, application: Application, now: datetime) -> Refund | None:
    """Owe the holder what has to go back, inside the caller's transaction; None where nothing has.

    The refund waits for an account and goes to the bank with all others; a second call owes nothing more.
    """
    amount = refundable(application)
    if amount <= 0:
        return None
    application.refunded_amount += amount
    save_money(actor, application, now)
    reference = Reference("application-refund", f"{application.pk} {application.refunded_amount}")
    draft = RefundDraft(
        KIND, amount, None, reference, now.date(), lines=move(Account.REFUND_PAYABLE, Account.ADVANCE, amount),
        payee_name=application.holder.name, note=application.application_no,
    )  # fmt: skip
    return owe(actor=actor, draft=draft, now=now)


def save_money(actor: Actor, application: Application, now: datetime, *, reason: str = "") -> None:
    """Save what was taken and what goes back, with its trace on the trail."""
    application.version += 1
    application.updated_at = now
    application.save(update_fields=MONEY)
    after = {"paid_amount": application.paid_amount, "refunded_amount": application.refunded_amount}
    subject = Subject("application", application.pk)
    customer = application.holder_id
    record(actor, Action.UPDATE, subject, after=after, reason=reason, customer_id=customer, now=now)
