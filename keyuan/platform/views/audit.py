"""One event of the audit trail (PLT-6)."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from keyuan.platform.audit.labels import (
    ACTIONS,
    actor_label,
    failure_sentence,
    field_label,
    kind_label,
    said,
    said_pair,
)
from keyuan.platform.audit.listing import names_for
from keyuan.platform.audit.reading import access_event, seal_of
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.platform.models.audit_event import EventRecord
from keyuan.platform.permissions import AUDIT_VIEW


@require_safe
@allow(AUDIT_VIEW)
def audit_event(request: StaffRequest, part: str, event_id: int) -> HttpResponse:
    """Who, when, from where, before and after; and the link of the chain that holds it."""
    event = access_event(request.actor, part, event_id)
    template = "audit/event_panel.html" if request.GET.get("panel") else "audit/event.html"
    return page(request, template, {**_described(request, event), "full_url": request.path})


def _described(request: StaffRequest, event: EventRecord) -> dict[str, Any]:
    names = names_for(request.actor, [event])
    label, tone = ACTIONS.get(event.action, (event.action, ""))
    return {
        "event": event,
        "label": failure_sentence(event) or label,
        "who": actor_label(event),
        "tone": tone,
        "kind": kind_label(event.subject_kind),
        "record": names.link(event.subject_kind, event.subject_id),
        "customer": names.link("customer", event.customer_id) if event.customer_id else None,
        "changes": [
            (field_label(field), *said_pair(request.actor, field, before, after, event.subject_kind))
            for field, (before, after) in event.changed.items()
        ],
        "facts": [
            (field_label(field), said(request.actor, field, value, event.subject_kind))
            for field, value in event.facts.items()
        ],
        "seal": seal_of(event),
    }
