"""What every request of the API passes: caller, limits, replay, tags, and problems in the place of pages (PLT-14)."""

from collections.abc import Callable, Mapping

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import override

from keyuan.api.kit import limits, problems
from keyuan.api.kit.caller import Caller, address_of, caller_of, language_of
from keyuan.api.kit.problems import Problem
from keyuan.api.kit.tags import is_known, tag_of
from keyuan.kernel.errors import KeyuanError
from keyuan.platform import clock, replays

Handler = Callable[[HttpRequest], HttpResponse]

#: Calls a minute of an address that shows no credential.
STRANGERS_RATE = 60
JSON_BYTES = 5 * 1024 * 1024
FILE_BYTES = 52 * 1024 * 1024
#: Longer answers are not kept for replay.
KEPT_BYTES = 2 * 1024 * 1024
#: Headers of an answer that a replay repeats.
KEPT_HEADERS = ("Content-Type", "ETag", "Location")
BODILESS = frozenset({"GET", "HEAD", "OPTIONS"})


def answer(request: HttpRequest, get_response: Handler) -> HttpResponse:
    """Answer a request of the API, whatever happens, in the caller's language."""
    with override(language_of(request)):
        try:
            caller = caller_of(request)
        except Problem as problem:
            verdict = _count(request, None)
            # Whoever guesses credentials is slowed down like any stranger.
            refusal = problems.of_problem(request, problem) if verdict.allowed else problems.general(request, 429)
            return _headed(request, refusal, verdict.headers())
        verdict = _count(request, caller)
        if not verdict.allowed:
            return _headed(request, problems.general(request, 429), verdict.headers())
        request.actor = caller.actor if caller else None  # type: ignore[attr-defined]  # a mark on the request
        # Whoever's session a browser sends along, its duties are none of the program's.
        request.duty = ""  # type: ignore[attr-defined]  # a mark on the request
        with override(caller.actor.locale if caller else language_of(request)):
            return _headed(request, _passed(request, caller, get_response), verdict.headers())


def _count(request: HttpRequest, caller: Caller | None) -> limits.Verdict:
    now = clock.wall().timestamp()
    if caller is None:
        return limits.buckets().take(limits.slot_of_stranger(address_of(request)), STRANGERS_RATE, now)
    client = caller.credential.client
    return limits.buckets().take(limits.slot_of_client(client.pk), client.rate_per_minute, now)


def _passed(request: HttpRequest, caller: Caller | None, get_response: Handler) -> HttpResponse:
    if _is_too_large(request):
        return problems.general(request, 413)
    method = str(request.method)
    if method == "HEAD":
        # Answered as GET; the body is cut off at the end.
        request.method = "GET"
    key = request.headers.get("Idempotency-Key", "")
    if method == "POST" and caller is not None and "Idempotency-Key" in request.headers:
        response = _once(request, caller, key, get_response)
    else:
        response = get_response(request)
    response = _as_problem(request, response)
    if method == "OPTIONS" and response.status_code == 405:
        return _options(response)
    if method in ("GET", "HEAD") and response.status_code == 200:
        response = _tagged(request, response)
    return _cut(response) if method == "HEAD" else response


def _is_too_large(request: HttpRequest) -> bool:
    length = request.META.get("CONTENT_LENGTH") or "0"
    most = FILE_BYTES if str(request.content_type).startswith("multipart/") else JSON_BYTES
    return length.isdecimal() and int(length) > most


def _once(request: HttpRequest, caller: Caller, key: str, get_response: Handler) -> HttpResponse:
    """Do the work and keep its answer in one transaction, or give the answer that was kept."""
    caller_id, now = caller.actor.id or 0, clock.wall()
    content = (request.META.get("CONTENT_TYPE") or "").partition(";")[0]
    digest = replays.digest_of(
        request.get_full_path().encode(), content.encode(), b"" if "multipart" in content else request.body
    )
    try:
        with transaction.atomic():
            known = replays.known_answer(caller_id=caller_id, key=key, digest=digest, now=now)
            if known is not None:
                return _replayed(known.status, known.headers, known.body)
            response = _as_problem(request, get_response(request))
            if response.status_code >= 400 or response.streaming:
                # What was refused has done nothing: the key is free for another attempt.
                transaction.set_rollback(response.status_code >= 400)
                return response
            if not getattr(request, "never_kept", False) and len(response.content) <= KEPT_BYTES:
                _give_version(request, response)
                headers = {name: response[name] for name in KEPT_HEADERS if name in response}
                replays.keep_answer(
                    caller_id=caller_id, key=key, digest=digest, status=response.status_code, headers=headers,
                    body=response.content.decode(), now=now,
                )  # fmt: skip
            return response
    except KeyuanError as error:
        return problems.of_error(request, error)


def _replayed(status: int, headers: Mapping[str, str], body: str) -> HttpResponse:
    response = HttpResponse(body, status=status, headers={**headers, "Idempotency-Replayed": "true"})
    if not body:
        del response["Content-Type"]
    return response


def _as_problem(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Put a problem in the place of a page that the framework answered."""
    status = response.status_code
    if status < 400 or response.get("Content-Type", "").startswith((problems.MEDIA_TYPE, "application/json")):
        return response
    kept = {name: response[name] for name in ("Allow", "Retry-After") if name in response}
    # Django's own word for a body that is larger than settings allow, or that cannot be read, is 400.
    return problems.general(request, status, kept)


def _options(refusal: HttpResponse) -> HttpResponse:
    offered = [word.strip() for word in refusal.get("Allow", "").split(",") if word.strip()]
    more = ["HEAD"] if "GET" in offered else []
    return HttpResponse(status=204, headers={"Allow": ", ".join(sorted({*offered, *more, "OPTIONS"}))})


def _give_version(request: HttpRequest, response: HttpResponse) -> None:
    version = getattr(request, "record_version", None)
    if version is not None and "ETag" not in response:
        response["ETag"] = tag_of(version, response.content)


def _tagged(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    if response.streaming or "ETag" in response:
        return response
    response["ETag"] = tag_of(getattr(request, "record_version", 0), response.content)
    if not is_known(request, response["ETag"]):
        return response
    return HttpResponse(status=304, headers={"ETag": response["ETag"]})


def _cut(response: HttpResponse) -> HttpResponse:
    if not response.streaming:
        length = len(response.content)
        response.content = b""
        response["Content-Length"] = str(length)
    return response


def _headed(request: HttpRequest, response: HttpResponse, more: Mapping[str, str]) -> HttpResponse:
    """Add what every answer says: language, limits, and that nobody on the way may keep it."""
    if response.status_code in (204, 304) and "Content-Type" in response:
        del response["Content-Type"]
    _give_version(request, response) if response.status_code in (200, 201) and not response.streaming else None
    for name, value in more.items():
        response[name] = value
    if not response.has_header("Cache-Control"):
        response["Cache-Control"] = "private, no-cache" if "ETag" in response else "no-store"
    patch_vary_headers(response, ("Authorization", "X-API-Key", "Accept-Language"))
    return response
