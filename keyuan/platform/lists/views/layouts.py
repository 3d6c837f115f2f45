"""Keeping a person's columns, and saved views."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from keyuan.kernel.errors import Refused
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest
from keyuan.platform.lists import saved
from keyuan.platform.lists.layout import SIZE_KEY, layout_key, layout_of, read_layout
from keyuan.platform.lists.preferences import keep_preference
from keyuan.platform.lists.spec import PAGE_SIZES, ListSpec
from keyuan.platform.lists.views.screen import query_of
from keyuan.platform.models import SavedView
from keyuan.platform.permissions import SHARE_VIEWS
from keyuan.platform.wording import say


@require_POST
def list_columns(request: StaffRequest, spec: ListSpec) -> HttpResponse:
    """Keep columns, widths and pins; without any, the list goes back to how it is declared. Also the page size."""
    actor, now = request.actor, clock.now()
    try:
        if "columns" in request.POST:
            layout = read_layout(spec, request.POST["columns"])
            keep_preference(actor=actor, key=layout_key(spec), value=layout or None, now=now)
        if request.POST.get("size", "").isdecimal() and int(request.POST["size"]) in PAGE_SIZES:
            keep_preference(actor=actor, key=SIZE_KEY, value=int(request.POST["size"]), now=now)
    except Refused as error:
        return JsonResponse({"error": say(error)}, status=422)
    # Scripts reload by themselves; "back to the default" is a plain htmx button.
    is_reset = request.POST.get("columns") == "[]"
    return HttpResponse(status=204, headers={"HX-Refresh": "true"} if is_reset else {})


def _shown_keys(request: StaffRequest, spec: ListSpec) -> list[str]:
    return [placed.column.key for placed in layout_of(spec, request.actor).shown]


@require_http_methods(["GET", "POST"])
def view_save_as(request: StaffRequest, spec: ListSpec) -> HttpResponse:
    """Ask for name and audience, then keep the present filters and order as a view and go there."""
    if request.method == "GET":
        return _name_form(request, spec, query=request.GET.get("query", "")[:4_000])
    try:
        view = saved.save_view_as(
            actor=request.actor,
            spec=spec,
            name=request.POST.get("name", ""),
            query=query_of(request),
            columns=_shown_keys(request, spec),
            audience=request.POST.get("audience", SavedView.Audience.MINE),
            now=clock.now(),
        )
    except Refused as error:
        return _name_form(request, spec, query=query_of(request), error=say(error), status=422)
    return HttpResponse(status=204, headers={"HX-Redirect": f"{spec.url()}?view=saved-{view.pk}"})


def _name_form(
    request: StaffRequest, spec: ListSpec, *, query: str, error: str = "", status: int = 200
) -> HttpResponse:
    audiences = [(SavedView.Audience.MINE, _("Only me"))]
    if request.actor.may(SHARE_VIEWS):
        audiences += [
            (SavedView.Audience.ROLE, _("My role")),
            (SavedView.Audience.UNIT, _("My unit")),
            (SavedView.Audience.ALL, _("Everybody")),
        ]
    context = {
        "query": query,
        "error": error,
        "audiences": audiences,
        "typed": request.POST,
        "save_as_url": spec.url("view-save-as"),
    }
    return render(request, "lists/save_view.html", context, status=status)


@require_POST
def view_save(request: StaffRequest, spec: ListSpec, view_id: int) -> HttpResponse:
    """Overwrite one's own view with the present filters and order."""
    view = saved.save_view(
        actor=request.actor,
        spec=spec,
        view_id=view_id,
        query=query_of(request),
        columns=_shown_keys(request, spec),
        now=clock.now(),
    )
    return HttpResponse(status=204, headers={"HX-Redirect": f"{spec.url()}?view=saved-{view.pk}"})


@require_POST
def view_delete(request: StaffRequest, spec: ListSpec, view_id: int) -> HttpResponse:
    """Delete one's own view."""
    saved.delete_view(actor=request.actor, spec=spec, view_id=view_id)
    return HttpResponse(status=204, headers={"HX-Redirect": spec.url()})
