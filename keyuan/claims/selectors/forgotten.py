"""Open claims that nobody has taken further (PLT-5)."""

from datetime import datetime

from django.urls import reverse

from keyuan.claims.selectors import claims_visible_to
from keyuan.claims.selectors.labels import ENDED, STATES
from keyuan.kernel.actor import Actor
from keyuan.organisation.extensions import OldRecord

OPEN = tuple(state for state in STATES if state not in ENDED)


def forgotten_claims(actor: Actor, before: datetime, limit: int) -> list[OldRecord]:
    """Return the open claims in reach that were entered before ``before``, the oldest first."""
    claims = claims_visible_to(actor, now=before).filter(status__in=OPEN, created_at__lt=before)
    rows = claims.order_by("created_at", "pk").values_list("pk", "claim_no", "created_at", "branch_id")[:limit]
    return [OldRecord(number, reverse("claims:claim-detail", args=[pk]), at, unit) for pk, number, at, unit in rows]
