"""Imports of files: send, say how it is read, check, write, watch (PLT-9). Rows by themselves go to `/bulk`."""

from datetime import datetime
from typing import Annotated, Any, cast

from django.db import transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header
from ninja import File
from ninja.files import UploadedFile
from pydantic import Field

from keyuan.api.kit.caller import ApiRequest
from keyuan.api.kit.fields import OneOf
from keyuan.api.kit.paging import Page, parameters_of, read_list
from keyuan.api.kit.resource import In, Out, Resource, RowId
from keyuan.kernel.errors import Refused
from keyuan.organisation.selectors.labels import SALES_CHANNEL_LABELS
from keyuan.platform import clock
from keyuan.platform.imports import Answer, lifecycle, targets
from keyuan.platform.imports.handing_out import hand_out_refused
from keyuan.platform.imports.layouts import Layout
from keyuan.platform.imports.mappings import FileMapping
from keyuan.platform.imports.matched_rows import match_page
from keyuan.platform.imports.matching import candidates_of, decide_all, decide_rows, summary_of
from keyuan.platform.imports.remembering import fitting_mappings, known_mapping
from keyuan.platform.imports.reports import control_sums, first_reasons
from keyuan.platform.imports.selectors import access_import, access_own_import
from keyuan.platform.lists import lists
from keyuan.platform.models import ImportJob
from keyuan.platform.models.import_job import ImportMatch
from keyuan.platform.permissions import IMPORT_RUN

router = Resource("Imports")
LIST = lists["imports"]
ACTS = {
    "check": lifecycle.start_check,
    "start": lifecycle.start_import,
    "pause": lifecycle.pause_import,
    "resume": lifecycle.resume_import,
    "cancel": lifecycle.cancel_import,
}
COLUMNS = (
    "id", "file_name", "size", "sha256", "target", "source", "mapping_name", "mode", "on_likely", "unit_id",
    "sales_channel", "stage", "rows_total", "rows_read", "created", "updated", "unchanged", "refused", "failure",
    "job_id", "created_at", "finished_at",
)  # fmt: skip
AFTER = {
    "name": "after", "in": "query", "required": False, "description": "`next_after` of the answer before",
    "schema": {"type": "integer", "minimum": 0, "default": 0},
}  # fmt: skip
Upload = Annotated[UploadedFile, File(description="CSV or TSV (plain or gzip) or XLSX")]


class ImportRow(Out):
    """An import with its counts; ``stage`` says how far it is, the job's ``status`` whether it runs."""

    id: int
    file_name: str
    size: int
    sha256: str
    target: str
    source: str
    mapping_name: str
    mode: str
    on_likely: str
    unit_id: int | None
    sales_channel: str
    stage: str
    rows_total: int
    rows_read: int
    created: int
    updated: int
    unchanged: int
    refused: int
    failure: str
    job_id: int | None
    created_at: datetime
    finished_at: datetime | None


class SumOut(Out):
    """A control sum in yuan or the currency named."""

    field: str
    currency: str
    read: str
    taken: str
    repeated: str
    refused: str


class RefusedRow(Out):
    """Why a row was refused."""

    row_number: int
    field: str
    detail: str


class LikelyCounts(Out):
    """Rows that look like a record the book has: how many, decided one by one, and by what happens to them."""

    likely: int
    decided: int
    create: int
    update: int
    skip: int


class ImportOut(ImportRow):
    """An import with its control sums, its rows like known records, and the first refused rows."""

    likely: LikelyCounts
    sums: list[SumOut]
    first_refused: list[RefusedRow]


class ImportSettings(In):
    """How the file is read; without a name, by the mapping that fits its headings."""

    target: Annotated[str, OneOf([target.key for target in targets], empty=False)]
    mapping_name: Annotated[str, Field(max_length=80)] = Field("", description="Saved in the pages, or shipped")
    unit: Annotated[str, Field(max_length=20)] = Field("", description="Code of the unit for new records")
    sales_channel: Annotated[str, OneOf(SALES_CHANNEL_LABELS)] = ""
    mode: Annotated[str, OneOf(ImportJob.Mode.values, empty=False)] = "keep_good"
    on_likely: Annotated[str, OneOf(ImportJob.OnLikely.values, empty=False)] = Field(
        "create", description="What happens to rows that look like a record the book has"
    )


class CandidateOut(Out):
    """A record that a row may be, and codes of what both have in common."""

    record_id: int
    signs: list[str]


class ImportLikelyRow(Out):
    """A row that looks like records the book has; `decision` is empty where the import's own holds."""

    row_number: int
    candidates: list[CandidateOut]
    decision: str
    record_id: int | None
    result: str
    written_at: datetime | None


class ImportLikelyRows(Out):
    """Some likely rows; ask again with `after=next_after` until it is 0."""

    rows: list[ImportLikelyRow]
    next_after: int


class RowDecision(In):
    """What happens to one row; an empty decision takes it back."""

    row_number: Annotated[int, Field(ge=1, le=2**53)]
    decision: Annotated[str, OneOf(ImportJob.OnLikely.values)] = ""
    record_id: Annotated[int, Field(ge=1, le=2**53)] | None = None


class Decisions(In):
    """What happens to likely rows: for all that nobody decides one by one, and for single ones."""

    on_likely: Annotated[str, OneOf(ImportJob.OnLikely.values)] = ""
    rows: Annotated[list[RowDecision], Field(max_length=1000)] = []


