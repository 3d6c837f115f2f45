"""A segment's page and what is done there (CUS-6)."""

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from keyuan.customers import permissions
from keyuan.customers.forms.segments.reading import Sentence, outline, read_aloud
from keyuan.customers.models import Segment
from keyuan.customers.rules.segments.language import read_condition
from keyuan.customers.selectors.segments.asking import compare, count_segment
from keyuan.customers.selectors.segments.mart import Found
from keyuan.customers.selectors.segments.reading import (
    access_segment,
    counts_of,
    is_over,
    offered_segments,
    rules_of,
    versions_of,
)
from keyuan.customers.selectors.segments.vocabulary import whole_vocabulary
from keyuan.customers.services.segments.keeping import freeze_segment, keep_members
from keyuan.customers.services.segments.saving import (
    clone_segment,
    delete_segment,
    restore_version,
    undelete_segment,
)
from keyuan.kernel.actor import Actor, Reach
from keyuan.kernel.errors import Invalid, NotFound, Refused
from keyuan.organisation.selectors.units import unit_names
from keyuan.platform import attempts, clock
from keyuan.platform.formats import day
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.jobs import TrackedJob, access_job
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say

TREND_DAYS = 90
KINDS = {"DYNAMIC": gettext_lazy("Dynamic segment"), "FROZEN": gettext_lazy("Frozen segment")}


@require_GET
@allow(permissions.SEGMENTS)
def segment(request: StaffRequest, segment_id: int) -> HttpResponse:
    """Definition, count and trend, members, comparison, history."""
    found = access_segment(request.actor, segment_id)
    job = _live_job(request.actor, found)
    if request.htmx and not request.htmx.boosted:
        context: dict[str, Any] = {"segment": found, "mine": _is_mine(request.actor, found), "job": job}
        return page(request, "customers/segments/kept.html", context | _links(found), part="kept")
    context = _context(request, found) | {"job": job}
    return page(request, "customers/segments/segment.html", context)


def _is_mine(actor: Actor, row: Segment) -> bool:
    return row.owner_id == actor.id


def _links(row: Segment) -> dict[str, str]:
    return {"members_url": f"{reverse('customers:home')}?x=1&segment={row.pk}"}


def _live_job(actor: Actor, row: Segment) -> TrackedJob | None:
    if row.job_id is None:
        return None
    try:
        job = access_job(actor, row.job_id)
    except NotFound:
        return None
    return job if job.status in TrackedJob.LIVE else None


def _context(request: StaffRequest, row: Segment) -> dict[str, Any]:
    actor, today = request.actor, clock.today()
    found, why = _counted(actor, row)
    trend, trend_note = _trend(actor, row)
    return {
        "segment": row,
        "mine": _is_mine(actor, row),
        "over": is_over(row, today),
        "kind": KINDS[row.kind],
        "outline": _outlined(actor, row.condition),
        "found": found,
        "why": why,
        "unit": unit_names([row.shared_unit_id]).get(row.shared_unit_id or 0, ""),
        "trend": trend,
        "trend_note": trend_note,
        "versions": [(version, _read(actor, version.condition)) for version in versions_of(row)],
        "rules": rules_of(row),
        "others": [(one.pk, one.name) for one in offered_segments(actor, today=today) if one.pk != row.pk],
        "compared": _compared(request, row),
        **_links(row),
    }


def _outlined(actor: Actor, condition: Any) -> Sentence:
    try:
        return outline(actor, read_condition(condition, whole_vocabulary()))
    except Invalid as error:
        return Sentence(say(error))


def _read(actor: Actor, condition: Any) -> str:
    try:
        return read_aloud(actor, read_condition(condition, whole_vocabulary()))
    except Invalid as error:
        return say(error)


def _counted(actor: Actor, row: Segment) -> tuple[Found | None, str]:
    try:
        return count_segment(row, actor=actor, now=clock.now()), ""
    except Refused as error:
        return None, say(error)


