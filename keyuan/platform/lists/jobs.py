"""Lists in the background: freezing large selections, large bulk runs and their undo, exports, clean-up."""

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from keyuan.platform import clock
from keyuan.platform.jobs import Progress, chunked, tracked
from keyuan.platform.lists.bulk.running import run_next
from keyuan.platform.lists.bulk.selection import add_chunks, freeze_next
from keyuan.platform.lists.bulk.undoing import undo_next
from keyuan.platform.lists.export.making import make_file
from keyuan.platform.lists.export.serving import expire_exports
from keyuan.platform.models import BulkRun, Export, Selection


@chunked("list.select", title=_("Count and freeze a selection"))
def select_chunk(job: Progress, state: dict[str, Any]) -> None:
    """Freeze the next rows of a large selection; the cursor behind the last one stands in the job's state."""
    selection = Selection.objects.get(pk=job.kwargs["selection_id"])
    actor, today = job.actor, date.fromisoformat(job.kwargs["today"])
    while job.time_left():
        ids, after = freeze_next(selection, actor, state.get("after", ""), today)
        with job.step() as kept:
            kept["position"] = add_chunks(selection, ids, position=kept.get("position", 0))
            kept["after"] = after
            job.advance(len(ids))
            if not after:
                selection.finished_at = clock.now()
                selection.save(update_fields=["finished_at"])
                job.finish(selection=selection.pk)


@chunked("list.bulk", title=_("Bulk action"))
def bulk_chunk(job: Progress, _state: dict[str, Any]) -> None:
    """Do the next chunks of a large run, each in one transaction with its progress."""
    run = BulkRun.objects.get(pk=job.kwargs["run_id"])
    actor, today = job.actor, date.fromisoformat(job.kwargs["today"])
    while job.time_left():
        with job.step():
            rows = run_next(run, actor, today, clock.now())
            job.advance(rows or 0)
            if rows is None:
                job.finish(run=run.pk, done=run.done, refused=run.refused)


@chunked("list.undo", title=_("Take back a bulk action"))
def undo_chunk(job: Progress, _state: dict[str, Any]) -> None:
    """Take back the next chunks of a large run, each in one transaction with its progress."""
    run = BulkRun.objects.get(pk=job.kwargs["run_id"])
    actor = job.actor
    while job.time_left():
        with job.step():
            rows = undo_next(run, actor, clock.now())
            job.advance(rows or 0)
            if rows is None:
                job.finish(run=run.pk, undone=run.undone)


@tracked("list.export", title=_("Export a list"))
def make_export(job: Progress, *, export_id: int, today: str) -> dict[str, Any]:
    """Make the file of a larger export; runs again from the start after a kill."""
    export = Export.objects.get(pk=export_id)
    job.done = 0

    def progress(rows: int) -> None:
        with job.step():
            job.advance(rows)

    make_file(export, job.actor, today=date.fromisoformat(today), now=clock.now(), on_rows=progress)
    return {"export": export_id, "rows": export.rows}


def expire() -> None:
    """Delete what the timetable says is over: files, selections, undo notes."""
    expire_exports(now=clock.now())
