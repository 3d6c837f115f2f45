"""The steps of a batch that goes to a bank: begun, released by another person, sent, answered, cancelled (POL-3).

Alike for premiums collected and refunds paid; what stands in a batch is each one's own.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from keyuan.kernel.actor import Actor, reaches_whole_book
from keyuan.kernel.errors import Conflict, NotFound, Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.numbers import allocate
from keyuan.policies.models.bank import BankBatch
from keyuan.policies.rules.debit_files import Results

B = TypeVar("B", bound=BankBatch)
DRAFT, RELEASED, SENT, DONE, CANCELLED = "DRAFT", "RELEASED", "SENT", "DONE", "CANCELLED"


@dataclass(frozen=True, slots=True)
class BatchKind(Generic[B]):
    """One kind of batch: its table, the sequence of its numbers, its name on the trail, and its own refusals."""

    model: type[B]
    sequence: str
    subject: str
    not_found: str
    whole_book: str

    def require_whole_book(self, actor: Actor, permission: str) -> None:
        """Raise Forbidden without the right, `Refused` (`whole_book`) for a post that does not see every contract."""
        actor.require(permission)
        if not reaches_whole_book(actor):
            raise Refused(self.whole_book)

    def begin(self, actor: Actor, values: dict[str, Any], after: dict[str, Any], now: datetime) -> B:
        """Write a new batch with ``values`` and its number; ``after`` stands on the trail."""
        batch = self.model(
            batch_no=allocate(self.sequence, 1)[0],
            made_by_id=actor.id,
            made_by_name=actor.name[:40],
            created_at=now,
            **values,
        )
        batch.save(force_insert=True)
        record(actor, Action.CREATE, Subject(self.subject, batch.pk), after=after, now=now)
        return batch

    def locked(self, batch_id: int, version: int | None, *states: str) -> B:
        """Return a batch locked for a step; raises NotFound, `Conflict`, `Refused` debit.wrong_state."""
        batch = self.model._default_manager.select_for_update().filter(pk=batch_id).first()
        if batch is None:
            raise NotFound(self.not_found)
        if version is not None and batch.version != version:
            raise Conflict("conflict", version=batch.version)
        if states and batch.state not in states:
            raise Refused("debit.wrong_state")
        return batch

    def move(self, actor: Actor, batch: B, state: str, now: datetime, *fields: str) -> None:
        """Take a locked batch a step further, with its trace on the trail."""
        before, batch.state = batch.state, state
        batch.version += 1
        batch.save(update_fields=["state", "version", *fields])
        subject = Subject(self.subject, batch.pk)
        record(actor, Action.UPDATE, subject, before={"state": before}, after={"state": state}, now=now)

    def release(self, actor: Actor, batch: B, now: datetime, *fields: str) -> None:
        """Release a locked draft. Raises `Refused` debit.own_batch for whoever made it."""
        if batch.made_by_id == actor.id:
            raise Refused("debit.own_batch")
        batch.released_by_id, batch.released_by_name = actor.id, actor.name[:40]
        self.move(actor, batch, RELEASED, now, "released_by_id", "released_by_name", *fields)

    def hand_out(self, actor: Actor, batch_id: int, version: int, now: datetime) -> B:
        """Return the batch whose file somebody takes, noted on the trail: it holds accounts in plain text.

        The first time makes the batch SENT. Raises `Refused` debit.wrong_state.
        """
        batch = self.locked(batch_id, version, RELEASED, SENT)
        if batch.state == RELEASED:
            batch.sent_at = now
            self.move(actor, batch, SENT, now, "sent_at")
        detail = {"lines": batch.lines_count, "amount": batch.amount}
        record(actor, Action.REVEAL, Subject(self.subject, batch.pk), detail=detail, now=now)
        return batch

    def note_answer(self, actor: Actor, batch: B, detail: dict[str, int], now: datetime) -> None:
        """Write onto the trail what a result file said."""
        record(actor, Action.UPDATE, Subject(self.subject, batch.pk), detail=detail, now=now)


def check_answer(batch: BankBatch, results: Results) -> None:
    """Raise `Refused` (field ``file``) debit.other_batch, debit.not_sent for a file that is not this batch's answer."""
    if results.head.batch_no != batch.batch_no:
        raise Refused("debit.other_batch", field="file", number=results.head.batch_no)
    if batch.state not in (SENT, DONE):
        raise Refused("debit.not_sent", field="file")
