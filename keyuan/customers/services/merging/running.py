"""The chunks of a batch: so many couples in one transaction that others hardly wait for it (CUS-8)."""

from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from keyuan.customers.models import Merge, MergeBatch
from keyuan.customers.services.merging.carrying import Act, carry_out, choose_by_rule, objections
from keyuan.customers.services.merging.heads import Orders, lock_heads
from keyuan.customers.services.merging.journal import Couple
from keyuan.customers.services.merging.undoing import in_the_way, take_apart
from keyuan.kernel.actor import Actor
from keyuan.platform.imports.bulk import update

#: The write lock is held for about so long; a chunk grows or shrinks to fit.
WANTED_SECONDS = 0.08
FIRST_SIZE, LEAST, MOST = 60, 60, 200
Status = Merge.Status


@dataclass(frozen=True, slots=True)
class Taken:
    """How many rows of the plan a chunk dealt with, and how many the next one should take."""

    taken: int
    next_size: int


def fitting(size: int, seconds: float) -> int:
    """Return the size of a chunk that takes about `WANTED_SECONDS`, when one of ``size`` took ``seconds``."""
    grown = int(size * min(2.0, WANTED_SECONDS / max(seconds, 0.001)))
    return max(LEAST, min(MOST, grown))


def merge_some(actor: Actor, batch: MergeBatch, orders: Orders, size: int, now: datetime) -> Taken:
    """Carry out the next planned merges of a batch in the caller's transaction; those that are no longer sure are
    left out with the reason. All of one call stand in one round, so that no record stands in two of them."""
    size = size or FIRST_SIZE
    began = monotonic()
    planned = Merge.objects.filter(batch=batch, status=Status.PLANNED).order_by("position", "pk")
    merges = list(planned[:size])
    merges = [merge for merge in merges if merge.position == merges[0].position]
    if not merges:
        return Taken(0, size)
    couples = [Couple(merge.survivor_id, merge.loser_id) for merge in merges]
    heads = lock_heads(couples)
    wrong = objections(couples, heads)
    _leave_out([merge for merge in merges if merge.loser_id in wrong], wrong)
    good = [at for at, one in enumerate(couples) if one.loser not in wrong]
    sure = [couples[at] for at in good]
    choose_by_rule(sure, heads, orders)
    carry_out(sure, heads, [merges[at] for at in good], Act(actor, now, batch.reason))
    return Taken(len(merges), fitting(len(merges), monotonic() - began))


def _leave_out(merges: list[Merge], reasons: dict[int, str]) -> None:
    columns = {
        "status": [str(Status.SKIPPED)] * len(merges),
        "skipped_because": [reasons[merge.loser_id] for merge in merges],
    }
    update(Merge, [merge.pk for merge in merges], columns)


def undo_some(actor: Actor, batch: MergeBatch, size: int, now: datetime) -> Taken:
    """Undo the last merges of a batch in the caller's transaction; one with a later merge in its way is left alone.

    What is left alone keeps the reason in ``skipped_because`` and its status DONE.
    """
    size = size or FIRST_SIZE
    began = monotonic()
    done = Merge.objects.filter(batch=batch, status=Status.DONE, skipped_because="").order_by("-position", "-pk")
    merges = list(done.select_for_update(of=("self",))[:size])
    merges = [merge for merge in merges if merge.position == merges[0].position]
    if not merges:
        return Taken(0, size)
    blocked = in_the_way(merges)
    free = [merge for merge in merges if merge.pk not in blocked]
    take_apart(free, Act(actor, now, batch.decision_note))
    ids = list(blocked)
    update(Merge, ids, {"skipped_because": ["merge.later_merge"] * len(ids)})
    return Taken(len(merges), fitting(len(merges), monotonic() - began))
