"""Handing out and throwing away: a file goes to its owner only, each time on the trail, and not for long."""

from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction
from django.db.models import F

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound
from keyuan.platform.audit import Action, record
from keyuan.platform.lists.export.making import folder
from keyuan.platform.lists.export.requests import access_export
from keyuan.platform.models import BulkChunk, BulkRun, Export, Selection
from keyuan.platform.permissions import EXPORT_RUN
from keyuan.platform.subjects import Subject

#: How long frozen selections and what undo needs are kept.
SELECTIONS_KEPT = timedelta(days=2)
CHUNKS_KEPT = timedelta(days=30)


def export_path(export: Export) -> Path:
    """Return where the file of an export stands."""
    return folder() / export.file_name


@transaction.atomic
def hand_out(*, actor: Actor, export_id: int, now: datetime) -> Export:
    """Record that the owner takes the file and return the export.

    Raises NotFound for another's export and for one that is not ready or has expired, Forbidden when the post lost
    the permission since.
    """
    actor.require(EXPORT_RUN)
    export = access_export(actor, export_id)
    if export.status != Export.Status.READY or export.expires_at <= now or not export_path(export).is_file():
        raise NotFound("export.expired")
    Export.objects.filter(pk=export.pk).update(downloads=F("downloads") + 1)
    record(actor, Action.EXPORT, Subject("export", export.pk), reason=export.reason, detail={"taken": True}, now=now)
    return export


def expire_exports(*, now: datetime) -> int:
    """Delete files whose time is over, and selections and undo notes that nobody can use any more; return the files."""
    expired = list(Export.objects.filter(expires_at__lte=now).exclude(status=Export.Status.EXPIRED)[:5_000])
    for export in expired:
        if export.file_name:
            export_path(export).unlink(missing_ok=True)
    Export.objects.filter(pk__in=[export.pk for export in expired]).update(status=Export.Status.EXPIRED)
    Selection.objects.filter(created_at__lt=now - SELECTIONS_KEPT).delete()
    old = BulkRun.objects.filter(created_at__lt=now - CHUNKS_KEPT)
    BulkChunk.objects.filter(run__in=old).delete()
    return len(expired)
