"""Rows of an import that look like records the book has, decided before they are written (CUS-8, PLT-9)."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import cast
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from keyuan.kernel.errors import Refused
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.imports import matching
from keyuan.platform.imports.matched_rows import compared, match_file, match_page, matching_of
from keyuan.platform.imports.selectors import access_own_import, target_of
from keyuan.platform.imports.targets import Answer
from keyuan.platform.imports.wording import DECISIONS
from keyuan.platform.models.import_job import ImportJob
from keyuan.platform.permissions import IMPORT_RUN
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say

PREFIX = "row-"


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 19 else 0


def _shown(request: StaffRequest, import_job: ImportJob, error: Refused | None = None) -> HttpResponse:
    after, decided = _number(request.GET.get("after", "")), request.GET.get("decided", "")
    decided = decided if decided in ("open", *ImportJob.OnLikely.values) else ""
    matching_of(target_of(import_job))
    rows, following = match_page(import_job, decided=decided, after=after)
    context = {
        "import": import_job,
        "rows": compared(request.actor, import_job, rows, clock.now()),
        "summary": matching.summary_of(import_job),
        "decisions": DECISIONS,
        "decided": decided,
        "after": after,
        "following": following,
        "kept": urlencode({"decided": decided, "after": after}),
        "is_open": import_job.stage == ImportJob.Stage.CHECKED,
        "error": say(error) if error else "",
        "posted": {key: request.POST[key] for key in request.POST if key.startswith(PREFIX)},
    }
    return page(request, "imports/import_matches.html", context, status=422 if error else 200)


def _answers(request: StaffRequest) -> dict[int, Answer | None]:
    """Return what the page sends: ``row-12`` = nothing, create, skip, or update and the record."""
    found: dict[int, Answer | None] = {}
    for key, text in request.POST.items():
        number = _number(key.removeprefix(PREFIX)) if key.startswith(PREFIX) else 0
        decision, _colon, record_id = str(text).partition(":")
        if number:
            found[number] = Answer(decision, _number(record_id) or None) if decision else None
    return found


@require_http_methods(["GET", "POST"])
@allow(IMPORT_RUN)
def import_matches(request: StaffRequest, import_id: int) -> HttpResponse:
    """Show likely rows beside the records they may be, and take decisions on them."""
    import_job = access_own_import(request.actor, import_id)
    if request.method == "GET":
        return _shown(request, import_job)
    act, now = request.POST.get("act", ""), clock.now()
    try:
        if act == "all":
            matching.decide_all(
                actor=request.actor, import_id=import_id, decision=request.POST.get("on_likely", ""), now=now
            )
        elif act == "clear":
            matching.clear_decisions(actor=request.actor, import_id=import_id, now=now)
        else:
            matching.decide_rows(actor=request.actor, import_id=import_id, answers=_answers(request), now=now)
    except Refused as error:
        return _shown(request, import_job, error)
    toast(request, gettext("Decided. Nothing is written before you start the import."))
    address = reverse("platform:import-matches", kwargs={"import_id": import_id})
    after = _number(request.POST.get("next", "")) or _number(request.GET.get("after", ""))
    kept = urlencode({"decided": request.GET.get("decided", ""), "after": after})
    return HttpResponseRedirect(f"{address}?{kept}")


@require_GET
@allow(IMPORT_RUN)
def import_matches_file(request: StaffRequest, import_id: int) -> HttpResponse:
    """Hand out all likely rows with what was decided and done."""
    name, rows = match_file(actor=request.actor, import_id=import_id, now=clock.now())
    response = StreamingHttpResponse(_lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return cast(HttpResponse, response)


def _lines(rows: Iterable[list[str]]) -> Iterator[bytes]:
    yield b"\xef\xbb\xbf"
    for row in rows:
        buffer = io.StringIO(newline="")
        csv.writer(buffer).writerow(row)
        yield buffer.getvalue().encode()
