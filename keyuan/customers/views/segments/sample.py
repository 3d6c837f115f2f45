"""Some members of a segment as a page shows them: masked, in reach, with a way to their pages (CUS-6)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from keyuan.customers.selectors import labels
from keyuan.customers.selectors.segments.reading import summaries_of
from keyuan.customers.selectors.subjects import customer_label
from keyuan.customers.views.subjects import customer_url
from keyuan.kernel.actor import Actor

SHOWN = 10


def sample_rows(actor: Actor, ids: Sequence[int], *, now: datetime) -> list[dict[str, Any]]:
    """Return name, tier and premium of the first of ``ids`` that the actor sees now."""
    return [
        {
            "url": customer_url(row.pk),
            "name": customer_label(actor, row),
            "tier": labels.label_of(labels.TIERS, row.tier),
            "premium": row.annual_premium,
        }
        for row in summaries_of(actor, ids, now=now)[:SHOWN]
    ]
