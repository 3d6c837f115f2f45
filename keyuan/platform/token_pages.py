"""Pages that a token opens instead of a sign-in: limited by address, never cached, indexed or told to other sites."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from keyuan.kernel.errors import NotFound
from keyuan.kernel.rates import Limit
from keyuan.platform import throttle
from keyuan.platform.http import public

Page = Callable[..., HttpResponse]


def by_token(limit: Limit, *, over: Callable[[HttpRequest], HttpResponse] | None = None) -> Callable[[Page], Any]:
    """Let anybody in who holds a token, within the limit; every wrong token looks alike.

    ``over`` answers in the place of the usual 404, in words for whoever has an old link.
    """

    def decorate(view: Page) -> Any:
        @wraps(view)
        def inner(request: HttpRequest, token: str) -> HttpResponse:
            if not throttle.hit(limit, request.META.get("REMOTE_ADDR", "")):
                words = _("Too many tries; please come back in a few minutes.")
                return HttpResponse(words, status=429, content_type="text/plain; charset=utf-8")
            try:
                response = view(request, token)
            except NotFound as error:
                if over is None:
                    raise Http404(error.code) from None
                response = over(request)
            # The token goes to no other site. "no-referrer" would also hide the origin of the page's own form, which
            # browsers then send as "null" and the protection against forgery refuses.
            response["Referrer-Policy"] = "same-origin"
            response["X-Robots-Tag"] = "noindex"
            return response

        return public(never_cache(inner))

    return decorate
