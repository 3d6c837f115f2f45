"""What a customer sees who follows a link: no sign-in, no personal data beyond the proposal (PRD-5)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from keyuan.kernel.actor import system_actor
from keyuan.kernel.errors import NotFound, Refused
from keyuan.kernel.rates import Limit
from keyuan.platform import clock
from keyuan.platform.files import open_file
from keyuan.platform.token_pages import by_token
from keyuan.policies.selectors.labels import PAY_MODES
from keyuan.policies.selectors.proposals import has_confirmed, link_by_token
from keyuan.policies.services.proposals.sharing import note_reading
from keyuan.products.selectors.labels import term_words

#: Tries from one address: a token cannot be guessed, and nobody may try for long.
LIMIT = Limit("shared-proposal", 60, 600)
ACTOR = system_actor("shared proposal")


guarded = by_token(LIMIT)


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
