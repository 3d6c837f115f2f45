"""Asking for the password again before acts of consequence, when the last proof is some minutes old (PLT-5).

A view marked ``@confirmed`` sends people whose proof is too old to the page of ``settings.CONFIRM_URL`` and back. A
form that was opened in time may still be sent a while later, so that nothing typed is lost.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url

from keyuan.platform import clock

CONFIRMED_KEY = "confirmed"
#: Seconds that a proof lasts for opening a page, and longer for sending what was typed there.
OPEN_SECONDS, SEND_SECONDS = 15 * 60, 45 * 60
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def is_confirmed(request: HttpRequest) -> bool:
    """Tell whether the person has proved lately who they are."""
    age = clock.wall().timestamp() - int(request.session.get(CONFIRMED_KEY, 0))
    return age <= (OPEN_SECONDS if request.method in SAFE else SEND_SECONDS)


def confirmed(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Mark a view, below ``@allow``, that asks for a recent proof; otherwise it leads to the page that takes one."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if is_confirmed(request):
            return view(request, *args, **kwargs)
        # A button has no page of its own to come back to: its page is where it stood.
        back = request.get_full_path() if request.method in SAFE else _referring(request)
        url = f"{resolve_url(settings.CONFIRM_URL)}?{urlencode({'next': back})}"
        if request.headers.get("HX-Request"):
            return HttpResponse(status=204, headers={"HX-Redirect": url})
        return HttpResponseRedirect(url)

    guarded.needs_confirmation = True  # type: ignore[attr-defined]  # a mark on a function
    return guarded


def _referring(request: HttpRequest) -> str:
    came_from = urlsplit(request.headers.get("Referer", ""))
    return came_from.path if came_from.netloc == request.get_host() else "/"
