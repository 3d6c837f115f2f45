"""The receptions of one batch."""

from keyuan.customers.models import Allocation, Reception


def receptions_of(batch: Allocation) -> list[Reception]:
    """Return which units received from a batch that the caller has accessed, the largest first."""
    rows = Reception.objects.filter(allocation=batch).select_related("unit")
    return list(rows.order_by("-customers", "pk")[:200])
