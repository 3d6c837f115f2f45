"""Applications that nobody has taken further (PLT-5)."""

from datetime import datetime

from django.urls import reverse

from keyuan.kernel.actor import Actor
from keyuan.organisation.extensions import OldRecord
from keyuan.policies.selectors.scope import policies_visible_to


def forgotten_applications(actor: Actor, before: datetime, limit: int) -> list[OldRecord]:
    """Return the applications in reach without an update since ``before``, the oldest first, by our own reference."""
    policies = policies_visible_to(actor, now=before).filter(status="PENDING", updated_at__lt=before)
    rows = policies.order_by("updated_at", "pk").values_list("pk", "application_no", "updated_at", "branch_id")[:limit]
    return [
        OldRecord(no or f"#{pk}", reverse("policies:policy-detail", args=[pk]), at, unit) for pk, no, at, unit in rows
    ]
