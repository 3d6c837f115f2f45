"""The card of improvement items on the page that they were opened from (SRV-11)."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from keyuan.kernel.actor import Actor
from keyuan.service import permissions
from keyuan.service.forms.improvement import state_of
from keyuan.service.models import ImprovementItem


def improvements_of(actor: Actor, kind: str, pk: int, rows: Sequence[ImprovementItem]) -> dict[str, Any]:
    """Return what the card shows; nothing for posts that read no items."""
    if not actor.may(permissions.IMPROVEMENT):
        return {}
    url = f"{reverse('service:improvement-new')}?from={kind}&id={pk}" if actor.may(permissions.IMPROVEMENT_WORK) else ""
    shown = [(row, state_of(row.state), reverse("service:improvement", args=[row.pk])) for row in rows]
    return {"improvements": shown, "improve_url": url}
