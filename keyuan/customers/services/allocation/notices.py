"""Customers who were told who serves them now: the contact context says so here (销售办法 36)."""

from collections.abc import Sequence
from datetime import datetime

from keyuan.customers.models import OrphanCase


def record_notified(customer_ids: Sequence[int], now: datetime) -> int:
    """Stop the notice clock of customers (≤ 1,000) who were told; return of how many. Told twice counts once."""
    owed = OrphanCase.objects.filter(customer_id__in=list(customer_ids), notified_at__isnull=True)
    return owed.update(notified_at=now)
