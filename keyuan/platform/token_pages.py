"""Pages that a token opens instead of a sign-in: limited by address, never cached, indexed or told to other sites."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from keyuan.kernel.errors import NotFound
from keyuan.kernel.rates import Limit
from keyuan.platform import throttle
from keyuan.platform.http import public

Page = Callable[..., HttpResponse]


def _over(request: HttpRequest) -> HttpResponse:
    return render(request, "errors/link_over.html", status=404)


def by_token(limit: Limit, *, over: Callable[[HttpRequest], HttpResponse] = _over) -> Callable[[Page], Any]:
    """Let anybody in who holds a token, within the limit; every wrong token looks alike.

    ``over`` answers for a token that opens nothing, in words for whoever has an old link and no sign-in.
    """

    def decorate(view: Page) -> Any:
        @wraps(view)
        def inner(request: HttpRequest, token: str) -> HttpResponse:
            if not throttle.hit(limit, request.META.get("REMOTE_ADDR", "")):
                words = _("Too many tries; please come back in a few minutes.")
                return HttpResponse(words, status=429, content_type="text/plain; charset=utf-8")
            try:
                response = view(request, token)
            except NotFound:
                response = over(request)
            # The token goes to no other site. "no-referrer" would also hide the origin of the page's own form, which
            # browsers then send as "null" and the protection against forgery refuses.
            response["Referrer-Policy"] = "same-origin"
            response["X-Robots-Tag"] = "noindex"
            return response

        return public(never_cache(inner))

    return decorate
