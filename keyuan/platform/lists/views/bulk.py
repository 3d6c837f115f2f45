"""Bulk actions in the browser: freeze all, preview, run, watch, take back, fetch the failure list."""

import csv
from typing import cast

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from keyuan.kernel.errors import Refused
from keyuan.platform import attempts, clock
from keyuan.platform.http import SIGNED_IN, StaffRequest, allow
from keyuan.platform.jobs import access_job
from keyuan.platform.lists import bulk
from keyuan.platform.lists.actions import BulkAction
from keyuan.platform.lists.bulk.failures import failure_rows
from keyuan.platform.lists.bulk.running import action_of
from keyuan.platform.lists.export.values import harmless
from keyuan.platform.lists.filters import FilterContext
from keyuan.platform.lists.spec import ListSpec
from keyuan.platform.lists.views.answers import done, failed
from keyuan.platform.lists.views.screen import query_of
from keyuan.platform.models import BulkRun
from keyuan.platform.wording import say, say_code


def _ticked(request: StaffRequest) -> list[int]:
    return [int(text) for text in request.POST.getlist("ids") if text.isdecimal() and len(text) <= 18]


def _selection(request: StaffRequest) -> int | None:
    text = request.POST.get("selection", "")
    return int(text) if text.isdecimal() and len(text) <= 18 else None


def _action(request: StaffRequest, spec: ListSpec, key: str) -> BulkAction:
    action = spec.action(key)
    if action is None or not request.actor.may(action.permission):
        raise Http404
    return action


@require_POST
def select_all(request: StaffRequest, spec: ListSpec) -> HttpResponse:
    """Freeze what matches now."""
    selection = bulk.freeze_selection(
        actor=request.actor, spec=spec, query=query_of(request), now=clock.now(), today=clock.today()
    )
    return _selection_part(request, spec, selection.pk)


@require_safe
def selection_part(request: StaffRequest, spec: ListSpec, selection_id: int) -> HttpResponse:
    """How far the counting of a selection is."""
    return _selection_part(request, spec, selection_id)


def _selection_part(request: StaffRequest, spec: ListSpec, selection_id: int) -> HttpResponse:
    selection = bulk.access_selection(request.actor, spec, selection_id)
    return render(
        request,
        "lists/selection.html",
        {"selection": selection, "part_url": spec.url("selection", selection_id=selection.pk)},
    )


@require_POST
def bulk_preview(request: StaffRequest, spec: ListSpec, action_key: str) -> HttpResponse:
    """How many rows qualify, why others do not, and the action's form."""
    action = _action(request, spec, action_key)
    return _dialog(request, spec, action, None, status=200)


def _dialog(request: StaffRequest, spec: ListSpec, action: BulkAction, form: object, *, status: int) -> HttpResponse:
    actor, now = request.actor, clock.now()
    ids, selection_id = _ticked(request), _selection(request)
    try:
        seen = bulk.preview(
            actor=actor,
            spec=spec,
            action=action,
            ids=ids,
            selection_id=selection_id,
            context=FilterContext(actor, clock.today()),
            now=now,
        )
    except Refused as error:
        return failed(error)
    if form is None and action.form is not None:
        form = action.form(actor, None)
    context = {
        "spec": spec,
        "action": action,
        "preview": seen,
        "reasons": [(say_code(code, params), count) for code, params, count in seen.refused],
        "form": form,
        "ids": ids if selection_id is None else [],
        "selection_id": selection_id,
        "token": attempts.token_of(request),
        "run_url": spec.url("bulk-run", action_key=action.key),
    }
    return render(request, "lists/bulk_dialog.html", context, status=status)


@require_POST
def bulk_run(request: StaffRequest, spec: ListSpec, action_key: str) -> HttpResponse:
    """Do it; many rows go on in the background, and the dialog shows how far."""
    action = _action(request, spec, action_key)
    data = {}
    if action.form is not None:
        form = action.form(request.actor, request.POST)
        if not form.is_valid():
            return _dialog(request, spec, action, form, status=422)
        data = form.cleaned_data
    try:
        run = bulk.run_bulk(
            actor=request.actor,
            spec=spec,
            action=action,
            ids=_ticked(request),
            selection_id=_selection(request),
            data=data,
            token=attempts.named(request),
            now=clock.now(),
            today=clock.today(),
        )
    except Refused as error:
        return failed(error)
    if run.job_id is not None or run.refused:
        return _run_part(request, run)
    undo = reverse("platform:bulk-undo", args=[run.pk]) if bulk.may_undo(run, clock.now()) else ""
    said = _("%(action)s: %(rows)s") % {"action": action.label, "rows": rows_done(run.done)}
    return done(said, undo=undo)


def rows_done(count: int) -> str:
    """Say how many rows were done."""
    return ngettext("%(count)s row done", "%(count)s rows done", count) % {"count": f"{count:,}"}


def _run_part(request: StaffRequest, run: BulkRun) -> HttpResponse:
    spec, action = action_of(run)
    job = access_job(request.actor, run.job_id) if run.job_id is not None else None
    is_open = job is not None and job.is_open
    context = {
        "spec": spec,
        "action": action,
        "run": run,
        "job": job,
        "is_open": is_open,
        "may_undo": bulk.may_undo(run, clock.now()),
    }
    response = render(request, "lists/bulk_run.html", context)
    if not is_open:
        response["HX-Trigger"] = "records:changed"
    return response


@require_safe
@allow(SIGNED_IN)
def run_part(request: StaffRequest, run_id: int) -> HttpResponse:
    """How far one's own run is."""
    return _run_part(request, bulk.access_run(request.actor, run_id))


@require_POST
@allow(SIGNED_IN)
def run_undo(request: StaffRequest, run_id: int) -> HttpResponse:
    """Take one's own run back."""
    try:
        run = bulk.undo_bulk(actor=request.actor, run_id=run_id, now=clock.now())
    except Refused as error:
        return failed(error) if request.htmx.target else HttpResponse(say(error), status=409)
    if run.status == BulkRun.Status.UNDOING:
        return _run_part(request, run)
    return done(_("Taken back: %(rows)s") % {"rows": rows_done(run.undone)})


class _Line:
    """A file of one line: hands each written line back to the stream."""

    def write(self, text: str) -> str:
        """Return what was written."""
        return text


@require_safe
@allow(SIGNED_IN)
def run_failures(request: StaffRequest, run_id: int) -> HttpResponse:
    """The rows that were left alone and why, as CSV."""
    run = bulk.access_run(request.actor, run_id)
    lines = csv.writer(_Line())
    heads = [["\ufeff" + _("Row"), _("Reason")]]
    rows = failure_rows(request.actor, run, FilterContext(request.actor, clock.today()))
    stream = (lines.writerow([harmless(str(cell)) for cell in row]) for part in (heads, rows) for row in part)
    response = StreamingHttpResponse(
        stream,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="failures-{run.pk}.csv"'},
    )
    return cast(HttpResponse, response)
