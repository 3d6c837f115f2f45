"""One delivery, and the catalogue of events (PLT-14)."""

import json
from datetime import datetime
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from keyuan.api import permissions
from keyuan.api.events import PUBLIC
from keyuan.api.models import WebhookDelivery
from keyuan.api.selectors.webhook_schemas import example
from keyuan.api.selectors.webhooks import access_delivery
from keyuan.api.services.webhook_replaying import replay_delivery
from keyuan.api.views.webhook_words import delivery_state, event_word, outcome
from keyuan.kernel.errors import NotFound, Refused
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.toasts import toast
from keyuan.platform.wording import say

#: Characters of a message that the page shows.
SHOWN = 4000


@require_safe
@allow(permissions.WEBHOOKS)
def delivery(request: StaffRequest, sending_id: int) -> HttpResponse:
    """One delivery with its tries and its message; as a page or in the side panel."""
    found = access_delivery(request.actor, sending_id)
    state = delivery_state(found)
    body = found.message.body
    context = {
        "delivery": found,
        "event": event_word(found.event_type),
        "state_word": state.text,
        "state_tone": state.tone,
        "tries": [_try(line) for line in reversed(found.tries)],
        "body": _pretty(body) if len(body) <= SHOWN else f"{body[:SHOWN]}…",
        "is_waiting": found.status == WebhookDelivery.Status.PENDING,
        "is_deleted": found.endpoint.deleted_at is not None,
        "full_url": request.path,
    }
    template = "delivery_panel" if request.GET.get("panel") else "delivery"
    return page(request, f"api/webhooks/{template}.html", context)


def _try(line: dict[str, Any]) -> dict[str, Any]:
    at = datetime.fromisoformat(line["at"])
    return {"at": at, "ms": line["ms"], "answer": outcome(line["code"], line["error"])}


def _pretty(body: str) -> str:
    return json.dumps(json.loads(body), ensure_ascii=False, indent=2)


@require_POST
@allow(permissions.WEBHOOKS)
def delivery_replay(request: StaffRequest, sending_id: int) -> HttpResponse:
    """Send one delivery again."""
    try:
        replay_delivery(actor=request.actor, delivery_id=sending_id, now=clock.now(), wall=clock.wall())
    except NotFound:
        raise
    except Refused as error:
        toast(request, say(error), failed=True)
    else:
        toast(request, _("It is sent again under the same id"))
    return HttpResponseRedirect(reverse("api:webhook-delivery", args=[sending_id]))


@require_safe
@allow(permissions.WEBHOOKS)
def catalogue(request: StaffRequest) -> HttpResponse:
    """Every public event with an example."""
    events = [{"event": event, "example": json.dumps(example(event), ensure_ascii=False, indent=2)} for event in PUBLIC]
    return page(request, "api/webhooks/events.html", {"events": events})
