"""Making, releasing, sending and cancelling batches; the file is made for whoever sends it and kept nowhere."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from keyuan.kernel.actor import Actor, system_actor
from keyuan.kernel.codes import PolicyStatus
from keyuan.kernel.errors import Refused
from keyuan.platform.crypto.reveal import open_for_system
from keyuan.platform.imports.bulk import Same, insert
from keyuan.platform.jobs import Progress, TrackedJob, start_tracked
from keyuan.platform.locks import hold
from keyuan.policies import permissions
from keyuan.policies.models import DebitBatch, DebitLine, Policy
from keyuan.policies.rules.debit_files import MOST, PIPED, OutLine
from keyuan.policies.selectors.clock_facts import open_dues
from keyuan.policies.services.bank_batches import BatchKind

JOB = "policies.debit_make"
LOCK = "direct-debit"
CHUNK = 500
#: How far behind its due day a premium is still asked for: grace, and a margin.
OLDEST_DAYS = 70
HELD = (DebitLine.State.WAITING, DebitLine.State.TOLD_PAID)
State = DebitBatch.State
BANK = system_actor("direct debit")
BATCHES = BatchKind(DebitBatch, "debit", "debit_batch", "debit.not_found", "debit.whole_book")


def make_batch(*, actor: Actor, collect_on: date, due_until: date, now: datetime) -> tuple[DebitBatch, TrackedJob]:
    """Begin a batch of the premiums due until ``due_until``, to be collected on ``collect_on``.

    Raises `Refused` debit.in_past and debit.too_early (more than 30 days before they are due).
    """
    BATCHES.require_whole_book(actor, permissions.DEBIT_MAKE)
    if collect_on < now.date():
        raise Refused("debit.in_past", field="collect_on")
    if (due_until - collect_on).days > 30:
        raise Refused("debit.too_early", field="due_until")
    with transaction.atomic():
        values = {"layout": PIPED.key, "collect_on": collect_on, "due_until": due_until}
        after = {"collect_on": collect_on.isoformat(), "due_until": due_until.isoformat()}
        batch = BATCHES.begin(actor, values, after, now)
        job = start_tracked(actor, JOB, params={"number": batch.batch_no}, batch=batch.pk)
    return batch, job


def fill_batch(job: Progress, state: dict[str, Any]) -> None:
    """Put premiums into the batch, contract by contract; those that wait for a bank already are passed over."""
    batch = DebitBatch.objects.get(pk=job.kwargs["batch"])
    while job.time_left():
        rows = _due(batch, state.get("after_on"), state.get("after", 0))
        with job.step():
            # Two batches made at once take turns: a premium stands in one of them.
            hold(LOCK)
            lines = _lines(rows)
            if not rows or state.get("count", 0) >= MOST:
                DebitBatch.objects.filter(pk=batch.pk, state=State.MAKING).update(
                    state=State.DRAFT, lines_count=state.get("count", 0), amount=state.get("amount", 0)
                )
                job.finish(lines=state.get("count", 0))
                return
            _append(batch, state, lines[: MOST - state.get("count", 0)])
            state["after_on"], state["after"] = rows[-1][1].isoformat(), rows[-1][0]
            job.advance(len(lines))


def _due(batch: DebitBatch, after_on: str | None, after: int) -> list[tuple[int, date]]:
    """Return contracts with a premium to collect, by the index of what is due next."""
    first = date.fromordinal(batch.collect_on.toordinal() - OLDEST_DAYS)
    rows = Policy.objects.filter(
        status=PolicyStatus.IN_FORCE,
        next_due_on__gte=first,
        next_due_on__lte=batch.due_until,
        source=Policy.Source.LOCAL,
        debit_account__isnull=False,
    )
    if after_on is not None:
        last = date.fromisoformat(after_on)
        rows = rows.filter(next_due_on__gte=last).exclude(next_due_on=last, pk__lte=after)
    found = rows.filter(is_frozen=False, currency="CNY").order_by("next_due_on", "pk")
    return list(found.values_list("pk", "next_due_on")[:CHUNK])


def _lines(rows: list[tuple[int, date]]) -> list[tuple[int, int, int]]:
    ids = [pk for pk, _on in rows]
    dues = open_dues(ids)
    held = set(
        DebitLine.objects.filter(policy_id__in=ids, state__in=HELD).values_list("policy_id", "instalment_number")
    )
    found = [(pk, dues[pk][0]) for pk in ids if dues.get(pk)]
    return [(pk, due.number, due.left) for pk, due in found if (pk, due.number) not in held and due.left > 0]


def _append(batch: DebitBatch, state: dict[str, Any], lines: list[tuple[int, int, int]]) -> None:
    first = state.get("count", 0) + 1
    columns: dict[str, Any] = {
        "batch_id": Same(batch.pk),
        "number": list(range(first, first + len(lines))),
        "policy_id": [pk for pk, *_ in lines],
        "instalment_number": [number for _, number, _ in lines],
        "amount": [amount for *_, amount in lines],
    }
    insert(DebitLine, columns, len(lines))
    state["count"] = state.get("count", 0) + len(lines)
    state["amount"] = state.get("amount", 0) + sum(amount for *_, amount in lines)


def release_batch(*, actor: Actor, batch_id: int, version: int, now: datetime) -> DebitBatch:
    """Release a drafted batch. Raises `Refused` debit.own_batch for whoever made it, debit.empty, debit.wrong_state."""
    BATCHES.require_whole_book(actor, permissions.DEBIT_RELEASE)
    with transaction.atomic():
        batch = BATCHES.locked(batch_id, version, State.DRAFT)
        if not batch.lines_count:
            raise Refused("debit.empty")
        batch.released_at = now
        BATCHES.release(actor, batch, now, "released_at")
    return batch


def cancel_batch(*, actor: Actor, batch_id: int, version: int, now: datetime) -> DebitBatch:
    """Cancel a batch that has not gone to the bank; its premiums can stand in another one at once."""
    BATCHES.require_whole_book(actor, permissions.DEBIT_MAKE)
    with transaction.atomic():
        batch = BATCHES.locked(batch_id, version, State.DRAFT, State.RELEASED)
        DebitLine.objects.filter(batch=batch, state=DebitLine.State.WAITING).update(state=DebitLine.State.LEFT)
        BATCHES.move(actor, batch, State.CANCELLED, now)
    return batch


def file_of(*, actor: Actor, batch_id: int, version: int, now: datetime) -> tuple[str, bytes]:
    """Return name and content of the file for the bank, and note who took it: it holds accounts in plain text.

    The first time makes the batch SENT; again gives the same lines. Raises `Refused` debit.wrong_state.
    """
    BATCHES.require_whole_book(actor, permissions.DEBIT_MAKE)
    with transaction.atomic():
        batch = BATCHES.hand_out(actor, batch_id, version, now)
    rows = list(DebitLine.objects.filter(batch=batch).exclude(state=DebitLine.State.LEFT).select_related("policy"))
    rows.sort(key=lambda row: row.number)
    accounts = open_for_system(BANK, [row.policy.debit_account for row in rows], "direct_debit")
    lines = [
        OutLine(row.number, account or "", row.policy.holder_name, row.amount, row.policy.policy_no)
        for row, account in zip(rows, accounts, strict=True)
    ]
    return f"{batch.batch_no}.{PIPED.suffix}", PIPED.write(batch.batch_no, batch.collect_on, lines)
