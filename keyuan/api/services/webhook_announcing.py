"""Turning events into messages and deliveries: in bulk, once, within the reach of each endpoint (PLT-14)."""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from keyuan.api.events import TEST, PublicEvent, public_of
from keyuan.api.models import WebhookDelivery, WebhookEndpoint, WebhookMessage
from keyuan.api.selectors.webhook_items import items_of, listener
from keyuan.api.selectors.webhooks import is_wanted, listening
from keyuan.api.services.webhook_runs import kick
from keyuan.platform.events import Event

Reach = tuple[int | None, str]


def wanted(event: Event) -> bool:
    """Tell whether any endpoint listens to what ``event`` becomes."""
    public = public_of(event)
    return public is not None and is_wanted(frozenset({public.name}))


def announce(event: Event, *, key: str, occurred_at: datetime, now: datetime, wall: datetime) -> int:
    """Make the messages and deliveries of one event and start sending them; return how many deliveries are new.

    ``key`` names the event for ever: announced again, it makes nothing new. ``now`` is the book's present, ``wall``
    the true one.
    """
    public = public_of(event)
    if public is None or not event.ids:
        return 0
    reaches: dict[Reach, list[WebhookEndpoint]] = {}
    for endpoint in listening().select_related("unit"):
        if not endpoint.event_types or public.name in endpoint.event_types:
            reaches.setdefault((endpoint.unit_id, endpoint.sales_channel), []).append(endpoint)
    messages: list[tuple[WebhookMessage, list[WebhookEndpoint]]] = []
    for (unit_id, channel), endpoints in reaches.items():
        items = items_of(public.object, listener(endpoints[0].unit, channel), event.ids, now)
        if items:
            uid = _uid(f"{key}:{public.name}:{unit_id}:{channel}")
            body = body_of(public, getattr(event, "kind", ""), items, occurred_at)
            messages.append((_message(uid, public.name, body, occurred_at, len(items), wall), endpoints))
    if not messages:
        return 0
    with transaction.atomic():
        made = sum(deliver_to(message, endpoints, wall) for message, endpoints in messages)
        kick(wall)
    return made


def announce_test(endpoint: WebhookEndpoint, *, key: str, wall: datetime) -> WebhookDelivery:
    """Send the test message to one endpoint, inside the caller's transaction; return its delivery."""
    body = json.dumps({"type": TEST, "timestamp": stamp(wall), "data": {}})
    message = _message(_uid(key), TEST, body, wall, 0, wall)
    deliver_to(message, [endpoint], wall)
    kick(wall)
    return WebhookDelivery.objects.get(message__uid=message.uid, endpoint=endpoint)


def deliver_to(message: WebhookMessage, endpoints: Iterable[WebhookEndpoint], wall: datetime) -> int:
    """Store a message with its deliveries unless they stand already; return how many are new."""
    stored, _ = WebhookMessage.objects.get_or_create(uid=message.uid, defaults=_columns(message))
    there = set(WebhookDelivery.objects.filter(message=stored).values_list("endpoint_id", flat=True))
    made = WebhookDelivery.objects.bulk_create(
        (
            WebhookDelivery(
                endpoint=endpoint, message=stored, event_type=stored.event_type, next_at=wall, created_at=wall
            )
            for endpoint in endpoints
            if endpoint.pk not in there
        ),
        ignore_conflicts=True,
    )
    return len(made)


def body_of(public: PublicEvent, change: str, items: list[dict[str, Any]], occurred_at: datetime) -> str:
    """Return the message as it is signed and sent."""
    data = {"object": public.object, "change": change, "count": len(items), "items": items}
    message = {"type": public.name, "timestamp": stamp(occurred_at), "data": data}
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))


def stamp(moment: datetime) -> str:
    """Return a moment in UTC, to the microsecond."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _uid(text: str) -> str:
    """Return the webhook-id of what ``text`` names: the same for the same, and telling nothing."""
    return f"msg_{hashlib.blake2b(text.encode(), digest_size=16).hexdigest()}"


def _message(uid: str, event_type: str, body: str, occurred_at: datetime, count: int, wall: datetime) -> WebhookMessage:
    return WebhookMessage(
        uid=uid, event_type=event_type, body=body, occurred_at=occurred_at, count=count, created_at=wall
    )


def _columns(message: WebhookMessage) -> dict[str, Any]:
    names = ("event_type", "body", "occurred_at", "count", "created_at")
    return {name: getattr(message, name) for name in names}
