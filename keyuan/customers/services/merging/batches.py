"""Sure pairs merged together: planned, approved where they are many, run in chunks, undone (CUS-8)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, QuerySet

from keyuan.customers import permissions
from keyuan.customers.models import CustomerSummary, DuplicatePair, Merge, MergeBatch
from keyuan.customers.rules.merging.clusters import Plan, Standing, plan_of
from keyuan.customers.selectors.merging.merges import access_batch
from keyuan.customers.services.merging.rules import current_orders
from keyuan.customers.services.merging.running import merge_some, undo_some
from keyuan.customers.services.name_index import name_sort_key
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Refused
from keyuan.organisation.models import LEVEL_COLUMNS, Unit
from keyuan.organisation.selectors import in_scope
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.imports.bulk import Same, insert, next_ids
from keyuan.platform.jobs import Progress, start_tracked
from keyuan.platform.notices import notify_staff

Status = MergeBatch.Status
PLAN_JOB, RUN_JOB, UNDO_JOB = "customers.merge_plan", "customers.merge_run", "customers.merge_undo"
#: More records than this need a second person (GK).
APPROVE_ABOVE = 1000
#: Rows that one step of planning writes.
CHUNK = 2000
LOWEST = 0.5
#: What the two document numbers of a pair say of it (`DuplicatePair.levels`).
NUMBER_KEYS = ("identity", "identity_number", "number", "id_number", "documents")


def plan_batch(*, actor: Actor, threshold: float, reason: str, now: datetime, token: str = "") -> MergeBatch:
    """Begin a batch of the open pairs in scope at or above ``threshold``; it is planned in the background.

    ``token`` names the form: sent twice it finds the batch of the first time. Raises Refused with the field.
    """
    actor.require(permissions.MERGE_BULK)
    if not LOWEST <= threshold <= 1:
        raise Refused("merge.threshold", field="threshold")
    if not reason.strip():
        raise Refused("merge.reason", field="reason")
    made = MergeBatch.objects.filter(token=token or None, created_by_id=actor.id).first() if token else None
    if made is not None:
        return made
    if not sure_pairs(actor, threshold)[:1]:
        raise Refused("merge.batch_empty", field="threshold")
    with transaction.atomic():
        batch = MergeBatch.objects.create(
            token=token or None, threshold=threshold, reason=reason.strip()[:200], created_at=now,
            created_by_id=actor.id, **_place_of(actor),
        )  # fmt: skip
        batch.job_id = start_tracked(actor, PLAN_JOB, batch_id=batch.pk).pk
        batch.save(update_fields=["job_id"])
        record(
            actor,
            Action.BULK,
            Subject("merge_batch", batch.pk),
            detail={"threshold": threshold},
            reason=reason,
            now=now,
        )
    return batch


def _place_of(actor: Actor) -> dict[str, Any]:
    unit = Unit.objects.filter(pk=actor.scope.unit_id or actor.unit_id or 0).first()
    place: dict[str, Any] = unit.level_ids() if unit else dict.fromkeys(LEVEL_COLUMNS)
    return place | {"sales_channel": actor.scope.sales_channel or "", "servicing_agent_id": actor.scope.agent_id}


def sure_pairs(actor: Actor, threshold: float) -> QuerySet[DuplicatePair]:
    """Return the open pairs in the actor's scope that a batch would take; those held for people left out."""
    rows = DuplicatePair.objects.filter(in_scope(actor), status=DuplicatePair.Status.OPEN, is_held=False)
    return rows.filter(probability__gte=threshold)


