"""What a customer sees who follows a link: no sign-in, no personal data beyond the proposal (PRD-5)."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from keyuan.kernel.actor import system_actor
from keyuan.kernel.errors import NotFound, Refused
from keyuan.kernel.rates import Limit
from keyuan.platform import clock, throttle
from keyuan.platform.files import open_file
from keyuan.platform.http import public
from keyuan.policies.selectors.labels import PAY_MODES
from keyuan.policies.selectors.proposals import has_confirmed, link_by_token
from keyuan.policies.services.proposals.sharing import note_reading
from keyuan.products.selectors.labels import term_words

#: Tries from one address: a token cannot be guessed, and nobody may try for long.
LIMIT = Limit("shared-proposal", 60, 600)
ACTOR = system_actor("shared proposal")


def guarded(view: Callable[..., HttpResponse]) -> Any:
    """Let anybody in who holds a token, within the limit; every wrong token looks alike."""

    @wraps(view)
    def inner(request: HttpRequest, token: str) -> HttpResponse:
        if not throttle.hit(LIMIT, request.META.get("REMOTE_ADDR", "")):
            words = _("Too many tries; please come back in a few minutes.")
            return HttpResponse(words, status=429, content_type="text/plain; charset=utf-8")
        try:
            response = view(request, token)
        except NotFound as error:
            raise Http404(error.code) from None
        # The token goes to no other site. "no-referrer" would also hide the origin of the page's own form, which
        # browsers then send as "null" and the protection against forgery refuses.
        response["Referrer-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex"
        return response

    return public(never_cache(inner))


def _device(request: HttpRequest) -> str:
    return request.headers.get("User-Agent", "")[:80]


@guarded
@require_GET
def shared_proposal(request: HttpRequest, token: str) -> HttpResponse:
    link = note_reading(token=token, act="OPEN", device=_device(request), now=clock.now())
    document = link.version.document
    context = {
        "d": document,
        "token": token,
        "mode": PAY_MODES.get(str(document.get("pay_mode")), ""),
        "pay_term": term_words(str(document.get("pay_term", ""))),
        "cover_term": term_words(str(document.get("cover_term", ""))),
        "note": link.version.note,
        "until": link.expires_at,
        "confirmed": has_confirmed(link),
    }
    return render(request, "policies/proposals/shared.html", context)


@guarded
@require_GET
def shared_paper(request: HttpRequest, token: str) -> HttpResponse:
    link = link_by_token(token, clock.now())
    if link.version.attachment_id is None:
        raise NotFound("proposal.not_ready")
    try:
        file, blocks = open_file(ACTOR, link.version.attachment_id)
    except Refused as error:
        raise NotFound(error.code) from None
    note_reading(token=token, act="PDF", device=_device(request), now=clock.now())
    response = HttpResponse(b"".join(blocks), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{file.name}"'
    return response


@guarded
@require_POST
def shared_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Keep that the reader confirmed to have read the disclosures; confirming twice changes nothing."""
    note_reading(token=token, act="CONFIRM", device=_device(request), now=clock.now())
    return redirect("policies:shared-proposal", token=token)
