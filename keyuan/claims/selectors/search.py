"""Finding customers by the number of a claim."""

from collections.abc import Iterable

from keyuan.claims.models import Claim

SHORTEST = 5


def by_claim_no(text: str, limit: int) -> Iterable[int]:
    """Return customers with a claim of this number."""
    if len(text) < SHORTEST:
        return []
    claims = Claim.objects.filter(claim_no=text, customer__isnull=False)
    return claims.order_by().values_list("customer_id", flat=True)[:limit]
