"""Sending a file and mapping it (PLT-9)."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from keyuan.kernel.errors import Invalid, Refused
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.imports import lifecycle
from keyuan.platform.imports.forms import mapping_from_post
from keyuan.platform.imports.layouts import Layout
from keyuan.platform.imports.limits import MAX_FILE_BYTES, MIB
from keyuan.platform.imports.selectors import access_own_import, targets_for
from keyuan.platform.imports.targets import targets
from keyuan.platform.imports.uploading import VaultUpload, VaultUploadHandler
from keyuan.platform.imports.views.mapping_page import mapping_context, proposed
from keyuan.platform.models.import_job import ImportJob
from keyuan.platform.permissions import IMPORT_RUN
from keyuan.platform.wording import say


def _go(request: StaffRequest, name: str, **kwargs: Any) -> HttpResponse:
    url = reverse(f"platform:{name}", kwargs=kwargs)
    return HttpResponseClientRedirect(url) if request.htmx else HttpResponseRedirect(url)


@csrf_exempt
@require_http_methods(["GET", "POST"])
@allow(IMPORT_RUN)
def import_create(request: StaffRequest) -> HttpResponse:
    if request.method == "GET":
        return _upload_page(request)
    # The handler must stand before anything reads the form, the check of the token included: hence both decorators.
    handler = VaultUploadHandler(request)
    request.upload_handlers = [handler]
    response = _received(request, handler)
    if response.status_code == HTTPStatus.FORBIDDEN:
        # The file arrives before its form's token can be checked.
        handler.forget()
    return response


@csrf_protect
def _received(request: HttpRequest, handler: VaultUploadHandler) -> HttpResponse:
    upload: Any = request.FILES.get("file")
    try:
        if handler.refusal is not None:
            raise handler.refusal
        if not isinstance(upload, VaultUpload):
            raise Refused("import.empty", field="file")
        import_job = lifecycle.accept_file(
            actor=request.actor,  # type: ignore[attr-defined]  # set by the middleware
            name=upload.name,
            stored=upload.stored,
            now=clock.now(),
        )
    except Refused as error:
        return _upload_page(request, error)
    return _go(request, "import-mapping", import_id=import_job.pk)  # type: ignore[arg-type]  # a request of staff, see above


def _upload_page(request: HttpRequest, error: Refused | None = None) -> HttpResponse:
    context = {
        "error": say(error) if error else "",
        "megabytes": MAX_FILE_BYTES // MIB,
        "accept": ".csv,.tsv,.txt,.gz,.xlsx",
    }
    return page(request, "imports/import_create.html", context, part="form", status=422 if error else 200)


@require_http_methods(["GET", "POST"])
@allow(IMPORT_RUN)
def import_mapping(request: StaffRequest, import_id: int) -> HttpResponse:
    import_job = access_own_import(request.actor, import_id)
    if request.method == "GET":
        return page(
            request, "imports/import_mapping.html", mapping_context(request, import_job, proposed(request, import_job))
        )
    return _mapped(request, import_job)


def _mapped(request: StaffRequest, import_job: ImportJob) -> HttpResponse:
    layout = Layout.from_json(import_job.layout)
    allowed = targets_for(request.actor)
    target = targets.get(request.POST.get("target", ""))
    if target is None or target not in allowed:
        return _go(request, "import-mapping", import_id=import_job.pk)
    try:
        mapping = mapping_from_post(request.POST, target, layout)
    except Invalid as error:
        return _wrong(request, import_job, proposed(request, import_job), error)
    unit = request.POST.get("unit", "")
    try:
        lifecycle.configure(
            actor=request.actor,
            import_id=import_job.pk,
            mapping=mapping,
            unit=int(unit) if unit.isdecimal() else None,
            mode=request.POST.get("mode", ImportJob.Mode.KEEP_GOOD),
            on_likely=request.POST.get("on_likely", ""),
        )
        lifecycle.start_check(actor=request.actor, import_id=import_job.pk)
    except Refused as error:
        return _wrong(request, import_job, mapping, error)
    return _go(request, "import-detail", import_id=import_job.pk)


def _wrong(request: StaffRequest, import_job: ImportJob, mapping: Any, error: Refused) -> HttpResponse:
    errors = error.errors if isinstance(error, Invalid) else [error]
    context = mapping_context(request, import_job, mapping, errors)
    return page(request, "imports/import_mapping.html", context, part="form", status=422)


@require_POST
@allow(IMPORT_RUN)
def import_layout(request: StaffRequest, import_id: int) -> HttpResponse:
    lifecycle.change_layout(
        actor=request.actor,
        import_id=import_id,
        sheet=request.POST.get("sheet", ""),
        has_header=bool(request.POST.get("has_header")),
    )
    return _go(request, "import-mapping", import_id=import_id)
