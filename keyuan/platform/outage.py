"""What a request is answered while the world is at fault: a page, or problem details, made from memory alone (PLT-13).

Neither the database nor the session is touched. What was typed comes back to the browser in a form that sends it again,
with the same token, so that nothing is lost and nothing is doubled.
"""

import threading
import time
from dataclasses import dataclass, field

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from keyuan.platform.faults import Fault

log = structlog.get_logger(__name__)
#: Seconds after which it is worth trying again.
RETRY_AFTER = 10
#: Seconds in which a fault is logged once, however many requests meet it.
QUIET_SECONDS = 10.0
LANGUAGE_COOKIE = f"{settings.COOKIE_PREFIX}language"
#: What comes back to the browser at most, in characters; and what never does.
MOST_TYPED = 200_000
SECRET = ("password", "code", "secret")

SENTENCES = {
    Fault.AWAY: _("The database cannot be reached for the moment."),
    Fault.BUSY: _("The system is too busy for the moment; nothing was saved."),
    Fault.FULL: _("The disk of the system is full; nothing was saved. The operators have to make room."),
    Fault.READ_ONLY: _("The system cannot write to its disk; nothing was saved. The operators have to mend it."),
}


@dataclass
class Quiet:
    """Lets one line a fault through in `QUIET_SECONDS` and counts the others."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    #: Fault → (moment of the last line, requests since).
    seen: dict[Fault, tuple[float, int]] = field(default_factory=dict)

    def note(self, fault: Fault, error: BaseException) -> None:
        """Log ``fault``, or count it."""
        now = time.monotonic()
        with self.lock:
            last, since = self.seen.get(fault, (-QUIET_SECONDS, 0))
            if now - last < QUIET_SECONDS:
                self.seen[fault] = (last, since + 1)
                return
            self.seen[fault] = (now, 0)
        log.error("outage", fault=str(fault), error=type(error).__name__, more=since)


quiet = Quiet()


def unavailable(request: HttpRequest, fault: Fault, error: BaseException) -> HttpResponse:
    """Answer 503 with ``Retry-After``, in the language of whoever asks, as far as it is known."""
    quiet.note(fault, error)
    with translation.override(_language(request)):
        if wants_json(request):
            response: HttpResponse = problem(request, 503, str(SENTENCES[fault]), code=f"unavailable.{fault}")
        else:
            context = {"sentence": SENTENCES[fault], "number": number_of(request), **_typed(request)}
            response = HttpResponse(render_to_string("errors/503.html", context), status=503)
    response["Retry-After"] = str(RETRY_AFTER)
    response["Cache-Control"] = "no-store"
    # Django would add a line with the places for each request.
    response._has_been_logged = True  # type: ignore[attr-defined]  # Django's own mark
    return response


def problem(request: HttpRequest, status: int, sentence: str, *, code: str) -> JsonResponse:
    """Return problem details (RFC 9457); ``error`` is what our own scripts show."""
    body = {"type": "about:blank", "status": status, "title": sentence, "detail": sentence, "code": code}
    request_id = getattr(request, "request_id", "")
    body |= {"error": sentence, "request_id": request_id}
    return JsonResponse(body, status=status, content_type="application/problem+json")


def wants_json(request: HttpRequest) -> bool:
    """Tell whether a program asks, or a script of a page that reads JSON."""
    accepts = request.headers.get("Accept", "")
    sends = request.headers.get("Content-Type", "")
    return request.path.startswith("/api/") or ("json" in accepts and "html" not in accepts) or "json" in sends


def number_of(request: HttpRequest) -> str:
    """Return the number that leads to the lines of this request in the log."""
    return str(getattr(request, "request_id", ""))[:8].upper()


def _language(request: HttpRequest) -> str:
    wanted = getattr(request, "LANGUAGE_CODE", "") or request.COOKIES.get(LANGUAGE_COOKIE, "")
    return wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _typed(request: HttpRequest) -> dict[str, object]:
    """Return the fields of a form that a browser sent as a whole page, for sending them again."""
    if request.method != "POST":
        return {"is_post": False}
    nothing: dict[str, object] = {"is_post": True, "fields": []}
    is_plain = request.content_type == "application/x-www-form-urlencoded"
    # Reading a form with files would store them; one that the view has read already costs nothing.
    if request.headers.get("HX-Request") or not (is_plain or hasattr(request, "_post")):
        return nothing
    fields = [(name, value) for name, values in request.POST.lists() for value in values]
    is_secret = any(part in name for name, _value in fields for part in SECRET)
    if is_secret or request.FILES or sum(len(str(value)) for _name, value in fields) > MOST_TYPED:
        return nothing
    return {"is_post": True, "fields": fields, "path": request.get_full_path()}
