"""What every request passes: its id, and expected failures turned into pages; what guards it is in `shield`."""

import time
import uuid
from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from keyuan.kernel.errors import Forbidden, NotFound, Refused
from keyuan.platform import attempts, logs
from keyuan.platform.outage import LANGUAGE_COOKIE
from keyuan.platform.postgresql import impatient
from keyuan.platform.views import errors

log = structlog.get_logger(__name__)
Handler = Callable[[HttpRequest], HttpResponse]
LANGUAGE_SECONDS = 365 * 24 * 3600


class RequestIdMiddleware:
    """Give every request an id that stands in its answer, the log and the audit trail."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = uuid.uuid4().hex
        request.request_id = request_id  # type: ignore[attr-defined]  # a mark on the request
        logs.bind(request_id=request_id)
        began = time.perf_counter()
        with impatient():
            response = self.get_response(request)
        response["X-Request-Id"] = request_id
        # The route and never the address: what people search for stands in addresses.
        route = request.resolver_match.view_name if request.resolver_match else ""
        milliseconds = round((time.perf_counter() - began) * 1000)
        who = getattr(getattr(request, "actor", None), "id", None)
        facts = {"method": request.method, "route": route, "status": response.status_code, "ms": milliseconds}
        log.info("request", actor=who, **facts)
        return response


class ErrorMiddleware:
    """Turn expected failures that reach the top into the page that fits; anything else stays a bug."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # PostgreSQL stores no NUL: as a condition of a search it would be a fault instead of finding nothing.
        if "%00" in request.META.get("QUERY_STRING", ""):
            return errors.not_found(request)
        with attempts.of(request):
            response = self.get_response(request)
        _keep_language(request, response)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer 404, 403 or 422 for the kernel's errors; a form that arrives again is told so."""
        if isinstance(exception, attempts.Repeated):
            return attempts.answer(request)
        if isinstance(exception, NotFound):
            return errors.not_found(request, exception)
        if isinstance(exception, Forbidden):
            return errors.forbidden(request, exception)
        if isinstance(exception, Refused):
            return errors.refused(request, exception)
        return None


def _keep_language(request: HttpRequest, response: HttpResponse) -> None:
    """Let the browser know the language of its person, for the page that must do without the database."""
    language = getattr(request, "LANGUAGE_CODE", "")
    if getattr(request, "actor", None) is not None and request.COOKIES.get(LANGUAGE_COOKIE) != language:
        lasting = LANGUAGE_SECONDS
        response.set_cookie(LANGUAGE_COOKIE, language, lasting, samesite="Lax", httponly=True, secure=settings.HTTPS)
