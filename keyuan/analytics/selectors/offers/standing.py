"""What customers said of offers, and which needs they worked out with us (ANA-7, ANA-8)."""

from datetime import date

from keyuan.analytics.models import GapNeed, OfferAnswer
from keyuan.policies.rules.gap.offers import PRODUCT_KINDS


def open_gaps() -> dict[str, dict[int, int]]:
    """Return the open gap of each customer by the family of products that closes it, by present results."""
    rows = GapNeed.objects.filter(result__is_latest=True, gap__gt=0, within="", kind__in=PRODUCT_KINDS)
    found: dict[str, dict[int, int]] = {}
    for kind, customer_id, gap in rows.values_list("kind", "result__customer_id", "gap").iterator():
        found.setdefault(PRODUCT_KINDS[kind], {})[customer_id] = gap
    return found


def paused_pairs(day: date) -> set[tuple[int, str]]:
    """Return customer and family of everything that is not to be offered on ``day``."""
    rows = OfferAnswer.objects.filter(until__gte=day, undone_at__isnull=True)
    return set(rows.values_list("customer_id", "family").iterator())
