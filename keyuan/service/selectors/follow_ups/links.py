"""Reads of questionnaires sent as links: by their token for whoever holds it, by their follow-up for staff (SRV-8)."""

from datetime import datetime

from keyuan.customers.models import Customer
from keyuan.kernel.errors import NotFound
from keyuan.policies.selectors.proposals import hash_of
from keyuan.service.models import FollowUpLink


def link_by_token(token: str, now: datetime, *, lock: bool = False) -> FollowUpLink:
    """Return the link that a token opens. Every token that opens none looks alike: raises NotFound.

    One that was answered still opens, to say so; one of a customer whose record is closed or merged never does.
    """
    rows = FollowUpLink.objects.filter(
        token_hash=hash_of(token), expires_at__gt=now, ended_at__isnull=True,
        follow_up__customer__status=Customer.Status.ACTIVE,
    )  # fmt: skip
    if lock:
        rows = rows.select_for_update(of=("self",))
    found = rows.select_related("follow_up__questionnaire__questionnaire", "follow_up__customer", "follow_up__plan")
    link = found.first()
    if link is None:
        raise NotFound("follow_up.link_over")
    return link


def links_of(follow_up_id: int) -> list[FollowUpLink]:
    """Return the questionnaires sent for a follow-up, newest first; the caller has accessed it."""
    return list(FollowUpLink.objects.filter(follow_up_id=follow_up_id).order_by("-pk"))
