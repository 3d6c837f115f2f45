"""What comes from outside: reports of providers, and readers who want no more mail (PLT-11, PLT-8)."""

import json
from typing import Any

from django.core.signing import BadSignature, Signer
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from keyuan.contact.drivers.senders.secrets import SecretMissing, read_secret
from keyuan.contact.models import MessageProvider
from keyuan.contact.selectors.messages.outbox import message_of_token
from keyuan.contact.selectors.messages.providers import provider_by_key
from keyuan.contact.services.messages.leaving import leave_list
from keyuan.contact.services.messages.reports import Report, is_genuine, take_reports
from keyuan.kernel.errors import Refused
from keyuan.platform import clock
from keyuan.platform.http import page, public

#: Bytes of one call-back at most.
MOST = 1024 * 1024


@public
@csrf_exempt
@require_POST
def provider_reports(request: HttpRequest, provider_key: str) -> HttpResponse:
    """Take signed reports (X-Timestamp, X-Signature): ``{"reports": [{key, kind, reference, code}]}``."""
    provider = provider_by_key(provider_key)
    body = request.body[: MOST + 1]
    if provider is None or len(body) > MOST or not _is_genuine(request, provider, body):
        raise Http404
    reports = _reports(body)
    if reports is None:
        return JsonResponse({"error": "reports"}, status=400)
    try:
        new = take_reports(provider, reports, clock.now())
    except Refused as error:
        return JsonResponse({"error": error.code}, status=400)
    return JsonResponse({"new": new})


def _is_genuine(request: HttpRequest, provider: MessageProvider, body: bytes) -> bool:
    try:
        secret = read_secret(str(provider.config.get("callback_secret_file", "")))
    except SecretMissing:
        return False
    timestamp, given = request.headers.get("X-Timestamp", ""), request.headers.get("X-Signature", "")
    return is_genuine(secret, timestamp, body, given, clock.wall())


def _reports(body: bytes) -> list[Report] | None:
    try:
        rows: Any = json.loads(body).get("reports")
        return [
            Report(
                str(row["key"])[:160],
                str(row["kind"]),
                str(row.get("reference") or "")[:120],
                str(row.get("message_key") or "")[:80],
                str(row.get("code") or "")[:40],
            )
            for row in rows
        ]
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


@public
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, leave_token: str) -> HttpResponse:
    """Unsubscribe from marketing: mail programs post at once (RFC 8058), people press a button first."""
    try:
        found = message_of_token(int(Signer(salt="keyuan.leave").unsign(leave_token)))
    except (BadSignature, ValueError):
        raise Http404 from None
    if found is None:
        raise Http404
    if request.method == "POST":
        leave_list(found, now=clock.now())
    return page(request, "contact/messages/leave.html", {"done": request.method == "POST"})
