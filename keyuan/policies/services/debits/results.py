"""Taking in what the bank says: once, line by line, strays kept out for a person; then settling the premiums."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, Sum

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Invalid, Refused
from keyuan.platform.imports.bulk import Same, insert, update
from keyuan.platform.jobs import Progress, TrackedJob, start_tracked
from keyuan.policies import permissions
from keyuan.policies.models import DebitBatch, DebitLine, DebitResultFile, DebitStray, SuspenseItem
from keyuan.policies.rules.bank_answers import Asked, sort_answers
from keyuan.policies.rules.debit_files import PIPED, ResultLine, Results
from keyuan.policies.services.bank_batches import check_answer
from keyuan.policies.services.debits.batches import BATCHES
from keyuan.policies.services.payments import PaymentDraft, record_payment
from keyuan.policies.services.suspense import Receipt, suspend

JOB = "policies.debit_settle"
CHUNK = 1_000
#: Exchange code of electronic transfer.
METHOD = "30"
Line = DebitLine.State


def take_results(
    *, actor: Actor, batch_id: int, name: str, content: bytes, now: datetime
) -> tuple[DebitResultFile, TrackedJob | None]:
    """Take in a result file of a batch that was sent; the same file again is the file of the first time.

    Raises `Refused` (field ``file``): what `read_file` refuses, debit.other_batch, debit.not_sent.
    """
    BATCHES.require_whole_book(actor, permissions.DEBIT_MAKE)
    results, mark = PIPED.read(content), sha256(content).hexdigest()
    known = DebitResultFile.objects.filter(sha256=mark).first()
    if known is not None:
        return known, None
    with transaction.atomic():
        batch = BATCHES.locked(batch_id, None)
        again = DebitResultFile.objects.filter(sha256=mark).first()
        if again is not None:
            return again, None
        check_answer(batch, results)
        file = DebitResultFile.objects.create(
            batch=batch, name=name[:120], sha256=mark, taken_at=now, taken_by_name=actor.name[:40]
        )
        _write(batch, file, results)
        detail = {"paid": file.paid, "failed": file.failed, "kept_out": file.kept_out}
        BATCHES.note_answer(actor, batch, detail, now)
        return file, start_tracked(actor, JOB, params={"number": batch.batch_no}, batch=batch.pk)


def _write(batch: DebitBatch, file: DebitResultFile, results: Results) -> None:
    """Write the bank's words onto the lines that wait; whatever does not fit one of them is a stray."""
    rows = DebitLine.objects.filter(batch=batch).values_list("number", "pk", "amount", "state")
    answers = sort_answers(results, {number: Asked(pk, amount, state) for number, pk, amount, state in rows})
    _write_lines(answers.taken)
    strays = answers.strays
    columns: dict[str, Any] = {
        "file_id": Same(file.pk),
        "place": [one.place for one in strays],
        "reason": [one.reason for one in strays],
        "text": [one.text for one in strays],
    }
    insert(DebitStray, columns, len(strays))
    file.paid, file.failed, file.kept_out = len(answers.paid), len(answers.failed), len(strays)
    file.save(update_fields=["paid", "failed", "kept_out"])


def _write_lines(pairs: Sequence[tuple[int, ResultLine]]) -> None:
    for start in range(0, len(pairs), CHUNK):
        some = pairs[start : start + CHUNK]
        columns: dict[str, Any] = {
            "state": [(Line.TOLD_PAID if one.is_paid else Line.FAILED).value for _, one in some],
            "code": [one.code for _, one in some],
            "words": [one.words for _, one in some],
        }
        update(DebitLine, [pk for pk, _ in some], columns)


def settle(job: Progress, state: dict[str, Any], actor: Actor, now: datetime) -> None:
    """Record the payments of lines that the bank called paid, one transaction each; a line is settled once.

    Money that no open instalment takes (paid otherwise meanwhile, contract ended) goes to suspense; its line is FAILED
    with the code of the refusal.
    """
    batch_id = job.kwargs["batch"]
    while job.time_left():
        told = DebitLine.objects.filter(batch_id=batch_id, state=Line.TOLD_PAID).order_by("number")
        line = told.select_related("batch", "policy").first()
        with job.step():
            if line is None:
                _close(batch_id)
                job.finish(settled=state.get("settled", 0), refused=state.get("refused", 0))
                return
            _settle_line(line, state, actor, now)
            job.advance(1)


def _settle_line(line: DebitLine, state: dict[str, Any], actor: Actor, now: datetime) -> None:
    reference = f"DD {line.batch.batch_no} {line.number}"
    draft = PaymentDraft(line.amount, min(line.batch.collect_on, now.date()), METHOD, reference)
    try:
        with transaction.atomic():
            payment = record_payment(actor=actor, policy_id=line.policy_id, draft=draft, now=now)
    except (Refused, Invalid) as error:
        DebitLine.objects.filter(pk=line.pk).update(state=Line.FAILED, words=error.code[:60])
        receipt = Receipt(line.amount, draft.paid_on, reference, METHOD, line.policy.holder_name, line.batch.batch_no)
        source = SuspenseItem.Source.DEBIT
        suspend(actor=actor, receipt=receipt, source=source, policy=line.policy, now=now)
        state["refused"] = state.get("refused", 0) + 1
        return
    DebitLine.objects.filter(pk=line.pk).update(state=Line.PAID, payment=payment)
    state["settled"] = state.get("settled", 0) + 1


def _close(batch_id: int) -> None:
    """Count what came in; a batch of which no line waits any more is done."""
    paid = Q(state=Line.PAID)
    lines = DebitLine.objects.filter(batch_id=batch_id)
    found = lines.aggregate(n=Count("pk", filter=paid), sum=Sum("amount", filter=paid))
    batch = DebitBatch.objects.filter(pk=batch_id)
    batch.update(paid_count=found["n"], paid_amount=found["sum"] or 0)
    if not lines.filter(state=Line.WAITING).exists():
        batch.filter(state=DebitBatch.State.SENT).update(state=DebitBatch.State.DONE)
