"""Reads of claims; all start from `claims_visible_to`."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import QuerySet

from keyuan.claims.models import Claim
from keyuan.customers.selectors import customer_q, lent_rows
from keyuan.kernel.actor import Actor, Reach
from keyuan.kernel.errors import NotFound
from keyuan.organisation.selectors import in_scope

PANEL_LIMIT = 6


def claim_sources(actor: Actor, *, now: datetime) -> list[QuerySet[Claim]]:
    """Return claims as list pages read them: under policies served in scope, then of customers lent to the post."""
    return lent_rows(Claim.objects.all(), actor, now=now)


def claims_visible_to(actor: Actor, *, now: datetime) -> QuerySet[Claim]:
    """Every claim the actor may open: in scope, or of a customer the actor sees. For bounded sets."""
    if actor.scope.reach is Reach.ALL:
        return Claim.objects.all()
    return Claim.objects.filter(in_scope(actor) | customer_q(actor, now=now, prefix="customer__"))


def access_claim(actor: Actor, claim_id: int, *, now: datetime) -> Claim:
    """Return one claim the actor may see; raises `NotFound`."""
    claim = claims_visible_to(actor, now=now).filter(pk=claim_id).select_related("policy__product", "customer").first()
    if claim is None:
        raise NotFound("claim.not_found")
    return claim


def claims_of_customer(customer_id: int) -> QuerySet[Claim]:
    """Claims of a customer or under the customer's policies; the caller has checked access to the customer."""
    of_policies = Claim.objects.filter(policy__holder_id=customer_id).values("pk")
    # A union, not an OR: with an OR PostgreSQL reads the whole table.
    claims = Claim.objects.filter(pk__in=Claim.objects.filter(customer_id=customer_id).values("pk").union(of_policies))
    return claims.select_related("policy__product").order_by("-created_at", "-pk")


def claims_of_policy(policy_id: int) -> QuerySet[Claim]:
    """Claims under one policy, newest first; the caller has checked access to the policy."""
    return Claim.objects.filter(policy_id=policy_id).order_by("-created_at", "-pk")


def paid_days(policy_ids: Sequence[int]) -> dict[int, list[date]]:
    """Return the days of what was paid under contracts, oldest first; a recovery or a day nobody knows counts not."""
    rows = Claim.objects.filter(policy_id__in=list(policy_ids), paid_amount__gt=0, occurred_on__isnull=False)
    found: dict[int, list[date]] = {}
    for policy_id, day in rows.order_by("occurred_on").values_list("policy_id", "occurred_on"):
        if day is not None:
            found.setdefault(policy_id, []).append(day)
    return found


def was_paid(policy_id: int) -> bool:
    """Tell whether money was paid for a claim under the policy."""
    return Claim.objects.filter(policy_id=policy_id, paid_amount__gt=0).exists()
