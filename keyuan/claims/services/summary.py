"""The claims' part of the customer summary: how many are open, and when the last one was settled (CUS-5)."""

from datetime import datetime

from django.db.models import Count, Max
from django.db.models.functions import Coalesce

from keyuan.claims.models import Claim
from keyuan.claims.selectors.labels import ENDED
from keyuan.customers.models import CustomerSummary


def recompute(customer_ids: list[int], _now: datetime) -> None:
    """Rewrite ``open_claims`` and ``claim_on`` of ``customer_ids`` where they changed, in the caller's transaction."""
    open_claims = Claim.objects.filter(customer_id__in=customer_ids).exclude(status__in=ENDED)
    counts = dict(open_claims.values_list("customer_id").annotate(count=Count("pk")))
    ended = Claim.objects.filter(customer_id__in=customer_ids, status__in=ENDED)
    settled = dict(ended.values_list("customer_id").annotate(on=Max(Coalesce("paid_on", "decided_on", "occurred_on"))))
    rows = CustomerSummary.objects.filter(pk__in=customer_ids).only("pk", "open_claims", "claim_on")
    changed = []
    for row in rows:
        count, on = counts.get(row.pk, 0), settled.get(row.pk)
        if (row.open_claims, row.claim_on) != (count, on):
            row.open_claims, row.claim_on = count, on
            changed.append(row)
    CustomerSummary.objects.bulk_update(changed, ["open_claims", "claim_on"], batch_size=500)
