"""Error pages; 500 and 503 touch neither database nor session."""

import sys

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from keyuan.kernel.errors import Refused
from keyuan.platform import outage
from keyuan.platform.catalogue import catalogue
from keyuan.platform.faults import world_fault
from keyuan.platform.http import public, to_sign_in
from keyuan.platform.wording import say


@public
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: absent or out of reach."""
    return render(request, "errors/404.html", status=404)


@public
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: the post lacks the permission; the page says whom to ask."""
    params = getattr(exception, "params", {})
    known = catalogue.get(str(params.get("permission") or exception or ""))
    return render(request, "errors/403.html", {"permission_label": known.label if known else ""}, status=403)


@public
def stale(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: a form without the token of this session; a page left open while somebody signed in or out."""
    del reason  # Django's English remark for developers
    stranger = getattr(request, "actor", None) is None
    if stranger and request.headers.get("HX-Request"):
        return to_sign_in(request)
    context = {"sign_in_url": resolve_url(settings.LOGIN_URL) if stranger else ""}
    return render(request, "errors/stale.html", context, status=403)


@public
def refused(request: HttpRequest, exception: Refused) -> HttpResponse:
    """422: a rule said no where the page had no form to say it in."""
    return render(request, "errors/422.html", {"sentence": say(exception)}, status=422)


@public
def broken(request: HttpRequest) -> HttpResponse:
    """500: ours to mend; the number leads to the log line. 503 when the world is at fault and not the program."""
    # Django calls this while it handles the exception.
    error = sys.exc_info()[1]
    fault = world_fault(error)
    if error is not None and fault is not None:
        return outage.unavailable(request, fault, error)
    if outage.wants_json(request):
        return outage.problem(request, 500, _("This did not work. Please try again."), code="broken")
    return HttpResponse(render_to_string("errors/500.html", {"number": outage.number_of(request)}), status=500)