def _trend(actor: Actor, row: Segment) -> tuple[dict[str, Any] | None, str]:
    """Return the chart of the last three months: of the whole book, or of the viewer's branch."""
    scope = actor.scope
    if scope.reach is Reach.ALL or (scope.reach is Reach.UNIT and scope.unit_level == "head_office"):
        branch_id = 0
    elif scope.reach is Reach.UNIT and scope.unit_level == "branch":
        branch_id = scope.unit_id or -1
    else:
        return None, _("The trend is kept for the whole book and for branches.")
    counts = counts_of(row, branch_id=branch_id, since=clock.today() - timedelta(days=TREND_DAYS))
    if len(counts) < 2:
        return None, _("The trend begins with the second night.")
    chart = {
        "key": "segment-trend",
        "title": _("Members by day"),
        "unit": "",
        "kind": "line",
        "label": _("Day"),
        "series": [{"name": _("Members")}],
        "rows": [{"label": day(at), "values": [total]} for at, total in counts],
    }
    return chart, ""


def _compared(request: StaffRequest, row: Segment) -> dict[str, Any] | None:
    wanted = request.GET.get("with", "")
    if not wanted.isdecimal():
        return None
    other = access_segment(request.actor, int(wanted[:18]))
    try:
        only, both, rest = compare(row, other, actor=request.actor, now=clock.now())
    except Refused:
        return None
    parts = {"only": only.total, "both": both.total, "rest": rest.total}
    return {"id": other.pk, "name": other.name, "limit": max(1, *parts.values()), **parts}


@require_POST
@allow(permissions.SEGMENTS)
def segment_clone(request: StaffRequest, segment_id: int) -> HttpResponse:
    """Make a copy of one's own and open it in the builder."""
    source = access_segment(request.actor, segment_id)
    name = _("Copy of %(name)s") % {"name": source.name}
    clone = clone_segment(actor=request.actor, segment_id=segment_id, name=name, now=clock.now())
    toast(request, _("The segment was cloned"))
    return redirect("customers:segment-edit", segment_id=clone.pk)


@require_POST
@allow(permissions.SEGMENTS)
def segment_freeze(request: StaffRequest, segment_id: int) -> HttpResponse:
    """Keep whoever is in it today as a frozen segment."""
    source, now = access_segment(request.actor, segment_id), clock.now()
    name = _("%(name)s as of %(day)s") % {"name": source.name[:40], "day": day(clock.today())}
    try:
        frozen = freeze_segment(
            actor=request.actor, segment_id=segment_id, name=name, now=now, token=attempts.named(request)
        )
    except Refused as error:
        toast(request, say(error), failed=True)
        return redirect("customers:segment", segment_id=segment_id)
    toast(request, _("The members are being frozen"))
    return redirect("customers:segment", segment_id=frozen.pk)


@require_POST
@allow(permissions.SEGMENTS)
def segment_keep(request: StaffRequest, segment_id: int) -> HttpResponse:
    """Have the members written down, so that they can be shown as a list."""
    try:
        keep_members(actor=request.actor, segment_id=segment_id, now=clock.now())
    except Refused as error:
        toast(request, say(error), failed=True)
    return redirect("customers:segment", segment_id=segment_id)


@require_POST
@allow(permissions.SEGMENTS)
def segment_restore(request: StaffRequest, segment_id: int, version_number: int) -> HttpResponse:
    """Let it say again what it said at an earlier version."""
    version = request.POST.get("version", "")
    try:
        restore_version(
            actor=request.actor,
            segment_id=segment_id,
            version=int(version) if version.isdecimal() else 0,
            number=version_number,
            now=clock.now(),
        )
    except Refused as error:
        toast(request, say(error), failed=True)
    else:
        toast(request, _("The segment was saved"))
    return redirect("customers:segment", segment_id=segment_id)


@require_POST
@allow(permissions.SEGMENTS)
def segment_delete(request: StaffRequest, segment_id: int) -> HttpResponse:
    """Take it out of every list, with a way back."""
    try:
        delete_segment(actor=request.actor, segment_id=segment_id, now=clock.now())
    except Refused as error:
        toast(request, say(error), failed=True)
        return redirect("customers:segment", segment_id=segment_id)
    toast(request, _("The segment was deleted"), undo=reverse("customers:segment-undelete", args=[segment_id]))
    return redirect("customers:segment-list")


@require_POST
@allow(permissions.SEGMENTS)
def segment_undelete(request: StaffRequest, segment_id: int) -> HttpResponse:
    """Bring a deleted segment back."""
    undelete_segment(actor=request.actor, segment_id=segment_id, now=clock.now())
    toast(request, _("The segment is back"))
    return redirect("customers:segment", segment_id=segment_id)
