"""What stands before and around every answer: sizes, methods, calls of other sites, rates, headers (PLT-5, PLT-13).

Documents, fragments, errors and static files pass here; live streams carry the same headers by themselves.
"""

from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve

from keyuan.kernel.rates import Limit
from keyuan.platform import throttle
from keyuan.platform.http import PUBLIC
from keyuan.platform.live.addresses import stream_origin
from keyuan.platform.views import errors
from keyuan.platform.wording import say_code

log = structlog.get_logger(__name__)
Handler = Callable[[HttpRequest], HttpResponse]

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
#: What browsers say of a request that another site caused; of one that nobody's page caused they say "none".
FOREIGN = frozenset({"cross-site", "same-site"})
#: A link from elsewhere opens a page in a window of its own.
OPENING = ("navigate", "document")
#: Of a page: scripts, styles and calls of our own origin only, none inline; nobody frames it.
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "media-src 'self' blob:; connect-src 'self' {live}; worker-src 'self'; frame-src 'none'; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'self'; object-src 'none'"
)
#: Headers of every answer; a view that needs other ones sets its own first.
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
        "magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=()"
    ),
    "X-Permitted-Cross-Domain-Policies": "none",
    # Static files say how long they keep; whatever else says nothing is somebody's data.
    "Cache-Control": "no-store, private",
}


class ShieldMiddleware:
    """The outermost layer: refuse what no page of ours sends, and give every answer its headers."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in METHODS:
            response = HttpResponse(status=405)
        elif is_too_large(request):
            response = HttpResponse(status=413)
        else:
            response = self.get_response(request)
        if "Content-Security-Policy" not in response:
            response["Content-Security-Policy"] = policy(request)
        for name, value in headers().items():
            response.setdefault(name, value)
        return response

    def process_view(self, request: HttpRequest, view: Handler, *_: Any) -> HttpResponse | None:
        """Refuse calls of other sites, and calls of one person that are too many; the actor is known by now."""
        route = request.resolver_match.url_name if request.resolver_match else ""
        if is_foreign(request, view):
            log.warning("refused", why="foreign", route=route)
            return errors.forbidden(request)
        limit = limit_of(str(route or ""), request.method or "")
        actor = getattr(request, "actor", None)
        if limit is None or actor is None or throttle.hit(limit, actor.id):
            return None
        log.warning("refused", why="rate", route=route, limit=limit.name, actor=actor.id)
        return too_many(request, limit)


def too_many(request: HttpRequest, limit: Limit) -> HttpResponse:
    """429: more calls within a short while than a person makes."""
    response = render(request, "errors/422.html", {"sentence": say_code("throttle.too_many")}, status=429)
    response["Retry-After"] = str(throttle.seconds_left(limit))
    return response


def headers() -> dict[str, str]:
    """Return the headers of every answer; behind HTTPS also the order to come by HTTPS only, for a year."""
    if not settings.HSTS_SECONDS:
        return HEADERS
    return HEADERS | {"Strict-Transport-Security": f"max-age={settings.HSTS_SECONDS}; includeSubDomains"}


def policy(request: HttpRequest) -> str:
    """Return the content security policy of a page."""
    try:
        live = stream_origin(request)
    except DisallowedHost:
        live = ""
    return POLICY.format(live=live).replace(" ;", ";")


def is_too_large(request: HttpRequest) -> bool:
    """Tell whether the body is announced as larger than its address takes; forms are limited further by Django."""
    size = request.META.get("CONTENT_LENGTH") or "0"
    if not size.isdigit() or int(size) <= settings.UPLOAD_BYTES:
        return not size.isdigit()
    try:
        route = resolve(request.path_info).url_name or ""
    except Resolver404:
        route = ""
    return int(size) > settings.IMPORT_BYTES or route not in settings.LARGE_ROUTES


def is_foreign(request: HttpRequest, view: Any) -> bool:
    """Tell whether a page of another site caused this request, other than by a link that people follow."""
    if request.headers.get("Sec-Fetch-Site", "") not in FOREIGN:
        return False
    if request.method not in SAFE:
        return request.headers.get("Origin", "") not in settings.CSRF_TRUSTED_ORIGINS
    followed = (request.headers.get("Sec-Fetch-Mode"), request.headers.get("Sec-Fetch-Dest")) == OPENING
    return not followed and getattr(view, "permission", "") != PUBLIC


def limit_of(route: str, method: str) -> Limit | None:
    """Return the limit of a route, if any; forms count when they are sent, searches when they are asked."""
    for endings, limit in settings.RATES:
        if any(route == ending or route.endswith(f"-{ending}") for ending in endings):
            return limit if limit.batch > 1 or method not in SAFE else None
    return None
