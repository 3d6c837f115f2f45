"""Exports in the browser: ask with a reason, watch, fetch."""

from typing import cast

from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_safe

from keyuan.kernel.errors import Refused
from keyuan.platform import attempts, clock
from keyuan.platform.http import StaffRequest, allow
from keyuan.platform.jobs import access_job
from keyuan.platform.lists.export import access_export, export_path, hand_out, request_export
from keyuan.platform.lists.export.requests import EXPORT_LIMIT, require_export
from keyuan.platform.lists.layout import layout_of
from keyuan.platform.lists.spec import ListSpec
from keyuan.platform.lists.views.screen import query_of
from keyuan.platform.models import Export
from keyuan.platform.permissions import EXPORT_RUN
from keyuan.platform.wording import say

CONTENT_TYPES = {
    Export.Format.CSV: "text/csv; charset=utf-8",
    Export.Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@require_http_methods(["GET", "POST"])
def export_request(request: StaffRequest, spec: ListSpec) -> HttpResponse:
    """Ask for reason, format and columns; then make the file."""
    require_export(request.actor, spec)
    if request.method == "GET":
        return _form(request, spec, query=request.GET.get("query", "")[:4_000])
    try:
        export = request_export(
            actor=request.actor,
            spec=spec,
            query=query_of(request),
            columns=request.POST.getlist("columns"),
            reason=request.POST.get("reason", ""),
            file_format=request.POST.get("file_format", ""),
            token=attempts.named(request),
            now=clock.now(),
            today=clock.today(),
        )
    except Refused as error:
        return _form(request, spec, query=query_of(request), error=error, status=422)
    return _part(request, export)


def _form(
    request: StaffRequest, spec: ListSpec, *, query: str, error: Refused | None = None, status: int = 200
) -> HttpResponse:
    layout = layout_of(spec, request.actor)
    asked = request.POST.getlist("columns")
    context = {
        "spec": spec,
        "export_url": spec.url("export"),
        "query": query,
        "columns": [(placed.column, placed.column.key in asked if asked else placed.shown) for placed in layout.all],
        "formats": Export.Format.choices,
        "typed": request.POST,
        "file_format": request.POST.get("file_format", Export.Format.XLSX),
        "error": say(error) if error else "",
        "field": error.field if error else "",
        "limit": EXPORT_LIMIT,
        "token": attempts.token_of(request),
    }
    return render(request, "lists/export_form.html", context, status=status)


def _part(request: StaffRequest, export: Export) -> HttpResponse:
    job = access_job(request.actor, export.job_id) if export.job_id is not None else None
    is_open = export.status == Export.Status.RUNNING and job is not None and job.is_open
    return render(request, "lists/export_ready.html", {"export": export, "job": job, "is_open": is_open})


@require_safe
@allow(EXPORT_RUN)
def export_part(request: StaffRequest, export_id: int) -> HttpResponse:
    """How far one's own export is."""
    return _part(request, access_export(request.actor, export_id))


@require_safe
@allow(EXPORT_RUN)
def export_download(request: StaffRequest, export_id: int) -> HttpResponse:
    """Hand the file to its owner."""
    export = hand_out(actor=request.actor, export_id=export_id, now=clock.now())
    made = timezone.localtime(export.created_at)
    name = f"{slugify(export.title, allow_unicode=True) or 'export'}-{made:%Y%m%d-%H%M}.{export.format}"
    response = FileResponse(
        export_path(export).open("rb"),
        as_attachment=True,
        filename=name,
        content_type=CONTENT_TYPES[Export.Format(export.format)],
    )
    response["Cache-Control"] = "private, no-store"
    return cast(HttpResponse, response)
