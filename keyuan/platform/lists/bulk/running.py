"""Running a bulk action: up to 1,000 rows at once, more as a job in chunks that each commit whole."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound, Refused
from keyuan.platform.audit import Action as AuditAction
from keyuan.platform.audit import record
from keyuan.platform.jobs import start_tracked
from keyuan.platform.lists.actions import BulkAction
from keyuan.platform.lists.bulk.preview import asked_chunks, judge
from keyuan.platform.lists.bulk.selection import CHUNK
from keyuan.platform.lists.filters import FilterContext
from keyuan.platform.lists.spec import ListSpec, lists
from keyuan.platform.models import BulkChunk, BulkRun
from keyuan.platform.subjects import Subject


def access_run(actor: Actor, run_id: int, *, lock: bool = False) -> BulkRun:
    """Return one's own bulk run, locked when it is about to change, or raise NotFound."""
    runs = BulkRun.objects.select_for_update() if lock else BulkRun.objects.all()
    try:
        return runs.get(pk=run_id, owner_id=actor.id or 0)
    except BulkRun.DoesNotExist:
        raise NotFound from None


def action_of(run: BulkRun) -> tuple[ListSpec, BulkAction]:
    """Return the list and action of a run; raises NotFound where the code no longer has them."""
    spec = lists.get(run.list_key)
    action = spec.action(run.action_key) if spec else None
    if spec is None or action is None:
        raise NotFound
    return spec, action


def run_bulk(
    *,
    actor: Actor,
    spec: ListSpec,
    action: BulkAction,
    ids: Sequence[int],
    selection_id: int | None,
    data: Mapping[str, Any],
    token: str,
    now: datetime,
    today: date,
) -> BulkRun:
    """Do ``action`` to the ticked rows or the selection; a second call with the same ``token`` returns the same run.

    Up to 1,000 rows are done in this transaction; more start a job (``job_id``). Rows that do not qualify are left
    alone and stand in the failure list. Raises Forbidden without the permission, Refused where nothing is selected.
    """
    actor.require(spec.permission)
    actor.require(action.permission)
    total, chunks = asked_chunks(spec, actor, ids, selection_id)
    with transaction.atomic():
        run, is_new = _create(actor, spec, action, total, data, token, now)
        if not is_new:
            return run
        _keep_chunks(run, chunks)
        record(
            actor,
            AuditAction.BULK,
            Subject("bulk_run", run.pk),
            detail={"list": spec.key, "action": action.key, "rows": total},
            now=now,
        )
        if total > CHUNK:
            job = start_tracked(actor, "list.bulk", total=total, run_id=run.pk, today=today.isoformat())
            run.job_id = job.pk
            run.save(update_fields=["job_id"])
            return run
        for chunk in run.chunks.order_by("position"):
            run_chunk(run, chunk, actor, FilterContext(actor, today), now)
        _finish(run, action, now)
    return run


def _create(
    actor: Actor, spec: ListSpec, action: BulkAction, total: int, data: Mapping[str, Any], token: str, now: datetime
) -> tuple[BulkRun, bool]:
    if not token or len(token) > 64:
        raise Refused("form.token")
    run, is_new = BulkRun.objects.get_or_create(
        token=token,
        defaults={
            "list_key": spec.key,
            "action_key": action.key,
            "owner_id": actor.id or 0,
            "owner_name": actor.name[:80],
            "post_id": actor.post_id,
            "data": dict(data),
            "total": total,
            "created_at": now,
        },
    )
    if (run.owner_id, run.list_key, run.action_key) != (actor.id or 0, spec.key, action.key):
        raise Refused("form.token")
    return run, is_new


def _keep_chunks(run: BulkRun, chunks: Iterable[list[int]]) -> None:
    BulkChunk.objects.bulk_create(
        (BulkChunk(run=run, position=position, ids=ids) for position, ids in enumerate(chunks)), batch_size=50
    )


def run_chunk(run: BulkRun, chunk: BulkChunk, actor: Actor, context: FilterContext, now: datetime) -> None:
    """Judge and do one chunk in the caller's transaction, and keep what its undo needs."""
    spec, action = action_of(run)
    verdict = judge(spec, action, actor, chunk.ids, context, now)
    if verdict.ok_ids:
        chunk.payload = action.run(actor, verdict.ok_ids, run.data, now)
    chunk.failures = [[reason.code, dict(reason.params), list(reason.ids)] for reason in verdict.reasons]
    chunk.done_at = now
    chunk.save(update_fields=["payload", "failures", "done_at"])
    run.done += len(verdict.ok_ids)
    run.refused += len(chunk.ids) - len(verdict.ok_ids)
    run.save(update_fields=["done", "refused"])


def _finish(run: BulkRun, action: BulkAction, now: datetime) -> None:
    run.status, run.finished_at = BulkRun.Status.DONE, now
    run.undo_until = now + action.undo_within if action.undo else None
    run.save(update_fields=["status", "finished_at", "undo_until"])


def run_next(run: BulkRun, actor: Actor, today: date, now: datetime) -> int | None:
    """Do the next chunk of a large run in the caller's transaction; return its rows, None when there is none left."""
    run.refresh_from_db()
    chunk = run.chunks.filter(done_at__isnull=True).order_by("position").first()
    if chunk is None:
        _finish(run, action_of(run)[1], now)
        return None
    run_chunk(run, chunk, actor, FilterContext(actor, today), now)
    return len(chunk.ids)
