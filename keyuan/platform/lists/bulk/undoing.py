"""撤销: taking a bulk run back, chunk by chunk, newest first, within its time."""

from datetime import datetime

from django.db import transaction

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Refused
from keyuan.platform.audit import Action as AuditAction
from keyuan.platform.audit import record
from keyuan.platform.jobs import start_tracked
from keyuan.platform.lists.bulk.running import access_run, action_of
from keyuan.platform.lists.bulk.selection import CHUNK
from keyuan.platform.models import BulkChunk, BulkRun
from keyuan.platform.subjects import Subject


def may_undo(run: BulkRun, now: datetime) -> bool:
    """Tell whether the run can still be taken back."""
    return run.status == BulkRun.Status.DONE and run.undo_until is not None and now <= run.undo_until


def undo_bulk(*, actor: Actor, run_id: int, now: datetime) -> BulkRun:
    """Take one's own run back; more than 1,000 rows in a job. Records changed since are left as they are now.

    Raises NotFound for another's run, Conflict when it was taken back already or still runs, Refused when its time
    is over or its action knows no undo.
    """
    with transaction.atomic():
        run = access_run(actor, run_id, lock=True)
        spec, action = action_of(run)
        actor.require(spec.permission)
        actor.require(action.permission)
        if run.status != BulkRun.Status.DONE:
            raise Conflict("list.undo_moved_on")
        if not may_undo(run, now):
            raise Refused("list.undo_too_late")
        run.status = BulkRun.Status.UNDOING
        run.save(update_fields=["status"])
        record(
            actor,
            AuditAction.UNDO,
            Subject("bulk_run", run.pk),
            detail={"list": spec.key, "action": action.key},
            now=now,
        )
        if run.total > CHUNK:
            run.job_id = start_tracked(actor, "list.undo", total=run.total, run_id=run.pk).pk
            run.save(update_fields=["job_id"])
            return run
        for chunk in run.chunks.filter(done_at__isnull=False).order_by("-position"):
            _undo(run, chunk, actor, now)
        _finish(run)
    return run


def _undo(run: BulkRun, chunk: BulkChunk, actor: Actor, now: datetime) -> None:
    undo = action_of(run)[1].undo
    if undo is not None and chunk.payload is not None:
        run.undone += undo(actor, chunk.payload, now)
    chunk.undone_at = now
    chunk.save(update_fields=["undone_at"])
    run.save(update_fields=["undone"])


def _finish(run: BulkRun) -> None:
    run.status = BulkRun.Status.UNDONE
    run.save(update_fields=["status"])


def undo_next(run: BulkRun, actor: Actor, now: datetime) -> int | None:
    """Take back the newest chunk still standing, in the caller's transaction; return its rows, None at the end."""
    run.refresh_from_db()
    chunk = run.chunks.filter(done_at__isnull=False, undone_at__isnull=True).order_by("-position").first()
    if chunk is None:
        _finish(run)
        return None
    _undo(run, chunk, actor, now)
    return len(chunk.ids)
