"""Privacy requests as the desk's queue shows them (decision 23)."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings

from keyuan.contact.rules.privacy.requests import OPEN
from keyuan.contact.selectors.privacy.requests import requests_visible_to
from keyuan.kernel.actor import Actor
from keyuan.service.extensions import QueueItem


def privacy_items(actor: Actor, limit: int, now: datetime) -> list[QueueItem]:
    """Return the open privacy requests in reach, the most urgent first."""
    rows = requests_visible_to(actor, now=now).filter(status__in=OPEN).order_by("due_on", "pk")[:limit]
    zone = ZoneInfo(settings.TIME_ZONE)
    return [
        QueueItem(
            row.number, row.kind, row.customer_id, row.status, datetime.combine(row.due_on, time.max, zone),
            f"/contact/privacy/{row.pk}/",
        )
        for row in rows
    ]  # fmt: skip
