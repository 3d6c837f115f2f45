"""Refund batches: made by one person, released by another, sent as the bank's file, which is kept nowhere (POL-3)."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from keyuan.kernel.actor import Actor, system_actor
from keyuan.kernel.errors import Refused
from keyuan.platform.crypto.reveal import open_for_system
from keyuan.platform.imports.bulk import Same, insert
from keyuan.platform.locks import hold
from keyuan.policies import permissions
from keyuan.policies.models import Refund, RefundBatch, RefundLine
from keyuan.policies.rules.debit_files import PIPED, OutLine
from keyuan.policies.services.bank_batches import BatchKind

#: Refunds that one batch takes, the most urgent first.
MOST = 5_000
#: Days ahead a batch may be dated: what the law lets the insurer take for paying a surrender.
AHEAD = timedelta(days=30)
LOCK = "refunds"
BANK = system_actor("refunds")
State = RefundBatch.State
BATCHES = BatchKind(RefundBatch, "refund_batch", "refund_batch", "refund.batch_not_found", "refund.whole_book")


def require_whole_book(actor: Actor, permission: str) -> None:
    """Raise Forbidden without the right, `Refused` refund.whole_book for a post that does not see every contract."""
    BATCHES.require_whole_book(actor, permission)


def make_refund_batch(*, actor: Actor, pay_on: date, now: datetime) -> RefundBatch:
    """Put everything that is payable and has an account into a new batch, the most urgent first (at most 5,000).

    Two people at once share nothing: each refund stands in one batch. Raises `Refused` refund.in_past,
    refund.far_ahead and refund.nothing_payable.
    """
    require_whole_book(actor, permissions.MONEY_ACT)
    if pay_on < now.date():
        raise Refused("refund.in_past", field="pay_on")
    if pay_on > now.date() + AHEAD:
        raise Refused("refund.far_ahead", field="pay_on", days=AHEAD.days)
    with transaction.atomic():
        hold(LOCK)
        rows = Refund.objects.select_for_update().filter(state=Refund.State.PAYABLE, has_account=True)
        found = list(rows.order_by("due_by", "pk").values_list("pk", "amount")[:MOST])
        if not found:
            raise Refused("refund.nothing_payable")
        amount = sum(amount for _, amount in found)
        after = {"lines": len(found), "amount": amount, "pay_on": pay_on.isoformat()}
        values = {"pay_on": pay_on, "lines_count": len(found), "amount": amount}
        batch = BATCHES.begin(actor, values, after, now)
        columns: dict[str, Any] = {
            "batch_id": Same(batch.pk),
            "number": list(range(1, len(found) + 1)),
            "refund_id": [pk for pk, _ in found],
            "amount": [amount for _, amount in found],
        }
        insert(RefundLine, columns, len(found))
        Refund.objects.filter(pk__in=[pk for pk, _ in found]).update(
            state=Refund.State.IN_BATCH, version=F("version") + 1
        )
    return batch


def release_refund_batch(*, actor: Actor, batch_id: int, version: int, now: datetime) -> RefundBatch:
    """Release a drafted batch. Raises `Refused` debit.own_batch for whoever made it, debit.wrong_state."""
    require_whole_book(actor, permissions.MONEY_APPROVE)
    with transaction.atomic():
        batch = BATCHES.locked(batch_id, version, State.DRAFT)
        BATCHES.release(actor, batch, now)
    return batch


def cancel_refund_batch(*, actor: Actor, batch_id: int, version: int, now: datetime) -> RefundBatch:
    """Cancel a batch that has not gone to the bank; its refunds are payable again at once."""
    require_whole_book(actor, permissions.MONEY_ACT)
    with transaction.atomic():
        batch = BATCHES.locked(batch_id, version, State.DRAFT, State.RELEASED)
        RefundLine.objects.filter(batch=batch).update(state=RefundLine.State.LEFT)
        Refund.objects.filter(lines__batch=batch).update(state=Refund.State.PAYABLE, version=F("version") + 1)
        BATCHES.move(actor, batch, State.CANCELLED, now)
    return batch


def refund_file(*, actor: Actor, batch_id: int, version: int, now: datetime) -> tuple[str, bytes]:
    """Return name and content of the file for the bank, and note who took it: it holds accounts in plain text.

    The first time makes the batch SENT; again gives the same lines. Raises `Refused` debit.wrong_state.
    """
    require_whole_book(actor, permissions.MONEY_ACT)
    with transaction.atomic():
        batch = BATCHES.hand_out(actor, batch_id, version, now)
    rows = list(RefundLine.objects.filter(batch=batch).select_related("refund").order_by("number"))
    accounts = open_for_system(BANK, [row.refund.payee_account for row in rows], "refunds")
    lines = [
        OutLine(row.number, account or "", row.refund.payee_name, row.amount, row.refund.refund_no)
        for row, account in zip(rows, accounts, strict=True)
    ]
    return f"{batch.batch_no}.{PIPED.suffix}", PIPED.write(batch.batch_no, batch.pay_on, lines)
