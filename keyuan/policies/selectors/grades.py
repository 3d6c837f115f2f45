"""What selling and serving the policies of a customer takes (domain.md §A.9)."""

from keyuan.kernel.codes import PolicyStatus
from keyuan.policies.models import Policy


def grades_of(customer_ids: list[int]) -> dict[int, tuple[int, frozenset[str]]]:
    """Return the highest seller's rank of the products each customer (≤ 5,000) has in force, and their kinds."""
    rows = Policy.objects.filter(holder_id__in=customer_ids, status=PolicyStatus.IN_FORCE)
    ranks: dict[int, int] = {}
    kinds: dict[int, set[str]] = {}
    for holder, rank, kind in rows.values_list("holder_id", "product__seller_rank", "kind"):
        if holder is not None:
            ranks[holder] = max(rank, ranks.get(holder, 0))
            kinds.setdefault(holder, set()).add(kind)
    return {holder: (rank, frozenset(kinds[holder])) for holder, rank in ranks.items()}
