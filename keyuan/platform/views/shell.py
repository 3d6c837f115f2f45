"""What the shell asks for: palette, recent visits, keys; and the gallery of components for developers."""

from django.conf import settings
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from keyuan.kernel.errors import Conflict, Refused
from keyuan.platform import clock, gallery
from keyuan.platform.http import SIGNED_IN, StaffRequest, allow, public
from keyuan.platform.keyboard import change_key
from keyuan.platform.palette import find
from keyuan.platform.recent import recent_visits
from keyuan.platform.subjects import Subject
from keyuan.platform.wording import say


def _subject(text: str) -> Subject | None:
    kind, _colon, number = text.partition(":")
    return Subject(kind, int(number)) if kind and number.isdecimal() and len(number) < 19 else None


@require_GET
@allow(SIGNED_IN)
def palette(request: StaffRequest) -> HttpResponse:
    """Return the hits for ``q``; ``subject`` is the record on the page."""
    text = request.GET.get("q", "").strip()
    groups = find(request.actor, text, _subject(request.GET.get("subject", "")))
    return render(request, "palette/results.html", {"groups": groups, "text": text})


@require_GET
@allow(SIGNED_IN)
def recent(request: StaffRequest) -> HttpResponse:
    """Return the recently visited records as a side panel."""
    return render(request, "shell/recent.html", {"visits": recent_visits(request.actor)})


@require_POST
@allow(SIGNED_IN)
def keys(request: StaffRequest) -> HttpResponse:
    """Give an action another key."""
    action, key = request.POST.get("action", ""), request.POST.get("key", "")
    try:
        change_key(actor=request.actor, action=action, key=key, now=clock.now())
    except Conflict as error:
        return JsonResponse({"error": say(error)}, status=409)
    except Refused as error:
        return JsonResponse({"error": say(error)}, status=422)
    return JsonResponse({"action": action, "key": key})


@require_GET
@public
def components(request: StaffRequest) -> HttpResponse:
    """Show every component with sample values; only a developer's server has it."""
    if not settings.DEBUG:
        raise Http404
    return render(request, "dev/components.html", gallery.samples(clock.now()))
