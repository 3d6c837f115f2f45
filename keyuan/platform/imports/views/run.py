"""Watching an import, and what may be done to it (PLT-9)."""

from typing import Any, cast

from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_POST

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound, Refused
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.imports import lifecycle
from keyuan.platform.imports.handing_out import hand_out_refused
from keyuan.platform.imports.matching import summary_of
from keyuan.platform.imports.reports import Reason, control_sums, first_reasons, reasons
from keyuan.platform.imports.selectors import access_import, commonest_issues
from keyuan.platform.imports.stages import shown_state
from keyuan.platform.imports.targets import targets
from keyuan.platform.imports.wording import DECISIONS
from keyuan.platform.models.import_job import ImportJob
from keyuan.platform.models.tracked_job import TrackedJob
from keyuan.platform.permissions import IMPORT_RUN
from keyuan.platform.wording import say_code

Stage = ImportJob.Stage
#: The step of the wizard at which an import of each stage stands.
STEPS: dict[str, int] = {Stage.DRAFT: 2, Stage.CHECKING: 3, Stage.CHECKED: 4, Stage.WRITING: 4, Stage.DONE: 5}
ACTIONS = {
    "start": lifecycle.start_import,
    "check": lifecycle.start_check,
    "pause": lifecycle.pause_import,
    "resume": lifecycle.resume_import,
    "cancel": lifecycle.cancel_import,
}


def detail_context(actor: Actor, import_job: ImportJob) -> dict[str, Any]:
    """Return what the page of one import shows."""
    job = import_job.job
    under_way = import_job.stage in (Stage.CHECKING, Stage.WRITING)
    status = str(job.status) if job is not None and under_way else ""
    target = targets.get(import_job.target)
    good = import_job.created + import_job.updated + import_job.unchanged
    return {
        "import": import_job,
        "job": job,
        "state": shown_state(import_job),
        "target": target,
        "step": STEPS.get(import_job.stage, 3),
        "is_own": import_job.actor_id == actor.id,
        "is_running": status in (TrackedJob.Status.QUEUED, TrackedJob.Status.RUNNING),
        "is_paused": status == TrackedJob.Status.PAUSED,
        "is_failed": status == TrackedJob.Status.FAILED,
        "is_resting": not under_way,
        "is_written": import_job.stage == Stage.DONE,
        "is_hopeless": import_job.stage == Stage.CHECKED and not good,
        "done": job.done if job is not None and under_way else import_job.rows_read,
        "failure": say_code(import_job.failure, import_job.failure_params) if import_job.failure else "",
        "job_error": say_code(job.error, job.error_params) if job is not None and status == "failed" else "",
        "sums": control_sums(import_job),
        "reasons": first_reasons(import_job) if import_job.refused and not status else [],
        "commonest": _commonest(import_job) if import_job.refused else [],
        "repeated": import_job.extras.get("repeated", 0),
        "likely": summary_of(import_job) if target is not None and target.matching is not None else None,
        "skipped": import_job.extras.get("skipped", 0),
        "decisions": DECISIONS,
        "dropped": import_job.extras.get("dropped", 0),
        "customers_created": import_job.extras.get("customers_created", 0),
        "has_file": bool(import_job.storage_name),
    }


def _commonest(import_job: ImportJob) -> list[tuple[int, Reason]]:
    found = commonest_issues(import_job)
    return list(
        zip((rows for rows, _issue in found), reasons(import_job, (issue for _rows, issue in found)), strict=True)
    )


@require_GET
@allow(IMPORT_RUN)
def import_detail(request: StaffRequest, import_id: int) -> HttpResponse:
    import_job = access_import(request.actor, import_id)
    return page(request, "imports/import_detail.html", detail_context(request.actor, import_job), part="run")


@require_POST
@allow(IMPORT_RUN)
def import_act(request: StaffRequest, import_id: int, action: str) -> HttpResponse:
    error = ""
    try:
        ACTIONS[action](actor=request.actor, import_id=import_id)
    except Refused as refusal:
        error = say_code(refusal.code, refusal.params)
    if not request.htmx:
        return HttpResponseRedirect(reverse("platform:import-detail", kwargs={"import_id": import_id}))
    context = detail_context(request.actor, access_import(request.actor, import_id)) | {"error": error}
    return page(request, "imports/import_detail.html", context, part="run", status=422 if error else 200)


@require_GET
@allow(IMPORT_RUN)
def import_errors(request: StaffRequest, import_id: int) -> HttpResponse:
    try:
        name, kind, blocks = hand_out_refused(actor=request.actor, import_id=import_id, now=clock.now())
    except NotFound:
        raise
    except Refused:
        return HttpResponseRedirect(reverse("platform:import-detail", kwargs={"import_id": import_id}))
    response = StreamingHttpResponse(blocks, content_type=kind)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    response["X-Content-Type-Options"] = "nosniff"
    return cast(HttpResponse, response)
