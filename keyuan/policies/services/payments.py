"""Money received and refunded, settled against the schedule to the fen (POL-3)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from keyuan.kernel.actor import Actor
from keyuan.kernel.codes import PayMode, PolicyStatus
from keyuan.kernel.errors import Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.events import emit
from keyuan.policies import permissions
from keyuan.policies.events import PremiumReceived
from keyuan.policies.models import Instalment, Payment, Policy
from keyuan.policies.rules.dates import due_dates, grace_end
from keyuan.policies.rules.ledger import Account, EntryKind, move
from keyuan.policies.services.clocks.winding import wind
from keyuan.policies.services.ledger.posting import Reference, post
from keyuan.policies.services.recording import editable_policy, refresh_holders

NOTHING_DUE = date(9999, 12, 31)
OPEN = (Instalment.Status.DUE, Instalment.Status.PART)
#: What `refresh_due` sets.
DUE_COLUMNS = ("next_due_on", "next_due_amount", "grace_until", "in_grace", "next_clock_on")


@dataclass(frozen=True, slots=True)
class PaymentDraft:
    """One payment in minor units of the policy's currency, negative for a refund; ``reference`` makes it repeatable."""

    amount: int
    paid_on: date
    method: str = ""
    reference: str = ""
    receipt_no: str = ""


def build_schedule(policy: Policy, years: int) -> list[Instalment]:
    """Write the instalments of a new regular-premium policy, inside the caller's transaction."""
    if policy.premium is None or not policy.pay_mode:
        return []
    dates = due_dates(policy.effective_on, PayMode(policy.pay_mode), years)
    rows = [
        Instalment(policy=policy, number=number, due_on=due_on, amount=policy.premium)
        for number, due_on in enumerate(dates, start=1)
    ]
    return Instalment.objects.bulk_create(rows, batch_size=500)


def record_payment(
    *, actor: Actor, policy_id: int, draft: PaymentDraft, now: datetime, against: Account = Account.BANK
) -> Payment:
    """Record money and settle the oldest open instalments with it; the same reference twice is one payment.

    ``against`` is the account of the ledger that the money comes from, or a refund goes to.
    Raises `Refused`: payment.zero, payment.in_future, payment.too_much (more than is owed), payment.refund_too_much,
    payment.policy_ended (only refunds follow the end), policy.mirrored.
    """
    actor.require(permissions.EDIT)
    if draft.amount == 0:
        raise Refused("payment.zero", field="amount")
    if draft.paid_on > now.date():
        raise Refused("payment.in_future", field="paid_on")
    with transaction.atomic():
        policy = editable_policy(actor, policy_id, version=None, now=now)
        return take_payment(actor=actor, policy=policy, draft=draft, now=now, against=against)


def take_payment(*, actor: Actor, policy: Policy, draft: PaymentDraft, now: datetime, against: Account) -> Payment:
    """Do what `record_payment` does for a policy that the caller has locked, in the caller's transaction.

    The caller has asked the permission. Raises `Refused` as there.
    """
    known = Payment.objects.filter(policy=policy, reference=draft.reference).exclude(reference="").first()
    if known is not None:
        return known
    if draft.amount > 0 and policy.status == PolicyStatus.TERMINATED:
        raise Refused("payment.policy_ended", field="amount")
    number = _settle(policy, draft) if draft.amount > 0 else _take_back(policy, draft)
    payment = keep_payment(actor=actor, policy=policy, draft=draft, now=now, against=against, number=number)
    refresh_due(policy, now.date())
    policy.version += 1
    policy.updated_at = now
    policy.save(update_fields=[*DUE_COLUMNS, "version", "updated_at"])
    subject = Subject("policy", policy.pk)
    facts = {"amount": draft.amount, "paid_on": draft.paid_on.isoformat(), "method": draft.method}
    record(actor, Action.UPDATE, subject, after=facts, customer_id=policy.holder_id, now=now)
    refresh_holders([policy.holder_id], now)
    emit(PremiumReceived((policy.pk,)))
    return payment


def keep_payment(
    *, actor: Actor, policy: Policy, draft: PaymentDraft, now: datetime, against: Account, number: int | None = None
) -> Payment:
    """Write a payment and post it; the caller has settled the schedule with it, from instalment ``number`` on."""
    payment = Payment.objects.create(
        policy=policy,
        instalment_number=number,
        paid_on=draft.paid_on,
        amount=draft.amount,
        currency=policy.currency,
        method=draft.method,
        reference=draft.reference,
        receipt_no=draft.receipt_no,
        result="OK",
        recorded_at=now,
    )
    _post(actor, policy, payment, against, now)
    return payment


def _post(actor: Actor, policy: Policy, payment: Payment, against: Account, now: datetime) -> None:
    post(
        actor=actor,
        policy=policy,
        on=payment.paid_on,
        kind=EntryKind.PREMIUM if payment.amount > 0 else EntryKind.PREMIUM_REFUND,
        lines=move(Account.PREMIUM, against, payment.amount),
        reference=Reference("payment", payment.pk),
        now=now,
    )


def _settle(policy: Policy, draft: PaymentDraft) -> int | None:
    """Spread a payment over the open instalments, oldest first; return the first one it reached."""
    left = draft.amount
    reached = None
    for row in Instalment.objects.select_for_update().filter(policy=policy, status__in=OPEN).order_by("number"):
        part = min(left, row.amount - row.paid_amount)
        row.paid_amount += part
        left -= part
        row.status = Instalment.Status.PAID if row.paid_amount == row.amount else Instalment.Status.PART
        row.paid_on = draft.paid_on if row.status == Instalment.Status.PAID else None
        row.save(update_fields=["paid_amount", "status", "paid_on"])
        reached = reached or row.number
        if not left:
            return reached
    raise Refused("payment.too_much", field="amount")


def _take_back(policy: Policy, draft: PaymentDraft) -> int | None:
    """Take a refund from the latest paid instalments; refuse more than was ever paid."""
    left = -draft.amount
    reached = None
    paid = Instalment.objects.select_for_update().filter(policy=policy, paid_amount__gt=0)
    for row in paid.order_by("-number"):
        part = min(left, row.paid_amount)
        row.paid_amount -= part
        left -= part
        if row.status == Instalment.Status.PAID or row.status in OPEN:
            row.status = Instalment.Status.PART if row.paid_amount else Instalment.Status.DUE
        row.paid_on = None
        row.save(update_fields=["paid_amount", "status", "paid_on"])
        reached = reached or row.number
        if not left:
            return reached
    raise Refused("payment.refund_too_much", field="amount")


def refresh_due(policy: Policy, today: date) -> None:
    """Set what is due next, and whether the policy is in grace, from the schedule; the caller saves."""
    first = Instalment.objects.filter(policy=policy, status__in=OPEN).order_by("due_on", "number").first()
    if first is None or policy.status == PolicyStatus.TERMINATED:
        policy.next_due_on, policy.next_due_amount = NOTHING_DUE, None
        policy.grace_until, policy.in_grace = None, False
        wind(policy, today)
        return
    policy.next_due_on = first.due_on
    policy.next_due_amount = first.amount - first.paid_amount
    policy.grace_until = grace_end(first.due_on, policy.product.grace_days)
    living = policy.status == PolicyStatus.IN_FORCE
    policy.in_grace = living and first.due_on < today <= policy.grace_until
    wind(policy, today)
