"""Giving up what is left of a premium: asked with a reason, agreed by another person, undone by another (POL-3)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, NotFound, Refused
from keyuan.kernel.money import Money, format_amount
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.events import emit
from keyuan.platform.numbers import allocate
from keyuan.policies import permissions
from keyuan.policies.events import PremiumReceived
from keyuan.policies.models import Instalment, Payment, Policy, WriteOff
from keyuan.policies.rules.ledger import WRITTEN_OFF, Account, EntryKind, move
from keyuan.policies.rules.write_offs import BAD, Limits, kind_for
from keyuan.policies.selectors.ledger.rules import money_rules
from keyuan.policies.selectors.write_offs import access_write_off, owed_premiums
from keyuan.policies.services.ledger.posting import Reference, post
from keyuan.policies.services.payments import DUE_COLUMNS, refresh_due
from keyuan.policies.services.recording import editable_policy, refresh_holders
from keyuan.policies.services.refunds.batches import require_whole_book

State = WriteOff.State


@dataclass(frozen=True, slots=True)
class WriteOffDraft:
    """Which premium is given up, how much of it the person saw to be left (分), why; ``token`` makes it one."""

    instalment_number: int
    amount: int
    reason: str
    token: str


def ask_write_off(*, actor: Actor, policy_id: int, draft: WriteOffDraft, now: datetime) -> WriteOff:
    """Ask to give up what is left of a premium; up to the limit of one person it is done at once.

    Pressing twice (``draft.token``) is one. Raises `Refused` write_off.reason, write_off.no_premium, write_off.changed
    (field ``amount``: another sum is left), write_off.waits, and what `rules.write_offs.kind_for` raises.
    """
    require_whole_book(actor, permissions.MONEY_ACT)
    if not draft.reason.strip():
        raise Refused("write_off.reason", field="reason")
    limits = limits_in_force()
    with transaction.atomic():
        policy = editable_policy(actor, policy_id, version=None, now=now)
        known = WriteOff.objects.filter(token=draft.token).first()
        if known is not None:
            return known
        row = _owed(policy, draft.instalment_number, draft.amount, now)
        kind = kind_for(policy.status, draft.amount, limits)
        if WriteOff.objects.filter(policy=policy, instalment_number=row.number, state=State.WAITING).exists():
            raise Refused("write_off.waits")
        made = WriteOff.objects.create(
            write_off_no=allocate("write_off", 1)[0], kind=kind, policy=policy, instalment_number=row.number,
            amount=draft.amount, reason=draft.reason.strip()[:200], token=draft.token, asked_at=now,
            asked_by_id=actor.id, asked_by_name=actor.name[:40],
        )  # fmt: skip
        if draft.amount <= limits.alone:
            _carry_out(actor, made, policy, row, now)
        _trace(actor, made, made.reason, now)
    return made


def decide_write_off(*, actor: Actor, write_off_id: int, agree: bool, now: datetime) -> WriteOff:
    """Agree to a write-off, or refuse it; whoever asked cannot (`Refused` write_off.own).

    Deciding again changes nothing where the answer is the same, else `Conflict`. Raises `Refused` write_off.changed
    where money came in meanwhile.
    """
    require_whole_book(actor, permissions.MONEY_APPROVE)
    with transaction.atomic():
        made, policy = _locked(actor, write_off_id, now)
        wanted = State.DONE if agree else State.REFUSED
        if made.state != State.WAITING:
            if made.state == wanted:
                return made
            raise Conflict("conflict", version=made.version)
        if made.asked_by_id == actor.id:
            raise Refused("write_off.own")
        made.decided_at, made.decided_by_id, made.decided_by_name = now, actor.id, actor.name[:40]
        if agree:
            row = _owed(policy, made.instalment_number, made.amount, now)
            kind_for(policy.status, made.amount, limits_in_force())
            _carry_out(actor, made, policy, row, now)
        else:
            _close(made, State.REFUSED)
        _trace(actor, made, made.reason, now)
    return made


def reverse_write_off(*, actor: Actor, write_off_id: int, reason: str, now: datetime) -> WriteOff:
    """Undo a write-off: what was given up is owed again, the ledger gets the mirror image. Again changes nothing.

    By another person than the one who asked for it. Raises `Refused` write_off.reason, write_off.own,
    write_off.not_done.
    """
    require_whole_book(actor, permissions.MONEY_APPROVE)
    if not reason.strip():
        raise Refused("write_off.reason", field="reason")
    with transaction.atomic():
        made, policy = _locked(actor, write_off_id, now)
        if made.state == State.REVERSED:
            return made
        if made.state != State.DONE:
            raise Refused("write_off.not_done")
        if made.asked_by_id == actor.id:
            raise Refused("write_off.own")
        row = Instalment.objects.select_for_update().get(policy=policy, number=made.instalment_number)
        _settle(actor, made, policy, row, -made.amount, now)
        made.reversed_at, made.reversed_by_name = now, actor.name[:40]
        made.reversed_because = reason.strip()[:200]
        _close(made, State.REVERSED)
        _trace(actor, made, reason, now)
    return made


def limits_in_force() -> Limits:
    """Return the limits that head office set."""
    rules = money_rules()
    return Limits(rules.write_off_alone, rules.write_off_small)


def _owed(policy: Policy, number: int, amount: int, now: datetime) -> Instalment:
    """Return the premium, locked, of which ``amount`` is left."""
    row = owed_premiums(policy, today=now.date()).select_for_update().filter(number=number).first()
    if row is None:
        raise Refused("write_off.no_premium", field="instalment_number")
    if row.amount - row.paid_amount != amount:
        raise Refused("write_off.changed", field="amount", left=format_amount(Money(row.amount - row.paid_amount)))
    return row


def _carry_out(actor: Actor, made: WriteOff, policy: Policy, row: Instalment, now: datetime) -> None:
    made.payment = _settle(actor, made, policy, row, made.amount, now)
    _close(made, State.DONE)


def _settle(actor: Actor, made: WriteOff, policy: Policy, row: Instalment, amount: int, now: datetime) -> Payment:
    """Settle the premium out of what is written off, or take that back; payments and schedule stay equal."""
    row.paid_amount += amount
    if made.kind != BAD:
        # A premium that lapsed with its contract stays lapsed: nobody paid it (§A.10 counts what was paid).
        is_whole = row.paid_amount == row.amount
        part = Instalment.Status.PART if row.paid_amount else Instalment.Status.DUE
        row.status = Instalment.Status.PAID if is_whole else part
        row.paid_on = now.date() if is_whole else None
    row.save(update_fields=["paid_amount", "status", "paid_on"])
    payment = Payment.objects.create(
        policy=policy, instalment_number=row.number, paid_on=now.date(), amount=amount, currency=policy.currency,
        reference=f"{made.write_off_no} {amount}", result=WRITTEN_OFF, recorded_at=now,
    )  # fmt: skip
    post(
        actor=actor, policy=policy, on=payment.paid_on, kind=EntryKind.WRITE_OFF,
        lines=move(Account.PREMIUM, Account.WRITTEN_OFF, amount), reference=Reference("payment", payment.pk), now=now,
        note=made.write_off_no,
    )  # fmt: skip
    refresh_due(policy, now.date())
    policy.version += 1
    policy.updated_at = now
    policy.save(update_fields=[*DUE_COLUMNS, "version", "updated_at"])
    refresh_holders([policy.holder_id], now)
    # What is settled loses its tasks; what is owed again gets them from the next night.
    emit(PremiumReceived((policy.pk,)))
    return payment


def _locked(actor: Actor, write_off_id: int, now: datetime) -> tuple[WriteOff, Policy]:
    """Return the write-off and its contract, the contract locked first as everywhere."""
    seen = access_write_off(actor, write_off_id)
    policy = editable_policy(actor, seen.policy_id, version=None, now=now)
    made = WriteOff.objects.select_for_update().filter(pk=seen.pk).first()
    if made is None:
        raise NotFound("write_off.not_found")
    return made, policy


def _close(made: WriteOff, state: str) -> None:
    made.state = state
    made.version += 1
    made.save()


def _trace(actor: Actor, made: WriteOff, reason: str, now: datetime) -> None:
    after = {"state": made.state, "kind": made.kind, "amount": made.amount}
    customer = made.policy.holder_id
    subject = Subject("write_off", made.pk)
    record(actor, Action.UPDATE, subject, after=after, reason=reason, customer_id=customer, now=now)
