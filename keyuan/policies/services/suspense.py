"""Money that fits nothing: taken in, put onto a contract, or given back; two people over the limit (POL-3)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, NotFound, Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.numbers import allocate
from keyuan.policies import permissions
from keyuan.policies.models import Instalment, Policy, SuspenseItem, SuspenseMove
from keyuan.policies.rules.ledger import Account, EntryKind, move
from keyuan.policies.selectors.ledger.rules import money_rules
from keyuan.policies.selectors.suspense import access_suspense, suspense_visible_to
from keyuan.policies.services.ledger.posting import Reference, post
from keyuan.policies.services.payments import OPEN, PaymentDraft, record_payment, take_payment
from keyuan.policies.services.recording import editable_policy
from keyuan.policies.services.refunds.batches import require_whole_book
from keyuan.policies.services.refunds.owing import RefundDraft, owe

Kind, State = SuspenseMove.Kind, SuspenseMove.State


@dataclass(frozen=True, slots=True)
class Receipt:
    """Money that came in, in 分; ``reference`` makes it repeatable (the bank's number of the transfer)."""

    amount: int
    received_on: date
    reference: str = ""
    method: str = ""
    payer_name: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class MoveDraft:
    """What to do with money in suspense: ``policy_id`` to put it onto, or a payee to give it back to."""

    kind: str
    amount: int
    token: str
    reason: str = ""
    policy_id: int | None = None
    payee_name: str = ""
    payee_account: str = ""


def take_in(*, actor: Actor, receipt: Receipt, now: datetime) -> SuspenseItem:
    """Keep money of which nobody knows yet what it is for; the same reference again is the same item.

    Raises `Refused` payment.zero (field ``amount``), payment.in_future (field ``received_on``).
    """
    require_whole_book(actor, permissions.MONEY_ACT)
    if receipt.amount <= 0:
        raise Refused("payment.zero", field="amount")
    if receipt.received_on > now.date():
        raise Refused("payment.in_future", field="received_on")
    with transaction.atomic():
        return suspend(actor=actor, receipt=receipt, source=SuspenseItem.Source.UNKNOWN, policy=None, now=now)


def suspend(*, actor: Actor, receipt: Receipt, source: str, policy: Policy | None, now: datetime) -> SuspenseItem:
    """Put money into suspense inside the caller's transaction, which asked the permission; once for a reference."""
    known = SuspenseItem.objects.filter(reference=receipt.reference).exclude(reference="").first()
    if known is not None:
        return known
    item = SuspenseItem.objects.create(
        item_no=allocate("suspense", 1)[0],
        source=source,
        policy=policy,
        received_on=receipt.received_on,
        amount=receipt.amount,
        left=receipt.amount,
        method=receipt.method,
        payer_name=receipt.payer_name.strip()[:120],
        reference=receipt.reference[:80],
        note=receipt.note[:200],
        created_at=now,
        created_by_id=actor.id,
        created_by_name=actor.name[:40],
    )
    post(
        actor=actor, policy=policy, on=item.received_on, kind=EntryKind.SUSPENSE,
        lines=move(Account.SUSPENSE, Account.BANK, item.amount), reference=Reference("suspense", item.pk), now=now,
        note=item.item_no,
    )  # fmt: skip
    after = {"amount": item.amount, "source": source}
    customer = policy.holder_id if policy else None
    record(actor, Action.CREATE, Subject("suspense", item.pk), after=after, customer_id=customer, now=now)
    return item


def receive_premium(*, actor: Actor, policy_id: int, draft: PaymentDraft, now: datetime) -> SuspenseItem | None:
    """Record a premium payment; what is more than owed, or comes after the end, goes to suspense (returned).

    Raises what `record_payment` raises but payment.too_much and payment.policy_ended.
    """
    actor.require(permissions.EDIT)
    with transaction.atomic():
        policy = editable_policy(actor, policy_id, version=None, now=now)
        before = SuspenseItem.objects.filter(reference=draft.reference).exclude(reference="").first()
        if before is not None:
            return before
        rows = Instalment.objects.filter(policy=policy, status__in=OPEN).values_list("amount", "paid_amount")
        owed = 0 if policy.status == "TERMINATED" else sum(amount - paid for amount, paid in rows)
        taken = min(owed, draft.amount)
        if taken or draft.amount <= 0:
            part = PaymentDraft(taken or draft.amount, draft.paid_on, draft.method, draft.reference, draft.receipt_no)
            record_payment(actor=actor, policy_id=policy_id, draft=part, now=now)
        if draft.amount <= taken:
            return None
        if draft.paid_on > now.date():
            raise Refused("payment.in_future", field="paid_on")
        receipt = Receipt(draft.amount - taken, draft.paid_on, draft.reference, draft.method, policy.holder_name)
        return suspend(actor=actor, receipt=receipt, source=SuspenseItem.Source.OVERPAID, policy=policy, now=now)


def move_suspense(*, actor: Actor, item_id: int, draft: MoveDraft, now: datetime) -> SuspenseMove:
    """Put money in suspense onto a contract, or give it back; over the limit it waits for another person.

    Pressing twice (``draft.token``) is one move. What waits is reserved. Raises `Refused` payment.zero,
    suspense.too_much, suspense.no_policy, suspense.no_payee, and what recording the payment refuses.
    """
    require_whole_book(actor, permissions.MONEY_ACT)
    _check(draft)
    with transaction.atomic():
        item = access_suspense(actor, item_id, lock=True)
        known = SuspenseMove.objects.filter(token=draft.token).first()
        if known is not None:
            return known
        if draft.amount > item.left:
            raise Refused("suspense.too_much", field="amount")
        if draft.policy_id is not None:
            editable_policy(actor, draft.policy_id, version=None, now=now)
        made = SuspenseMove.objects.create(
            item=item,
            kind=draft.kind,
            state=State.WAITING,
            amount=draft.amount,
            policy_id=draft.policy_id,
            payee_name=draft.payee_name.strip()[:120],
            payee_account=draft.payee_account or None,
            reason=draft.reason[:200],
            token=draft.token,
            asked_at=now,
            asked_by_id=actor.id,
            asked_by_name=actor.name[:40],
        )
        _reserve(item, -draft.amount)
        if draft.amount <= money_rules().suspense_limit:
            _carry_out(actor, made, now)
        _trace(actor, made, now)
    return made


def _check(draft: MoveDraft) -> None:
    if draft.amount <= 0:
        raise Refused("payment.zero", field="amount")
    if draft.kind == Kind.ALLOCATE and draft.policy_id is None:
        raise Refused("suspense.no_policy", field="policy_no")
    if draft.kind == Kind.REFUND and not (draft.payee_name.strip() and draft.payee_account):
        raise Refused("suspense.no_payee", field="payee_account")


def decide_move(*, actor: Actor, move_id: int, agree: bool, now: datetime) -> SuspenseMove:
    """Agree to a move over the limit, or refuse it; whoever asked cannot (`Refused` suspense.own_move).

    Deciding again changes nothing where the answer is the same, else `Conflict`.
    """
    require_whole_book(actor, permissions.MONEY_APPROVE)
    with transaction.atomic():
        found = SuspenseMove.objects.filter(pk=move_id, item__in=suspense_visible_to(actor)).values("item_id").first()
        if found is None:
            raise NotFound("suspense.not_found")
        item = access_suspense(actor, found["item_id"], lock=True)
        made = SuspenseMove.objects.select_for_update(of=("self",)).get(pk=move_id)
        wanted = State.DONE if agree else State.REFUSED
        if made.state != State.WAITING:
            if made.state == wanted:
                return made
            raise Conflict("conflict", version=item.version)
        if made.asked_by_id == actor.id:
            raise Refused("suspense.own_move")
        made.item = item
        if agree:
            _carry_out(actor, made, now)
        else:
            made.state = State.REFUSED
            _reserve(item, made.amount)
        made.decided_at, made.decided_by_id, made.decided_by_name = now, actor.id, actor.name[:40]
        made.save(update_fields=["state", "decided_at", "decided_by_id", "decided_by_name"])
        _trace(actor, made, now)
    return made


def _reserve(item: SuspenseItem, change: int) -> None:
    item.left += change
    item.is_open = item.left > 0 or SuspenseMove.objects.filter(item=item, state=State.WAITING).exists()
    item.version += 1
    item.save(update_fields=["left", "is_open", "version"])


def _carry_out(actor: Actor, made: SuspenseMove, now: datetime) -> None:
    made.state = State.DONE
    if made.kind == Kind.ALLOCATE:
        if made.policy_id is None:
            raise Refused("suspense.no_policy", field="policy_no")
        policy = editable_policy(actor, made.policy_id, version=None, now=now)
        draft = PaymentDraft(made.amount, now.date(), made.item.method or "30", f"SU {made.pk}")
        made.payment = take_payment(actor=actor, policy=policy, draft=draft, now=now, against=Account.SUSPENSE)
    else:
        made.refund = owe(
            actor=actor,
            draft=RefundDraft(
                "SUSPENSE", made.amount, made.item.policy, Reference("suspense-move", made.pk), now.date(),
                lines=move(Account.REFUND_PAYABLE, Account.SUSPENSE, made.amount),
                payee_name=made.payee_name, payee_account=made.payee_account, note=made.item.item_no,
            ),
            now=now,
        )  # fmt: skip
    made.save(update_fields=["state", "payment", "refund"])
    _reserve(made.item, 0)


def _trace(actor: Actor, made: SuspenseMove, now: datetime) -> None:
    after = {"move": made.kind, "state": made.state, "amount": made.amount}
    subject = Subject("suspense", made.item_id)
    record(actor, Action.UPDATE, subject, after=after, reason=made.reason, now=now)
