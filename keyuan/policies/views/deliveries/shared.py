"""The e-policy as its holder reads it by a link, without sign-in; confirming it is the receipt (POL-8)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from keyuan.platform import clock
from keyuan.policies.selectors.labels import PAY_MODES
from keyuan.policies.services.deliveries.reading import confirm_reading, note_opened
from keyuan.policies.views.proposals.shared import guarded


@guarded
@require_GET
def shared_policy(request: HttpRequest, token: str) -> HttpResponse:
    """Show the e-policy and keep that it was opened."""
    link = note_opened(token=token, now=clock.now())
    context = {
        "d": link.document,
        "link": link,
        "token": token,
        "mode": PAY_MODES.get(str(link.document.get("pay_mode")), ""),
    }
    return render(request, "policies/deliveries/shared.html", context)


@guarded
@require_POST
def shared_policy_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Keep that the holder read and received it; confirming twice changes nothing."""
    seen = request.POST.get("seen", "")
    device = request.headers.get("User-Agent", "")[:80]
    confirm_reading(token=token, seen=seen, device=device, now=clock.now())
    return redirect("policies:shared-policy", token=token)
