"""Owing money to somebody, once for each reason (POL-3, 保险法 47)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Sum

from keyuan.kernel.actor import Actor
from keyuan.kernel.codes import TerminationReason
from keyuan.kernel.deadlines import last_day
from keyuan.kernel.errors import Conflict, NotFound, Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.crypto import Sealed
from keyuan.platform.numbers import allocate
from keyuan.policies import permissions
from keyuan.policies.models import Payment, Policy, Refund
from keyuan.policies.rules.ledger import NO_MONEY, Account, EntryKind, Line, credit, debit
from keyuan.policies.selectors.ledger.rules import money_rules
from keyuan.policies.selectors.refunds import refunds_visible_to
from keyuan.policies.services.ledger.posting import Reference, post
from keyuan.policies.services.payments import PaymentDraft, take_payment


@dataclass(frozen=True, slots=True)
class RefundDraft:
    """Money to pay to somebody: ``kind`` is one of `selectors.refunds.KINDS`, ``amount`` in 分.

    ``account`` is the payable account that the caller has credited, or credits by ``lines`` here. Without a payee's
    account the contract's debit account is taken; without any, the refund waits for one.
    """

    kind: str
    amount: int
    policy: Policy | None
    reference: Reference
    on: date
    account: Account = Account.REFUND_PAYABLE
    lines: Sequence[Line] = ()
    entry_kind: EntryKind = EntryKind.REFUND_OWED
    payee_name: str = ""
    payee_account: Sealed | str | None = None
    due_by: date | None = None
    note: str = ""


def owe(*, actor: Actor, draft: RefundDraft, now: datetime) -> Refund:
    """Put money onto the list of what is payable, inside the caller's transaction; the same reference is one refund.

    ``due_by`` defaults to 30 days from ``on`` (保险法 47). The caller has asked the permission. Raises `Conflict`
    refund.key_taken for a reference with another amount, and what `post` raises.
    """
    known = _known(draft)
    if known is not None:
        return known
    policy = draft.policy
    if draft.lines:
        post(
            actor=actor, policy=policy, on=draft.on, kind=draft.entry_kind, lines=draft.lines,
            reference=draft.reference, now=now, note=draft.note,
        )  # fmt: skip
    account = draft.payee_account or (policy.debit_account if policy else None)
    refund = Refund(
        refund_no=allocate("refund", 1)[0],
        kind=draft.kind,
        policy=policy,
        account=draft.account,
        amount=draft.amount,
        payee_name=(draft.payee_name or (policy.holder_name if policy else ""))[:120],
        payee_account=account,
        has_account=bool(account),
        due_by=draft.due_by or last_day("DL-SURR", draft.on),
        key=draft.reference.key,
        note=draft.note[:200],
        created_at=now,
        created_by_id=actor.id,
        created_by_name=actor.name[:40],
    )
    try:
        with transaction.atomic():
            refund.save(force_insert=True)
    except IntegrityError:
        known = _known(draft)
        if known is None:
            raise
        return known
    after = {"kind": refund.kind, "amount": refund.amount, "due_by": refund.due_by.isoformat()}
    customer = policy.holder_id if policy else None
    record(actor, Action.CREATE, Subject("refund", refund.pk), after=after, customer_id=customer, now=now)
    return refund


def _known(draft: RefundDraft) -> Refund | None:
    found = Refund.objects.filter(key=draft.reference.key).first()
    if found is not None and found.amount != draft.amount:
        raise Conflict("refund.key_taken", key=draft.reference.key)
    return found


def owe_premiums_back(*, actor: Actor, policy: Policy, on: date, now: datetime, reason: str) -> Refund | None:
    """Owe what was paid on a contract that never was: cancelled in cooling-off (less the document fee) or withdrawn.

    ``policy`` is locked by the caller. The premiums leave the schedule at once; calling again changes nothing. None
    where nothing was paid, or no more than the fee.
    """
    reference = Reference("premiums-back", policy.pk)
    known = Refund.objects.filter(key=reference.key).first()
    if known is not None:
        return known
    taken = Payment.objects.filter(policy=policy, source_name="").exclude(result__in=NO_MONEY)
    paid = taken.aggregate(sum=Sum("amount"))["sum"] or 0
    fee = min(paid, money_rules().document_fee) if reason == "COOLING_OFF" else 0
    if paid - fee <= 0:
        return None
    draft = PaymentDraft(-paid, on, "30", "premiums back")
    take_payment(actor=actor, policy=policy, draft=draft, now=now, against=Account.REFUND_PAYABLE)
    if fee:
        post(
            actor=actor, policy=policy, on=on, kind=EntryKind.FEE,
            lines=(debit(Account.REFUND_PAYABLE, fee), credit(Account.DOCUMENT_FEE, fee)),
            reference=Reference("document-fee", policy.pk), now=now,
        )  # fmt: skip
    return owe(actor=actor, draft=RefundDraft(reason, paid - fee, policy, reference, on), now=now)


def owe_cash_value(*, actor: Actor, policy: Policy, on: date, now: datetime) -> Refund | None:
    """Owe the cash value of a surrendered contract less its debt, within 30 days (保险法 47); once for a contract.

    ``policy`` is locked by the caller. None where the cash value is not known or the debt eats it up: whoever knows it
    calls again.
    """
    reference = Reference("cash-value", policy.pk)
    known = Refund.objects.filter(key=reference.key).first()
    if known is not None:
        return known
    value, debt = policy.cash_value or 0, policy.debt or 0
    if value <= debt:
        return None
    lines = (debit(Account.CASH_VALUE, value), credit(Account.REFUND_PAYABLE, value - debt), credit(Account.LOAN, debt))
    draft = RefundDraft("SURRENDER", value - debt, policy, reference, on, lines=lines, entry_kind=EntryKind.SURRENDER)
    return owe(actor=actor, draft=draft, now=now)


def owe_at_end(*, actor: Actor, policy: Policy, reason: str, on: date, now: datetime) -> Refund | None:
    """Owe what the end of a contract makes payable by its reason (domain.md §A.3, §A.6); None for the other ends."""
    if reason == TerminationReason.COOLING_OFF:
        return owe_premiums_back(actor=actor, policy=policy, on=on, now=now, reason="COOLING_OFF")
    if reason == TerminationReason.SAME_DAY_WITHDRAWAL:
        return owe_premiums_back(actor=actor, policy=policy, on=on, now=now, reason="SAME_DAY")
    if reason == TerminationReason.SURRENDER:
        return owe_cash_value(actor=actor, policy=policy, on=on, now=now)
    return None


def _locked(actor: Actor, refund_id: int, version: int) -> Refund:
    refund = refunds_visible_to(actor).select_for_update(of=("self",)).filter(pk=refund_id).first()
    if refund is None:
        raise NotFound("refund.not_found")
    if refund.version != version:
        raise Conflict("conflict", version=refund.version)
    if refund.state != Refund.State.PAYABLE:
        raise Refused("refund.wrong_state")
    return refund


def set_payee(
    *, actor: Actor, refund_id: int, version: int, payee_name: str, payee_account: str, now: datetime
) -> Refund:
    """Say to whom a payable refund goes. Raises `Refused` refund.wrong_state, `Conflict`, NotFound."""
    actor.require(permissions.MONEY_ACT)
    with transaction.atomic():
        refund = _locked(actor, refund_id, version)
        refund.payee_name = payee_name.strip()[:120]
        refund.payee_account = payee_account
        refund.has_account = True
        refund.version += 1
        refund.save(update_fields=["payee_name", "payee_account", "has_account", "version"])
        subject = Subject("refund", refund.pk)
        record(actor, Action.UPDATE, subject, after={"payee_account": "***"}, now=now)
    return refund
