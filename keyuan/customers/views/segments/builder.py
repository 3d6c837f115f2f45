"""The builder's pages: a new segment, a changed one, and the live count while one builds (CUS-6)."""

import json
from collections.abc import Callable
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from keyuan.customers import permissions
from keyuan.customers.forms.segments.faults import faults_of
from keyuan.customers.forms.segments.menu import menu_of
from keyuan.customers.forms.segments.reading import read_aloud
from keyuan.customers.forms.segments.segment import LONGEST, SegmentForm, initial_of
from keyuan.customers.forms.segments.starting import of_cell, of_list
from keyuan.customers.models import Segment
from keyuan.customers.rules.segments.language import Group, read_condition
from keyuan.customers.selectors.segments.asking import count_condition
from keyuan.customers.selectors.segments.options import options
from keyuan.customers.selectors.segments.reading import access_segment
from keyuan.customers.selectors.segments.vocabulary import vocabulary_of, whole_vocabulary
from keyuan.customers.services.segments.saving import change_segment, checked, create_segment
from keyuan.customers.views.segments.sample import sample_rows
from keyuan.kernel.errors import Invalid, NotFound, Refused
from keyuan.platform import attempts, clock
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say

EMPTY = '{"version": 1, "root": {"kind": "group", "join": "and", "not": false, "items": []}}'


@require_http_methods(["GET", "POST"])
@allow(permissions.SEGMENTS)
def segment_create(request: StaffRequest) -> HttpResponse:
    """A new segment: empty, or begun from the filters of the list of customers."""
    started = json.dumps(of_list(request.GET)) if request.GET else EMPTY
    return _building(request, None, {"condition": started}, _create)


@require_http_methods(["GET", "POST"])
@allow(permissions.SEGMENTS)
def segment_from_cell(request: StaffRequest) -> HttpResponse:
    """A new segment begun from a cell of the classification board (CUS-5)."""
    started = of_cell(request.GET, vocabulary_of(request.actor))
    return _building(request, None, {"condition": json.dumps(started)}, _create)


@require_http_methods(["GET", "POST"])
@allow(permissions.SEGMENTS)
def segment_edit(request: StaffRequest, segment_id: int) -> HttpResponse:
    """Change one's own segment, or save what was built as a new one."""
    segment = access_segment(request.actor, segment_id)
    if segment.owner_id != request.actor.id:
        raise NotFound("segment.not_found")

    def save(asked: StaffRequest, form: SegmentForm) -> Segment:
        if asked.POST.get("act") == "copy":
            return _create(asked, form)
        version = asked.POST.get("version", "")
        return change_segment(
            actor=asked.actor,
            segment_id=segment.pk,
            version=int(version) if version.isdecimal() else 0,
            draft=form.draft(),
            today=clock.today(),
            now=clock.now(),
        )

    return _building(request, segment, initial_of(segment), save)


def _create(request: StaffRequest, form: SegmentForm) -> Segment:
    token = attempts.named(request)
    return create_segment(actor=request.actor, draft=form.draft(), today=clock.today(), now=clock.now(), token=token)


def _building(
    request: StaffRequest,
    segment: Segment | None,
    initial: dict[str, Any],
    save: Callable[[StaffRequest, SegmentForm], Segment],
) -> HttpResponse:
    form = SegmentForm(request.POST or None, initial=initial)
    faults: list[dict[str, str]] = []
    if request.method == "POST" and form.is_valid():
        try:
            saved = save(request, form)
        except Refused as error:
            faults = _refuse(form, error)
        else:
            toast(request, _("The segment was saved"))
            return redirect("customers:segment", segment_id=saved.pk)
    stored = form["condition"].value()
    context = {
        "form": form,
        "segment": segment,
        "menu": menu_of(request.actor, _tree(stored)),
        "stored": stored if isinstance(stored, str) else json.dumps(stored),
        "faults": json.dumps(faults),
        "version": request.POST.get("version") or (segment.version if segment else ""),
    }
    return page(request, "customers/segments/builder.html", context, status=422 if form.is_bound else 200)


def _tree(stored: Any) -> Group | None:
    try:
        return read_condition(json.loads(stored) if isinstance(stored, str) else stored, whole_vocabulary())
    except (Invalid, ValueError):
        return None


def _refuse(form: SegmentForm, error: Refused) -> list[dict[str, str]]:
    """Put a refusal beside its field; faults of the condition go to their rows."""
    if isinstance(error, Invalid):
        form.add_error(None, _("The condition is not complete: the rows concerned say what is missing."))
        return faults_of(error)
    form.add_error(error.field if error.field in form.fields and error.field != "condition" else None, say(error))
    return []


@require_POST
@allow(permissions.SEGMENTS)
def segment_count(request: StaffRequest) -> HttpResponse:
    """Count and sample what stands in the builder, in the viewer's reach; faults come with their rows."""
    now = clock.now()
    try:
        stored = json.loads(request.POST.get("condition", "")[:LONGEST])
    except ValueError:
        stored = None
    try:
        root = checked(request.actor, stored, today=clock.today())
        found = count_condition(root, actor=request.actor, now=now)
    except Invalid as error:
        return JsonResponse({"faults": faults_of(error)}, status=422)
    except Refused as error:
        html = render_to_string("customers/segments/uncounted.html", {"why": say(error)}, request)
        return JsonResponse({"html": html})
    context = {
        "found": found,
        "rows": sample_rows(request.actor, found.sample, now=now),
        "reading": read_aloud(request.actor, root),
    }
    return JsonResponse(
        {"total": found.total, "html": render_to_string("customers/segments/count.html", context, request)}
    )


@require_GET
@allow(permissions.SEGMENTS)
def segment_options(request: StaffRequest, kind: str) -> HttpResponse:
    """Offer agents, units or segments whose names fit what was typed."""
    found = options(request.actor, kind, request.GET.get("q", "")[:60], today=clock.today())
    if found is None:
        raise NotFound("segment.not_found")
    return JsonResponse({"rows": found})
