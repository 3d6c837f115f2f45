"""What the mart knows of claims: one row each, hanging on the customer (decision 21)."""

from keyuan.claims.models import Claim
from keyuan.organisation.models import LEVEL_COLUMNS
from keyuan.platform.mart import Extract, extracts

#: Columns of the claim that go into the mart under their own names; amounts in minor units of ``currency``.
OWN = (
    "policy_id", "customer_id", "kind", "status", "currency", "claimed_amount", "paid_amount", "occurred_on",
    "reported_at", "decided_on", "paid_on", "count", "created_at", "sales_channel", *LEVEL_COLUMNS,
)  # fmt: skip


def register() -> None:
    """Give the claims' table to the mart."""
    extracts.add(Extract("claims", Claim.objects.all, {"claim_id": "pk"} | {name: name for name in OWN}))
