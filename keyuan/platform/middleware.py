"""What every request passes: its id, the content security policy, and expected failures turned into pages."""

import time
import uuid
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse

from keyuan.kernel.errors import Forbidden, NotFound, Refused
from keyuan.platform import logs
from keyuan.platform.live.addresses import stream_origin
from keyuan.platform.views import errors

log = structlog.get_logger(__name__)
Handler = Callable[[HttpRequest], HttpResponse]

POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self' {live}; frame-ancestors 'none'; base-uri 'self'; form-action 'self'; object-src 'none'"
)


class RequestIdMiddleware:
    """Give every request an id that stands in its answer, the log and the audit trail."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = uuid.uuid4().hex
        request.request_id = request_id  # type: ignore[attr-defined]  # a mark on the request
        logs.bind(request_id=request_id)
        began = time.perf_counter()
        response = self.get_response(request)
        response["X-Request-Id"] = request_id
        # The route and never the address: what people search for stands in addresses.
        route = request.resolver_match.view_name if request.resolver_match else ""
        milliseconds = round((time.perf_counter() - began) * 1000)
        log.info("request", method=request.method, route=route, status=response.status_code, ms=milliseconds)
        return response


class ErrorMiddleware:
    """Turn expected failures that reach the top into the page that fits; anything else stays a bug."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # PostgreSQL stores no NUL: as a condition of a search it would be a fault instead of finding nothing.
        if "%00" in request.META.get("QUERY_STRING", ""):
            return errors.not_found(request)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer 404, 403 or 422 for the kernel's errors."""
        if isinstance(exception, NotFound):
            return errors.not_found(request, exception)
        if isinstance(exception, Forbidden):
            return errors.forbidden(request, exception)
        if isinstance(exception, Refused):
            return errors.refused(request, exception)
        return None


class ContentSecurityMiddleware:
    """Allow scripts and styles from our own origin only, none inline."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Content-Security-Policy", POLICY.format(live=stream_origin(request)))
        return response
