"""Claims on the 360° page, on a policy's page, and one claim by itself."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from keyuan.claims import permissions
from keyuan.claims.models import Claim
from keyuan.claims.selectors import PANEL_LIMIT, access_claim, claims_of_customer, claims_of_policy
from keyuan.claims.selectors.faces import cause_of
from keyuan.claims.selectors.labels import ENDED, KINDS, STATES, STEPS, UNKNOWN
from keyuan.customers.selectors import access_customer
from keyuan.customers.selectors.watching import GRADES, effects_of, may_see
from keyuan.kernel.actor import Actor
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow, page
from keyuan.policies.selectors import access_policy


def described(actor: Actor, claim: Claim) -> dict[str, Any]:
    """Return a claim with its words."""
    return {
        "claim": claim,
        "state": STATES.get(claim.status, UNKNOWN),
        "kind": KINDS.get(claim.kind, claim.kind),
        "open": claim.status not in ENDED,
        "cause": cause_of(actor, claim),
        "steps": [(label, claim.status in reached) for label, reached in STEPS],
    }


def escalated(actor: Actor, claim: Claim) -> Any:
    """Return the grade of a listing in force that sends every claim to the higher unit, for those entitled (CUS-10).

    The insured person's listing counts, and the policyholder's.
    """
    if not may_see(actor):
        return None
    effects = effects_of([pk for pk in (claim.customer_id, claim.policy.holder_id) if pk])
    return next((GRADES[effect.grade] for effect in effects.values() if effect.escalates_claims), None)


@require_GET
@allow(permissions.VIEW)
def customer_claims(request: StaffRequest, customer_id: int) -> HttpResponse:
    access_customer(request.actor, customer_id, now=clock.now())
    limit = 200 if request.GET.get("whole") else PANEL_LIMIT
    claims = list(claims_of_customer(customer_id)[: limit + 1])
    context = {
        "rows": [described(request.actor, claim) for claim in claims[:limit]],
        "more": len(claims) > limit,
        "customer_id": customer_id,
    }
    return page(request, "claims/panels/claims.html", context)


@require_GET
@allow(permissions.VIEW)
def policy_claims(request: StaffRequest, policy_id: int) -> HttpResponse:
    access_policy(request.actor, policy_id, now=clock.now())
    rows = [described(request.actor, claim) for claim in claims_of_policy(policy_id)[:200]]
    return page(request, "claims/panels/policy_claims.html", {"rows": rows})


@require_GET
@allow(permissions.VIEW)
def claim_detail(request: StaffRequest, claim_id: int) -> HttpResponse:
    claim = access_claim(request.actor, claim_id, now=clock.now())
    context = described(request.actor, claim) | {
        "full_url": reverse("claims:claim-detail", args=[claim.pk]),
        "escalated": escalated(request.actor, claim),
    }
    template = "claims/claim_panel.html" if request.GET.get("panel") else "claims/claim_detail.html"
    return page(request, template, context)