def make_plan(job: Progress, now: datetime) -> None:
    """Plan the batch of a job: one step reads the pairs, groups them and writes the planned merges."""
    batch = MergeBatch.objects.get(pk=job.kwargs["batch_id"])
    if batch.status != Status.PLANNING:
        job.finish(batch=batch.pk)
        return
    pairs, differing = _pairs_of(sure_pairs(job.actor, batch.threshold))
    plan = plan_of(
        pairs, standings_of(pk for pair in pairs for pk in pair), distinct=_distinct(pairs), differing=differing
    )
    rows = [(at, survivor, loser) for at, found in enumerate(plan.rounds) for survivor, loser in found]
    job.set_total(len(rows))
    while job.time_left():
        start = int(job.state.get("written", 0))
        part = rows[start : start + CHUNK]
        with job.step() as state:
            _write_plan(batch, part, pairs, now)
            state["written"] = start + len(part)
            job.advance(len(part))
            if start + len(part) >= len(rows):
                _planned(job.actor, batch, plan, len(rows), len(pairs), now)
                job.finish(batch=batch.pk)


def _pairs_of(rows: QuerySet[DuplicatePair]) -> tuple[dict[tuple[int, int], int], frozenset[tuple[int, int]]]:
    """Return pair → its id, and those whose document numbers contradict."""
    found: dict[tuple[int, int], int] = {}
    differing = set()
    for pk, a, b, levels in rows.order_by("pk").values_list("pk", "a_id", "b_id", "levels").iterator(chunk_size=5000):
        found[a, b] = pk
        if any((levels.get(key) or {}).get("level") == "differs" for key in NUMBER_KEYS):
            differing.add((a, b))
    return found, frozenset(differing)


def standings_of(ids: Iterable[int]) -> dict[int, Standing]:
    """Return what speaks for each record as a survivor."""
    wanted, found = sorted(set(ids)), {}
    columns = ("pk", "kind", "policies_in_force", "policies_total", "is_orphan", "opened_on")
    for start in range(0, len(wanted), 5000):
        rows = CustomerSummary.objects.filter(pk__in=wanted[start : start + 5000]).values_list(*columns)
        for pk, kind, in_force, total, is_orphan, opened_on in rows:
            found[pk] = Standing(pk, kind, in_force, total, not is_orphan, opened_on)
    return found


def _distinct(pairs: Mapping[tuple[int, int], int]) -> frozenset[tuple[int, int]]:
    wanted = {pk for pair in pairs for pk in pair}
    rows = DuplicatePair.objects.filter(status=DuplicatePair.Status.DISTINCT).values_list("a_id", "b_id")
    return frozenset((a, b) for a, b in rows.iterator(chunk_size=5000) if a in wanted and b in wanted)


def _write_plan(
    batch: MergeBatch, part: list[tuple[int, int, int]], pairs: Mapping[tuple[int, int], int], now: datetime
) -> None:
    columns: dict[str, Any] = {
        "id": next_ids(Merge, len(part)),
        "batch_id": Same(batch.pk),
        "position": [at for at, _survivor, _loser in part],
        "survivor_id": [survivor for _at, survivor, _loser in part],
        "loser_id": [loser for _at, _survivor, loser in part],
        "pair_id": [pairs.get((min(a, b), max(a, b))) for _at, a, b in part],
        "created_at": Same(now),
    }
    insert(Merge, columns, len(part))


def _planned(actor: Actor, batch: MergeBatch, plan: Plan, planned: int, pairs: int, now: datetime) -> None:
    needs_approval = planned > APPROVE_ABOVE
    MergeBatch.objects.filter(pk=batch.pk).update(
        status=Status.WAITING if needs_approval else Status.READY,
        pairs=pairs,
        clusters=plan.clusters,
        planned=planned,
        skipped=len(plan.left),
    )
    if needs_approval and actor.id is not None:
        notify_staff(
            [actor.id], "job", "merge.waits", {"count": planned}, url=f"/customers/merge-batches/{batch.pk}/", now=now
        )


def decide_batch(*, actor: Actor, batch_id: int, approve: bool, note: str, now: datetime) -> MergeBatch:
    """Approve a waiting batch (it starts to run) or refuse it. Raises Refused merge.own_batch; Conflict if decided."""
    actor.require(permissions.MERGE_BULK)
    access_batch(actor, batch_id)
    with transaction.atomic():
        batch = _locked(batch_id, Status.WAITING)
        if batch.created_by_id == actor.id:
            raise Refused("merge.own_batch")
        batch.decided_at, batch.decided_by_id, batch.decision_note = now, actor.id, note[:200]
        if approve:
            _start(actor, batch)
        else:
            batch.status = Status.REFUSED
        batch.save()
        subject = Subject("merge_batch", batch.pk)
        record(actor, Action.UPDATE, subject, after={"status": str(batch.status)}, reason=note, now=now)
    return batch


