"""The claims' part of the customer summary: how many are open."""

from datetime import datetime

from django.db.models import Count

from keyuan.claims.models import Claim
from keyuan.claims.selectors.labels import ENDED
from keyuan.customers.models import CustomerSummary


def recompute(customer_ids: list[int], _now: datetime) -> None:
    """Rewrite ``open_claims`` of ``customer_ids`` where it changed, in the caller's transaction."""
    open_claims = Claim.objects.filter(customer_id__in=customer_ids).exclude(status__in=ENDED)
    counts = dict(open_claims.values_list("customer_id").annotate(count=Count("pk")))
    rows = CustomerSummary.objects.filter(pk__in=customer_ids).only("pk", "open_claims")
    changed = []
    for row in rows:
        count = counts.get(row.pk, 0)
        if row.open_claims != count:
            row.open_claims = count
            changed.append(row)
    CustomerSummary.objects.bulk_update(changed, ["open_claims"], batch_size=500)
