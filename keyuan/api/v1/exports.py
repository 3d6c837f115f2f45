"""Exports of lists: ask with a reason, watch, fetch (PLT-9)."""

from datetime import datetime
from typing import Annotated, Any, cast
from uuid import uuid4

from django.http import FileResponse, HttpResponse
from pydantic import Field

from keyuan.api.kit.caller import ApiRequest
from keyuan.api.kit.fields import OneOf
from keyuan.api.kit.resource import In, Out, Resource, RowId
from keyuan.platform import clock
from keyuan.platform.lists import lists
from keyuan.platform.lists.export import access_export, export_path, hand_out, request_export
from keyuan.platform.lists.layout import layout_of
from keyuan.platform.models import Export
from keyuan.platform.permissions import EXPORT_RUN

router = Resource("Exports")
LISTS = sorted(spec.key for spec in lists if spec.exportable)
COLUMNS = (
    "id", "list_key", "title", "reason", "format", "status", "rows", "size", "job_id", "created_at", "finished_at",
    "expires_at",
)  # fmt: skip


class ExportIn(In):
    """Which rows of which list, in which form, and why."""

    list_key: Annotated[str, OneOf(LISTS, empty=False)]
    query: Annotated[str, Field(max_length=4000)] = Field("", description="Filters and order as in the page's address")
    columns: Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=80)] = Field(
        [], description="Keys of columns; empty for those the page shows"
    )
    format: Annotated[str, OneOf(Export.Format.values, empty=False)] = "csv"
    reason: Annotated[str, Field(min_length=1, max_length=200)]


class ExportOut(Out):
    """An export; masked as the client reads, kept for some days."""

    id: int
    list_key: str
    title: str
    reason: str
    format: str
    status: str = Field(description="RUNNING, READY, FAILED or EXPIRED")
    rows: int
    size: int
    job_id: int | None
    created_at: datetime
    finished_at: datetime | None
    expires_at: datetime


def export_out(export: Export) -> dict[str, Any]:
    """Return an export's facts."""
    return {name: getattr(export, name) for name in COLUMNS}


@router.post("/exports", EXPORT_RUN, ExportOut, status=202)
def ask_export(request: ApiRequest, body: ExportIn) -> Any:
    """Make a file of a list's rows; a large one is made by a job.

    Also takes the permission of the list.
    """
    spec, actor = lists[body.list_key], request.actor
    columns = body.columns or [placed.column.key for placed in layout_of(spec, actor).all if placed.shown]
    export = request_export(
        actor=actor, spec=spec, query=body.query, columns=columns, reason=body.reason, file_format=body.format,
        token=uuid4().hex, now=clock.now(), today=clock.today(),
    )  # fmt: skip
    return export_out(export)


@router.get("/exports/{int:export_id}", EXPORT_RUN, ExportOut)
def get_export(request: ApiRequest, export_id: RowId) -> Any:
    """Get how far one of the client's own exports is."""
    return export_out(access_export(request.actor, export_id))


@router.get("/exports/{int:export_id}/content", EXPORT_RUN, None, media_type="application/octet-stream")
def get_export_content(request: ApiRequest, export_id: RowId) -> HttpResponse:
    """Fetch the file of one of the client's own exports; each fetch stands on the audit trail."""
    export = hand_out(actor=request.actor, export_id=export_id, now=clock.now())
    response = FileResponse(
        export_path(export).open("rb"), as_attachment=True, filename=f"export-{export.pk}.{export.format}",
        content_type="application/octet-stream",
    )  # fmt: skip
    return cast(HttpResponse, response)