class ImportAct(In):
    """What to do with an import."""

    act: Annotated[str, OneOf(ACTS, empty=False)]


def import_row(import_job: ImportJob) -> dict[str, Any]:
    """Return an import's counts."""
    return {name: getattr(import_job, name) for name in COLUMNS}


def import_out(import_job: ImportJob) -> dict[str, Any]:
    """Return an import with sums and reasons."""
    words = ("currency", "read", "taken", "repeated", "refused")
    sums = [
        {"field": str(line.label)} | {word: str(getattr(line, word)) for word in words}
        for line in control_sums(import_job)
    ]
    reasons = first_reasons(import_job) if import_job.refused else []
    rows = [{"row_number": row.row_number, "field": str(row.field), "detail": row.text} for row in reasons]
    return import_row(import_job) | {"likely": summary_of(import_job), "sums": sums, "first_refused": rows}


def likely_row(match: ImportMatch) -> dict[str, Any]:
    """Return a likely row as programs get it."""
    found = [{"record_id": one.record_id, "signs": list(one.signs)} for one in candidates_of(match)]
    names = ("row_number", "decision", "record_id", "result", "written_at")
    return {name: getattr(match, name) for name in names} | {"candidates": found}


def _mapping(import_job: ImportJob, asked: ImportSettings) -> FileMapping:
    if asked.mapping_name:
        found = known_mapping(asked.mapping_name, asked.target)
        if found is None:
            raise Refused("import.mapping_unknown", field="mapping_name", name=asked.mapping_name)
        return found
    fitting = [one for one in fitting_mappings(Layout.from_json(import_job.layout)) if one.target == asked.target]
    if not fitting:
        raise Refused("import.mapping_needed", field="mapping_name")
    return fitting[0]


@router.get("/imports", IMPORT_RUN, Page[ImportRow], parameters=parameters_of(LIST))
def list_imports(request: ApiRequest) -> Any:
    """List imports: the client's own, with the permission to manage jobs everybody's."""
    found = read_list(request, LIST)
    return {"rows": [import_row(row) for row in found.records], **found.more}


@router.post("/imports", IMPORT_RUN, ImportOut)
def send_import(request: ApiRequest, file: Upload) -> Any:
    """Send a file to import.

    It is kept encrypted for 14 days. Then say how it is read (`settings`) and start it (`act`).
    """
    name, blocks = file.name or "", file.chunks()
    return import_out(lifecycle.receive_file(actor=request.actor, name=name, blocks=blocks, now=clock.now()))


@router.get("/imports/{int:import_id}", IMPORT_RUN, ImportOut)
def get_import(request: ApiRequest, import_id: RowId) -> Any:
    """Get an import with its counts and control sums."""
    return import_out(access_import(request.actor, import_id))


@router.put("/imports/{int:import_id}/settings", IMPORT_RUN, ImportOut)
def set_import(request: ApiRequest, import_id: RowId, body: ImportSettings) -> Any:
    """Say how the file is read and where its rows belong.

    Also takes the permission of the target.
    """
    mapping = _mapping(access_own_import(request.actor, import_id), body)
    configured = lifecycle.configure(
        actor=request.actor, import_id=import_id, mapping=mapping, unit=body.unit or request.actor.unit_id,
        sales_channel=body.sales_channel, mode=body.mode, on_likely=body.on_likely,
    )  # fmt: skip
    return import_out(configured)


@router.post("/imports/{int:import_id}/act", IMPORT_RUN, ImportOut, status=202)
def act_on_import(request: ApiRequest, import_id: RowId, body: ImportAct) -> Any:
    """Check a file without writing, write it, pause, go on, or cancel; a job does the work."""
    ACTS[body.act](actor=request.actor, import_id=import_id)
    return import_out(access_import(request.actor, import_id))


@router.get("/imports/{int:import_id}/matches", IMPORT_RUN, ImportLikelyRows, parameters=(AFTER,))
def list_import_matches(request: ApiRequest, import_id: RowId) -> Any:
    """List the rows of one of the client's own imports that look like records the book has, by row."""
    import_job = access_own_import(request.actor, import_id)
    text = request.GET.get("after", "0")
    rows, following = match_page(import_job, after=int(text) if text.isdecimal() and len(text) < 16 else 0)
    return {"rows": [likely_row(row) for row in rows], "next_after": following}


@router.put("/imports/{int:import_id}/matches", IMPORT_RUN, ImportOut)
def decide_import_matches(request: ApiRequest, import_id: RowId, body: Decisions) -> Any:
    """Say what happens to likely rows, after the check and before the import is started.

    Also takes the permission of the target.
    """
    actor, now = request.actor, clock.now()
    answers = {row.row_number: Answer(row.decision, row.record_id) if row.decision else None for row in body.rows}
    with transaction.atomic():
        if body.on_likely:
            decide_all(actor=actor, import_id=import_id, decision=body.on_likely, now=now)
        decided = decide_rows(actor=actor, import_id=import_id, answers=answers, now=now)
    return import_out(decided)


@router.get("/imports/{int:import_id}/refused", IMPORT_RUN, None, media_type="application/octet-stream")
def get_refused_rows(request: ApiRequest, import_id: RowId) -> HttpResponse:
    """Fetch the refused rows of one of the client's own imports, as they were sent, each with its reason."""
    name, _kind, blocks = hand_out_refused(actor=request.actor, import_id=import_id, now=clock.now())
    response = StreamingHttpResponse(blocks, content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return cast(HttpResponse, response)