def run_batch(*, actor: Actor, batch_id: int, now: datetime) -> MergeBatch:
    """Start a batch that needs no second person. Raises Conflict unless it is ready."""
    actor.require(permissions.MERGE_BULK)
    access_batch(actor, batch_id)
    with transaction.atomic():
        batch = _locked(batch_id, Status.READY)
        _start(actor, batch)
        batch.save()
        record(actor, Action.BULK, Subject("merge_batch", batch.pk), after={"status": str(batch.status)}, now=now)
    return batch


def undo_batch(*, actor: Actor, batch_id: int, reason: str, now: datetime) -> MergeBatch:
    """Take every merge of a batch apart, the last first, in the background. Raises Conflict unless it is done."""
    actor.require(permissions.MERGE_BULK)
    access_batch(actor, batch_id)
    if not reason.strip():
        raise Refused("merge.reason", field="reason")
    with transaction.atomic():
        batch = _locked(batch_id, Status.DONE)
        batch.status, batch.decision_note = Status.UNDOING, reason.strip()[:200]
        batch.job_id = start_tracked(actor, UNDO_JOB, batch_id=batch.pk, total=batch.merged).pk
        batch.save()
        record(actor, Action.UNDO, Subject("merge_batch", batch.pk), reason=reason, now=now)
    return batch


def _start(actor: Actor, batch: MergeBatch) -> None:
    batch.status = Status.RUNNING
    batch.job_id = start_tracked(actor, RUN_JOB, batch_id=batch.pk, total=batch.planned).pk


def _locked(batch_id: int, wanted: str) -> MergeBatch:
    batch = MergeBatch.objects.select_for_update().get(pk=batch_id)
    if batch.status != wanted:
        raise Conflict("merge.batch_moved_on")
    return batch


def work_off(job: Progress, now: datetime) -> None:
    """Carry out the planned merges of a job's batch, a few in each transaction, round by round."""
    batch_id, orders = int(job.kwargs["batch_id"]), current_orders()
    # The table of readings is made on first use; that must not happen while others wait for the write lock.
    name_sort_key("预热")
    batch, actor = MergeBatch.objects.get(pk=batch_id), job.actor
    while job.time_left():
        with job.step() as state:
            done = merge_some(actor, batch, orders, int(state.get("size", 0)), now)
            state["size"] = done.next_size
            job.advance(done.taken)
            if not done.taken:
                _finish(batch_id, Status.DONE, now)
                job.finish(batch=batch_id)


def take_back(job: Progress, now: datetime) -> None:
    """Undo the merges of a job's batch, the last round first, a few in each transaction."""
    batch_id = int(job.kwargs["batch_id"])
    name_sort_key("预热")
    batch, actor = MergeBatch.objects.get(pk=batch_id), job.actor
    while job.time_left():
        with job.step() as state:
            done = undo_some(actor, batch, int(state.get("size", 0)), now)
            state["size"] = done.next_size
            job.advance(done.taken)
            if not done.taken:
                _finish(batch_id, Status.UNDONE, now)
                job.finish(batch=batch_id)


def _finish(batch_id: int, status: str, now: datetime) -> None:
    counts = dict(Merge.objects.filter(batch_id=batch_id).order_by().values_list("status").annotate(rows=Count("pk")))
    left = counts.get(Merge.Status.SKIPPED, 0)
    done, undone = counts.get(Merge.Status.DONE, 0), counts.get(Merge.Status.UNDONE, 0)
    MergeBatch.objects.filter(pk=batch_id).update(
        status=status, finished_at=now, merged=done + undone if status == Status.DONE else done, undone=undone,
        skipped=left,
    )  # fmt: skip
