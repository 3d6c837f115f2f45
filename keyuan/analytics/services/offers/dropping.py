"""Taking away what was chosen for customers who object to programs (ANA-11; PIPL 24)."""

from collections.abc import Sequence

from keyuan.analytics.models import Offer


def drop_offers_of(customer_ids: Sequence[int]) -> int:
    """Take away the offers of customers, in the caller's transaction; return how many. The night ends their spells."""
    count, _by_model = Offer.objects.filter(customer_id__in=list(customer_ids)).delete()
    return count
