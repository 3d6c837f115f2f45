"""Claims as records: list, look (CLM-1)."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from pydantic import Field

from keyuan.api.kit.caller import ApiRequest
from keyuan.api.kit.paging import Page, parameters_of, read_list
from keyuan.api.kit.resource import Out, Resource, RowId
from keyuan.claims import permissions
from keyuan.claims.models import Claim
from keyuan.claims.selectors import access_claim, claims_of_customer, claims_of_policy
from keyuan.claims.selectors.faces import cause_of
from keyuan.customers.selectors import access_customer
from keyuan.kernel.actor import Actor
from keyuan.platform import clock
from keyuan.platform.crypto.presenter import MISSING
from keyuan.platform.lists import lists
from keyuan.policies.selectors import access_policy

router = Resource("Claims")
LIST = lists["claims"]
MOST = 200
COLUMNS = (
    "id", "claim_no", "source_name", "policy_id", "customer_id", "kind", "status", "currency", "claimed_amount",
    "paid_amount", "occurred_on", "reported_at", "decided_on", "paid_on", "period_label", "count", "created_at",
    "sales_channel", "servicing_agent_id",
)  # fmt: skip


class ClaimOut(Out):
    """A claim. Amounts in minor units of ``currency``, a negative one is a recovery."""

    id: int
    claim_no: str
    source_name: str
    policy_id: int
    product: str
    customer_id: int | None
    kind: str
    cause: str | None = Field(description="Masked where it tells of somebody's health")
    status: str
    currency: str
    claimed_amount: int | None
    paid_amount: int | None
    occurred_on: date | None
    reported_at: datetime | None
    decided_on: date | None
    paid_on: date | None
    period_label: str = Field(description="Where a source knows a year only")
    count: int = Field(description="How many claims a source has put together")
    created_at: datetime
    sales_channel: str
    servicing_agent_id: int | None


class Claims(Out):
    """Claims, newest first, at most 200."""

    rows: list[ClaimOut]


def claim_out(actor: Actor, claim: Claim) -> dict[str, Any]:
    """Return a claim as the caller may see it."""
    cause = cause_of(actor, claim)
    body = {name: getattr(claim, name) for name in COLUMNS}
    return body | {"product": claim.policy.product.name, "cause": None if cause == MISSING else cause}


def claims_out(actor: Actor, claims: Iterable[Claim]) -> dict[str, Any]:
    """Return claims as rows."""
    return {"rows": [claim_out(actor, claim) for claim in claims]}


@router.get("/claims", permissions.VIEW, Page[ClaimOut], parameters=parameters_of(LIST))
def list_claims(request: ApiRequest) -> Any:
    """List claims in reach, newest first.

    The filters are those of the page.
    """
    found = read_list(request, LIST)
    return claims_out(request.actor, found.records) | dict(found.more)


@router.get("/claims/{int:claim_id}", permissions.VIEW, ClaimOut, tagged=True)
def get_claim(request: ApiRequest, claim_id: RowId) -> Any:
    """Get a claim."""
    request.record_version = 1
    return claim_out(request.actor, access_claim(request.actor, claim_id, now=clock.now()))


@router.get("/customers/{int:customer_id}/claims", permissions.VIEW, Claims)
def list_customer_claims(request: ApiRequest, customer_id: RowId) -> Any:
    """List a customer's claims and those under the customer's policies."""
    access_customer(request.actor, customer_id, now=clock.now())
    return claims_out(request.actor, claims_of_customer(customer_id)[:MOST])


@router.get("/policies/{int:policy_id}/claims", permissions.VIEW, Claims)
def list_policy_claims(request: ApiRequest, policy_id: RowId) -> Any:
    """List the claims under a policy."""
    access_policy(request.actor, policy_id, now=clock.now())
    return claims_out(request.actor, claims_of_policy(policy_id).select_related("policy__product")[:MOST])
