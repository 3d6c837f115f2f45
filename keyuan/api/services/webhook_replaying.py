"""Sending again what was sent before, under the same ids; and forgetting what is old (PLT-14)."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from keyuan.api import permissions
from keyuan.api.models import WebhookDelivery, WebhookEndpoint, WebhookMessage
from keyuan.api.selectors.webhooks import access_delivery, access_endpoint, policy
from keyuan.api.services.webhook_runs import kick
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.jobs import TrackedJob, start_tracked

#: Key of the job kind in `keyuan.api.jobs`.
REPLAY_JOB = "api.replay_webhooks"
#: Rows of one transaction.
CHUNK = 1000
Status = WebhookDelivery.Status
#: What a replayed delivery begins with.
FRESH: dict[str, Any] = {"status": Status.PENDING, "attempts": 0, "tries": [], "claimed_by": ""}


def replay_delivery(*, actor: Actor, delivery_id: int, now: datetime, wall: datetime) -> WebhookDelivery:
    """Send one delivery again. Raises Refused while it still waits, or when its endpoint is not at work."""
    actor.require(permissions.WEBHOOKS)
    delivery = access_delivery(actor, delivery_id)
    endpoint = access_endpoint(actor, delivery.endpoint_id)
    if endpoint.status != WebhookEndpoint.Status.ACTIVE:
        raise Refused("webhook.not_active")
    with transaction.atomic():
        ended = WebhookDelivery.objects.filter(pk=delivery_id).exclude(status=Status.PENDING)
        if not ended.update(**FRESH, next_at=wall, replays=F("replays") + 1):
            raise Refused("webhook.waiting")
        detail = {"replayed": delivery_id}
        record(actor, Action.OTHER, Subject("webhook", endpoint.pk), detail=detail, now=now)
        kick(wall)
    return delivery


def replay_since(*, actor: Actor, endpoint_id: int, since: datetime, failed_only: bool, now: datetime) -> TrackedJob:
    """Start a job that sends everything of one endpoint since a moment again, or what failed only.

    Raises Refused when the endpoint is not at work.
    """
    actor.require(permissions.WEBHOOKS)
    endpoint = access_endpoint(actor, endpoint_id)
    if endpoint.status != WebhookEndpoint.Status.ACTIVE:
        raise Refused("webhook.not_active")
    with transaction.atomic():
        detail = {"replayed_since": since.isoformat(), "failed_only": failed_only}
        record(actor, Action.OTHER, Subject("webhook", endpoint.pk), detail=detail, now=now)
        return start_tracked(
            actor,
            REPLAY_JOB,
            params={"name": endpoint.name},
            endpoint_id=endpoint.pk,
            since=since.isoformat(),
            failed_only=failed_only,
        )


def replay_chunk(kwargs: dict[str, Any], state: dict[str, Any], wall: datetime) -> int:
    """Book the next chunk again, inside the caller's transaction, and return how many there were.

    ``state`` keeps how far it went: moment and id of the last delivery, in the order of the log's index.
    """
    ended = [Status.FAILED] if kwargs["failed_only"] else [Status.FAILED, Status.TAKEN]
    since, after = datetime.fromisoformat(state.get("since", kwargs["since"])), state.get("after", 0)
    log = WebhookDelivery.objects.filter(endpoint_id=kwargs["endpoint_id"], created_at__gte=since)
    rows = log.exclude(created_at=since, pk__lte=after).filter(status__in=ended)
    found = list(rows.order_by("created_at", "pk").values_list("pk", "created_at")[:CHUNK])
    if found:
        keys = [pk for pk, _at in found]
        WebhookDelivery.objects.filter(pk__in=keys).update(**FRESH, next_at=wall, replays=F("replays") + 1)
        state["after"], state["since"] = found[-1][0], found[-1][1].isoformat()
        kick(wall)
    return len(found)


def forget_old(wall: datetime) -> int:
    """Delete one chunk of the log older than the policy keeps it; return how many messages went."""
    limit = wall - timedelta(days=policy().keep_days)
    old = list(
        WebhookMessage.objects.filter(created_at__lt=limit).order_by("created_at").values_list("pk", flat=True)[:CHUNK]
    )
    if old:
        with transaction.atomic():
            WebhookDelivery.objects.filter(message_id__in=old).delete()
            WebhookMessage.objects.filter(pk__in=old).delete()
        return len(old)
    gone = WebhookEndpoint.objects.filter(deleted_at__lt=limit)
    gone.delete()
    return 0
