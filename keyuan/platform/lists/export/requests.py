"""Asking for an export: who may, how much, and why."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import get_language

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound, Refused
from keyuan.platform.audit import Action, record
from keyuan.platform.jobs import start_tracked
from keyuan.platform.lists.bulk.selection import stored_state
from keyuan.platform.lists.export.making import make_export, make_file
from keyuan.platform.lists.filters import FilterContext
from keyuan.platform.lists.pages import search
from keyuan.platform.lists.spec import ListSpec
from keyuan.platform.lists.steering import count_up_to
from keyuan.platform.models import Export
from keyuan.platform.permissions import EXPORT_RUN
from keyuan.platform.subjects import Subject

#: More rows than this need an approval, which is not built yet: the request is refused and says so.
EXPORT_LIMIT = 10_000
#: Up to this many rows the file is made while the person waits.
AT_ONCE = 2_000
KEPT_FOR = timedelta(days=7)
LONGEST_REASON = 200


def exports_of(actor: Actor) -> QuerySet[Export]:
    """Return one's own exports; nobody sees another's."""
    return Export.objects.filter(owner_id=actor.id or 0)


def access_export(actor: Actor, export_id: int) -> Export:
    """Return one's own export, or raise NotFound."""
    try:
        return exports_of(actor).get(pk=export_id)
    except Export.DoesNotExist:
        raise NotFound from None


def require_export(actor: Actor, spec: ListSpec) -> None:
    """Raise Forbidden unless the post may export this list."""
    for permission in (spec.permission, EXPORT_RUN, spec.export_permission):
        if permission:
            actor.require(permission)


def request_export(
    *,
    actor: Actor,
    spec: ListSpec,
    query: str,
    columns: Sequence[str],
    reason: str,
    file_format: str,
    token: str,
    now: datetime,
    today: date,
) -> Export:
    """Make a file of the rows that ``query`` leaves: at once when they are few, otherwise in a job to watch.

    The same ``token`` again returns the same export. Raises Forbidden without the permissions, Refused without a
    reason, for an unknown format, and above `EXPORT_LIMIT` rows.
    """
    require_export(actor, spec)
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_REASON:
        raise Refused("export.reason", field="reason")
    if file_format not in Export.Format.values:
        raise Refused("export.format", field="file_format")
    if not token or len(token) > 64:
        raise Refused("form.token")
    known = Export.objects.filter(token=token).first()
    if known is not None:
        return _same(known, actor, spec)
    total = _total(actor, spec, query, today)
    with transaction.atomic():
        export, is_new = Export.objects.get_or_create(
            token=token,
            defaults={
                "list_key": spec.key,
                "title": str(spec.title)[:80],
                "query": query,
                "columns": [key for key in columns if spec.column(key)],
                "reason": reason,
                "format": file_format,
                "language": get_language() or "zh-hans",
                "owner_id": actor.id or 0,
                "owner_name": actor.name[:80],
                "staff_no": actor.staff_no[:40],
                "post_id": actor.post_id,
                "total": total,
                "created_at": now,
                "expires_at": now + KEPT_FOR,
            },
        )
        if not is_new:
            return _same(export, actor, spec)
        detail = {"list": spec.key, "rows": total, "format": file_format, "columns": export.columns}
        record(actor, Action.EXPORT, Subject("export", export.pk), reason=reason, detail=detail, now=now)
        if total > AT_ONCE:
            job = start_tracked(
                actor, "list.export", make_export, total=total, export_id=export.pk, today=today.isoformat()
            )
            export.job_id = job.pk
            export.save(update_fields=["job_id"])
    if export.job_id is None:
        make_file(export, actor, today)
    return export


def _same(export: Export, actor: Actor, spec: ListSpec) -> Export:
    if (export.owner_id, export.list_key) != (actor.id or 0, spec.key):
        raise Refused("form.token")
    return export


def _total(actor: Actor, spec: ListSpec, query: str, today: date) -> int:
    state = stored_state(spec, actor, query)
    choice = state.sort or spec.sort_choice("")
    found = search(spec, actor, state.filters, choice, FilterContext(actor, today))
    total = count_up_to(found.plain, EXPORT_LIMIT)
    if total > EXPORT_LIMIT:
        raise Refused("export.too_many", limit=f"{EXPORT_LIMIT:,}")
    return total
