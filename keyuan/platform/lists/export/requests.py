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
from keyuan.platform.lists.export.making import make_file
from keyuan.platform.lists.filters import FilterContext
from keyuan.platform.lists.pages import search
from keyuan.platform.lists.spec import ListSpec
from keyuan.platform.lists.steering import count_up_to
from keyuan.platform.locks import hold
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
        return _finished(_same(known, actor, spec), actor, today, now)
    total = _total(actor, spec, query, today)
    draft = Export(
        token=token,
        list_key=spec.key,
        title=str(spec.title)[:80],
        query=query,
        columns=[key for key in columns if spec.column(key)],
        reason=reason,
        format=file_format,
        total=total,
        created_at=now,
        expires_at=now + KEPT_FOR,
    )
    export, is_new = _create(actor, draft, today)
    return _finished(export if is_new else _same(export, actor, spec), actor, today, now)


def _finished(export: Export, actor: Actor, today: date, now: datetime) -> Export:
    """Make the file of a small export, also of one whose first request was killed before it was made."""
    if export.job_id is None and export.status == Export.Status.RUNNING:
        make_file(export, actor, today=today, now=now)
    return export


def _create(actor: Actor, draft: Export, today: date) -> tuple[Export, bool]:
    """Keep the request and put it on the trail; many rows start a job. A token seen before gives what it made then."""
    draft.language = get_language() or "zh-hans"
    draft.owner_id, draft.owner_name, draft.staff_no = actor.id or 0, actor.name[:80], actor.staff_no[:40]
    draft.post_id = actor.post_id
    with transaction.atomic():
        hold(f"export:{draft.token}")
        known = Export.objects.filter(token=draft.token).first()
        if known is not None:
            return known, False
        draft.save(force_insert=True)
        detail = {"list": draft.list_key, "rows": draft.total, "format": draft.format, "columns": draft.columns}
        subject = Subject("export", draft.pk)
        record(actor, Action.EXPORT, subject, reason=draft.reason, detail=detail, now=draft.created_at)
        if draft.total > AT_ONCE:
            job = start_tracked(actor, "list.export", total=draft.total, export_id=draft.pk, today=today.isoformat())
            draft.job_id = job.pk
            draft.save(update_fields=["job_id"])
    return draft, True


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
