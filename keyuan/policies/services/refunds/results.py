"""Taking in what the bank says of refunds: paid once, failed payable again, strays kept out (POL-3)."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import F

from keyuan.kernel.actor import Actor
from keyuan.platform.events import emit, in_events_of
from keyuan.platform.imports.bulk import Same, update
from keyuan.policies import permissions
from keyuan.policies.events import RefundsPaid
from keyuan.policies.models import LedgerEntry, Refund, RefundBatch, RefundFile, RefundLine
from keyuan.policies.rules.bank_answers import Asked, sort_answers
from keyuan.policies.rules.debit_files import PIPED, ResultLine
from keyuan.policies.rules.ledger import Account, EntryKind
from keyuan.policies.services.bank_batches import check_answer
from keyuan.policies.services.ledger.many import Posting, post_many
from keyuan.policies.services.ledger.posting import Reference
from keyuan.policies.services.refunds.batches import BATCHES, State, require_whole_book

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
        batch = BATCHES.locked(batch_id, None)
        known = RefundFile.objects.filter(sha256=mark).first()
        if known is not None:
            return known
        check_answer(batch, results)
        lines = {line.pk: line for line in RefundLine.objects.filter(batch=batch).select_related("refund")}
        answers = sort_answers(results, {one.number: Asked(pk, one.amount, one.state) for pk, one in lines.items()})
        file = RefundFile(batch=batch, name=name[:120], sha256=mark, taken_at=now, taken_by_name=actor.name[:40])
        file.paid, file.failed = len(answers.paid), len(answers.failed)
        file.strays = [[str(place), reason, text] for place, reason, text in answers.strays[:KEPT]]
        file.save()
        _settle(actor, batch, [(lines[pk], one) for pk, one in answers.paid], now)
        _give_back([(lines[pk], one) for pk, one in answers.failed])
        _close(actor, batch, now)
        detail = {"paid": file.paid, "failed": file.failed, "kept_out": len(answers.strays)}
        BATCHES.note_answer(actor, batch, detail, now)
    return file


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
        BATCHES.move(actor, batch, State.DONE, now)
