"""Saving one cell."""

from django.http import Http404, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from keyuan.kernel.errors import Conflict, Refused
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest
from keyuan.platform.lists.filters import FilterContext
from keyuan.platform.lists.reach import access_record
from keyuan.platform.lists.spec import ListSpec
from keyuan.platform.wording import say

#: The longest value that a cell takes.
LONGEST = 2_000


@require_POST
def cell_save(request: StaffRequest, spec: ListSpec, row_id: int, column_key: str) -> HttpResponse:
    """Save the cell; 409 shows both values when the record moved on, 422 says what is wrong."""
    column = spec.column(column_key)
    edit = column.editable if column else None
    if edit is None or not request.actor.may(edit.permission):
        raise Http404
    access_record(spec, request.actor, row_id, FilterContext(request.actor, clock.today()))
    try:
        cell = edit.save(
            actor=request.actor,
            row_id=row_id,
            value=request.POST.get("value", "").strip()[:LONGEST],
            version=request.POST.get("version", "")[:LONGEST],
            now=clock.now(),
        )
    except Conflict as error:
        return JsonResponse({"error": say(error), **error.params}, status=409)
    except Refused as error:
        return JsonResponse({"error": say(error)}, status=422)
    return JsonResponse({"shown": cell.shown, "raw": cell.raw, "version": cell.version})
