"""Refund batches: made by one person, released by another, sent as the bank's file, which is kept nowhere (POL-3)."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from keyuan.kernel.actor import Actor, Reach, system_actor
from keyuan.kernel.errors import Conflict, NotFound, Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.crypto.reveal import open_for_system
from keyuan.platform.imports.bulk import Same, insert
from keyuan.platform.locks import hold
from keyuan.platform.numbers import allocate
from keyuan.policies import permissions
from keyuan.policies.models import Refund, RefundBatch, RefundLine
from keyuan.policies.rules.debit_files import PIPED, OutLine

#: Refunds that one batch takes, the most urgent first.
MOST = 5_000
LOCK = "refunds"
BANK = system_actor("refunds")
State = RefundBatch.State


def require_whole_book(actor: Actor, permission: str) -> None:
    """Raise Forbidden without the right, `Refused` refund.whole_book for a post that does not see every contract."""
    actor.require(permission)
    if actor.scope.reach is not Reach.ALL:
        raise Refused("refund.whole_book")


def make_refund_batch(*, actor: Actor, pay_on: date, now: datetime) -> RefundBatch:
    """Put everything that is payable and has an account into a new batch, the most urgent first (at most 5,000).

    Two people at once share nothing: each refund stands in one batch. Raises `Refused` refund.in_past and
    refund.nothing_payable.
    """
    require_whole_book(actor, permissions.MONEY_ACT)
    if pay_on < now.date():
        raise Refused("refund.in_past", field="pay_on")
    with transaction.atomic():
        hold(LOCK)
        rows = Refund.objects.select_for_update().filter(state=Refund.State.PAYABLE, has_account=True)
        found = list(rows.order_by("due_by", "pk").values_list("pk", "amount")[:MOST])
        if not found:
            raise Refused("refund.nothing_payable")
        batch = RefundBatch.objects.create(
            batch_no=allocate("refund_batch", 1)[0],
            pay_on=pay_on,
            lines_count=len(found),
            amount=sum(amount for _, amount in found),
            made_by_id=actor.id,
            made_by_name=actor.name[:40],
            created_at=now,
        )
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
        after = {"lines": len(found), "amount": batch.amount, "pay_on": pay_on.isoformat()}
        record(actor, Action.CREATE, Subject("refund_batch", batch.pk), after=after, now=now)
    return batch


def locked_batch(batch_id: int, version: int | None, *states: str) -> RefundBatch:
    """Return a batch locked for a step; raises NotFound, `Conflict`, `Refused` debit.wrong_state."""
    batch = RefundBatch.objects.select_for_update().filter(pk=batch_id).first()
    if batch is None:
        raise NotFound("refund.batch_not_found")
    if version is not None and batch.version != version:
        raise Conflict("conflict", version=batch.version)
    if batch.state not in states:
        raise Refused("debit.wrong_state")
    return batch


def release_refund_batch(*, actor: Actor, batch_id: int, version: int, now: datetime) -> RefundBatch:
    """Release a drafted batch. Raises `Refused` debit.own_batch for whoever made it, debit.wrong_state."""
    require_whole_book(actor, permissions.MONEY_APPROVE)
    with transaction.atomic():
        batch = locked_batch(batch_id, version, State.DRAFT)
        if batch.made_by_id == actor.id:
            raise Refused("debit.own_batch")
        batch.released_by_id, batch.released_by_name = actor.id, actor.name[:40]
        move_batch(actor, batch, State.RELEASED, now, "released_by_id", "released_by_name")
    return batch


def cancel_refund_batch(*, actor: Actor, batch_id: int, version: int, now: datetime) -> RefundBatch:
    """Cancel a batch that has not gone to the bank; its refunds are payable again at once."""
    require_whole_book(actor, permissions.MONEY_ACT)
    with transaction.atomic():
        batch = locked_batch(batch_id, version, State.DRAFT, State.RELEASED)
        RefundLine.objects.filter(batch=batch).update(state=RefundLine.State.LEFT)
        Refund.objects.filter(lines__batch=batch).update(state=Refund.State.PAYABLE, version=F("version") + 1)
        move_batch(actor, batch, State.CANCELLED, now)
    return batch


def refund_file(*, actor: Actor, batch_id: int, version: int, now: datetime) -> tuple[str, bytes]:
    """Return name and content of the file for the bank, and note who took it: it holds accounts in plain text.

    The first time makes the batch SENT; again gives the same lines. Raises `Refused` debit.wrong_state.
    """
    require_whole_book(actor, permissions.MONEY_ACT)
    with transaction.atomic():
        batch = locked_batch(batch_id, version, State.RELEASED, State.SENT)
        if batch.state == State.RELEASED:
            batch.sent_at = now
            move_batch(actor, batch, State.SENT, now, "sent_at")
        detail = {"lines": batch.lines_count, "amount": batch.amount}
        record(actor, Action.REVEAL, Subject("refund_batch", batch.pk), detail=detail, now=now)
    rows = list(RefundLine.objects.filter(batch=batch).select_related("refund").order_by("number"))
    accounts = open_for_system(BANK, [row.refund.payee_account for row in rows], "refunds")
    lines = [
        OutLine(row.number, account or "", row.refund.payee_name, row.amount, row.refund.refund_no)
        for row, account in zip(rows, accounts, strict=True)
    ]
    return f"{batch.batch_no}.{PIPED.suffix}", PIPED.write(batch.batch_no, batch.pay_on, lines)


def move_batch(actor: Actor, batch: RefundBatch, state: str, now: datetime, *fields: str) -> None:
    """Take a batch a step further, with its trace on the trail."""
    before, batch.state = batch.state, state
    batch.version += 1
    batch.save(update_fields=["state", "version", *fields])
    subject = Subject("refund_batch", batch.pk)
    record(actor, Action.UPDATE, subject, before={"state": before}, after={"state": state}, now=now)
