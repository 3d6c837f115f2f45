"""Taking in what the bank says of refunds: paid once, failed payable again, strays kept out (POL-3)."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import F

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.events import emit, in_events_of
from keyuan.platform.imports.bulk import Same, update
from keyuan.policies import permissions
from keyuan.policies.events import RefundsPaid
from keyuan.policies.models import LedgerEntry, Refund, RefundBatch, RefundFile, RefundLine
from keyuan.policies.rules.debit_files import PIPED, ResultLine, Results
from keyuan.policies.rules.ledger import Account, EntryKind
from keyuan.policies.services.ledger.many import Posting, post_many
from keyuan.policies.services.ledger.posting import Reference
from keyuan.policies.services.refunds.batches import State, locked_batch, move_batch, require_whole_book

#: Strays that are kept with the file.
KEPT = 200
Line = RefundLine.State


def take_refund_results(*, actor: Actor, batch_id: int, name: str, content: bytes, now: datetime) -> RefundFile:
    """Take in a result file of a batch that was sent; the same file again is the file of the first time.

    In one transaction: what the bank paid is posted and paid for good, what it did not pay is payable again. Raises
    `Refused` (field ``file``): what reading refuses, debit.other_batch, debit.not_sent.
    """
    require_whole_book(actor, permissions.MONEY_ACT)
    results, mark = PIPED.read(content), sha256(content).hexdigest()
    with transaction.atomic():
        batch = locked_batch(batch_id, None, *State.values)
        known = RefundFile.objects.filter(sha256=mark).first()
        if known is not None:
            return known
        if results.head.batch_no != batch.batch_no:
            raise Refused("debit.other_batch", field="file", number=results.head.batch_no)
        if batch.state not in (State.SENT, State.DONE):
            raise Refused("debit.not_sent", field="file")
        file = RefundFile(batch=batch, name=name[:120], sha256=mark, taken_at=now, taken_by_name=actor.name[:40])
        taken, strays = _sorted(batch, results)
        file.paid = sum(one.is_paid for _, one in taken)
        file.failed, file.strays = len(taken) - file.paid, strays[:KEPT]
        file.save()
        _settle(actor, batch, [(line, one) for line, one in taken if one.is_paid], now)
        _give_back([(line, one) for line, one in taken if not one.is_paid])
        _close(actor, batch, now)
        detail = {"paid": file.paid, "failed": file.failed, "kept_out": len(strays)}
        record(actor, Action.UPDATE, Subject("refund_batch", batch.pk), detail=detail, now=now)
    return file


def _sorted(batch: RefundBatch, results: Results) -> tuple[list[tuple[RefundLine, ResultLine]], list[list[str]]]:
    lines = {line.number: line for line in RefundLine.objects.filter(batch=batch).select_related("refund")}
    strays = [[str(one.place), "UNREAD", one.text[:200]] for one in results.unread]
    taken: dict[int, tuple[RefundLine, ResultLine]] = {}
    for one in results.lines:
        line = lines.get(one.number)
        reason = _stray(one, line, taken.keys())
        if reason or line is None:
            strays.append([str(one.place), reason, f"{one.number}|{one.amount}|{one.code}|{one.words}"])
        else:
            taken[one.number] = (line, one)
    return list(taken.values()), strays


def _stray(one: ResultLine, line: RefundLine | None, taken: Collection[int]) -> str:
    if line is None:
        return "UNKNOWN"
    if one.number in taken:
        return "DOUBLE"
    if line.state != Line.WAITING:
        return "ANSWERED"
    return "" if line.amount == one.amount else "AMOUNT"


def _settle(actor: Actor, batch: RefundBatch, paid: Sequence[tuple[RefundLine, ResultLine]], now: datetime) -> None:
    on = min(batch.pay_on, now.date())
    groups: dict[str, list[Posting]] = defaultdict(list)
    for line, _one in paid:
        reference = Reference("refund-paid", line.refund_id)
        groups[line.refund.account].append(
            Posting(line.refund.policy_id, reference, EntryKind.REFUND_PAID, on, line.amount)
        )
    for account, postings in groups.items():
        post_many(actor, postings, credit=Account.BANK, debit=Account(account), now=now)
    keys = [Reference("refund-paid", line.refund_id).key for line, _one in paid]
    entries = dict(LedgerEntry.objects.filter(key__in=keys).values_list("key", "pk"))
    columns: dict[str, Any] = {
        "state": Same(Line.PAID.value),
        "code": [one.code for _, one in paid],
        "words": [one.words for _, one in paid],
        "entry_id": [entries[key] for key in keys],
    }
    update(RefundLine, [line.pk for line, _ in paid], columns)
    ids = [line.refund_id for line, _ in paid]
    Refund.objects.filter(pk__in=ids).update(
        state=Refund.State.PAID, paid_on=on, last_words="", version=F("version") + 1
    )
    for some in in_events_of(ids):
        emit(RefundsPaid(some))


def _give_back(failed: Sequence[tuple[RefundLine, ResultLine]]) -> None:
    columns: dict[str, Any] = {
        "state": Same(Line.FAILED.value),
        "code": [one.code for _, one in failed],
        "words": [one.words for _, one in failed],
    }
    update(RefundLine, [line.pk for line, _ in failed], columns)
    refunds: dict[str, Any] = {
        "state": Same(Refund.State.PAYABLE.value),
        "last_words": [f"{one.code} {one.words}"[:60] for _, one in failed],
    }
    update(Refund, [line.refund_id for line, _ in failed], refunds, raised=("failures", "version"))


def _close(actor: Actor, batch: RefundBatch, now: datetime) -> None:
    lines = list(RefundLine.objects.filter(batch=batch).values_list("state", "amount"))
    paid = [amount for state, amount in lines if state == Line.PAID]
    batch.paid_count, batch.paid_amount = len(paid), sum(paid)
    batch.save(update_fields=["paid_count", "paid_amount"])
    if batch.state == State.SENT and all(state != Line.WAITING for state, _ in lines):
        move_batch(actor, batch, State.DONE, now)
