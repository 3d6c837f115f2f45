"""Everything that can go wrong, as problem details in the caller's language (RFC 9457)."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _

from keyuan.kernel.errors import Conflict, Forbidden, Invalid, KeyuanError, Moved, NotFound, Refused
from keyuan.platform.http import successor_url
from keyuan.platform.wording import has_sentence, say_code

MEDIA_TYPE = "application/problem+json"
#: ``contacts-0-value`` as forms name it becomes ``contacts.0.value``.
ROW = re.compile(r"-(\d+)-")
TITLES: dict[int, Any] = {
    301: _("Now part of another record"),
    400: _("The request cannot be read"),
    401: _("Not signed in"),
    403: _("No permission for this"),
    404: _("Nothing there"),
    405: _("Not possible here"),
    406: _("No such form of answer"),
    409: _("In conflict with something else"),
    412: _("Changed in the meantime"),
    413: _("Too large"),
    415: _("Not a form of data that is read here"),
    422: _("Not accepted"),
    428: _("A condition is missing"),
    429: _("Too many requests"),
    500: _("Our fault"),
    503: _("Not available just now"),
}
#: What is said where nothing more exact is known.
GENERAL = {
    400: "api.unreadable", 401: "api.no_credential", 403: "forbidden", 404: "not_found", 405: "api.method",
    406: "api.not_acceptable", 409: "conflict", 413: "api.too_large", 415: "api.media_type", 422: "api.invalid",
    429: "api.too_many", 500: "api.broken", 503: "api.unavailable",
}  # fmt: skip


class Problem(Exception):
    """A refusal that has an HTTP status of its own."""

    def __init__(self, status: int, code: str, *, headers: Mapping[str, str] | None = None, **params: Any) -> None:
        super().__init__(code)
        self.status, self.code, self.params, self.headers = status, code, params, dict(headers or {})


def field_error(field: str, code: str, params: Mapping[str, Any] | None = None) -> dict[str, str]:
    """Return what is wrong with one field: where, as a code, and in words that say what to do."""
    return {"field": ROW.sub(r".\1.", field), "code": code, "detail": say_code(code, params)}


def answer(
    request: HttpRequest,
    status: int,
    code: str,
    params: Mapping[str, Any] | None = None,
    *,
    errors: Iterable[dict[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Return a problem as a response."""
    body: dict[str, Any] = {
        "type": f"urn:keyuan:problem:{code}",
        "title": str(TITLES.get(status, TITLES[500])),
        "status": status,
        "detail": say_code(code, params),
        "code": code,
        "request_id": getattr(request, "request_id", ""),
    }
    if found := list(errors):
        body["errors"] = found
    response = JsonResponse(body, status=status, content_type=MEDIA_TYPE, json_dumps_params={"ensure_ascii": False})
    for name, value in (headers or {}).items():
        response[name] = value
    return response


def general(request: HttpRequest, status: int, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """Return the problem of a status about which nothing more is known."""
    return answer(request, status, GENERAL.get(status, "api.broken"), headers=headers)


def of_error(request: HttpRequest, error: KeyuanError) -> HttpResponse:
    """Return the kernel's expected failures as problems: 404, 403, 409 and 422."""
    if isinstance(error, Moved):
        return _moved(request, error)
    if isinstance(error, NotFound):
        return answer(request, 404, error.code if has_sentence(error.code) else "not_found", error.params)
    if isinstance(error, Forbidden):
        return answer(request, 403, error.code, error.params)
    if isinstance(error, Conflict):
        return answer(request, 409, error.code, error.params, errors=_of_fields([error]))
    parts = error.errors if isinstance(error, Invalid) else [error]
    first = parts[0] if len(parts) == 1 else Refused("api.invalid")
    return answer(request, 422, first.code, first.params, errors=_of_fields(parts))


def _moved(request: HttpRequest, error: Moved) -> HttpResponse:
    """Lead a reading program to the successor, not for ever, since a merge may be undone; a writing one has to look."""
    address = successor_url(request, error) if request.method in ("GET", "HEAD") else None
    if address is None:
        return answer(request, 409, error.code, error.params)
    return answer(request, 301, error.code, error.params, headers={"Location": address, "Cache-Control": "no-store"})


def of_problem(request: HttpRequest, error: Problem) -> HttpResponse:
    """Return a `Problem` that was raised."""
    return answer(request, error.status, error.code, error.params, headers=error.headers)


def _of_fields(parts: Iterable[KeyuanError]) -> list[dict[str, str]]:
    return [field_error(part.field, part.code, part.params) for part in parts if part.field]


#: What the reader of requests calls a fault → our code.
FAULTS = {
    "missing": "api.field_missing",
    "extra_forbidden": "api.field_unknown",
    "string_too_long": "api.text_long",
    "string_too_short": "api.text_short",
    "too_long": "api.rows_many",
    "too_short": "api.rows_few",
    "literal_error": "api.choice",
    "enum": "api.choice",
    "string_type": "api.text",
    "int_type": "api.whole",
    "int_parsing": "api.whole",
    "int_from_float": "api.whole",
    "bool_type": "api.flag",
    "bool_parsing": "api.flag",
    "greater_than_equal": "api.least",
    "less_than_equal": "api.most",
    "string_pattern_mismatch": "api.pattern",
}
DATES = ("date", "datetime", "timezone")


def of_fault(request: HttpRequest, errors: Iterable[Mapping[str, Any]]) -> HttpResponse:
    """Return what the reader of a request found, field by field."""
    return answer(request, 422, "api.invalid", errors=[_of_fault(error) for error in errors])


def _of_fault(error: Mapping[str, Any]) -> dict[str, str]:
    kind, place = str(error.get("type", "")), [str(part) for part in error.get("loc", ())]
    # The first two parts are where it was sent (body, path) and what the handler calls it.
    field = ".".join(place[2:] or place[1:])
    code = FAULTS.get(kind) or ("api.date" if kind.startswith(DATES) else "api.field_invalid")
    return field_error(field, code, {key: str(value) for key, value in (error.get("ctx") or {}).items()})
