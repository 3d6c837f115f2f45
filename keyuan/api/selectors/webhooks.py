"""Reads of webhooks: endpoints whose reach lies within the actor's, and their deliveries."""

from datetime import UTC, datetime

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from keyuan.api import permissions
from keyuan.api.models import WebhookDelivery, WebhookEndpoint, WebhookPolicy
from keyuan.kernel.actor import Actor, Reach
from keyuan.kernel.errors import NotFound
from keyuan.kernel.networks import Allowed, read_allowed
from keyuan.organisation.selectors.units import unit_q

SHOWN = 20
#: Before any delivery.
FIRST = datetime(2000, 1, 1, tzinfo=UTC)


def endpoint_q(actor: Actor, prefix: str = "") -> Q:
    """Return the filter for endpoints in reach: a post of a unit reaches those that hear of its unit and below."""
    there = Q(**{f"{prefix}deleted_at__isnull": True})
    if actor.scope.reach is Reach.ALL:
        return there
    return there & unit_q(actor, f"{prefix}unit__") & Q(**{f"{prefix}unit__isnull": False})


def endpoints_visible_to(actor: Actor) -> QuerySet[WebhookEndpoint]:
    """Return the endpoints that the actor may see; deleted ones are gone."""
    if not actor.may(permissions.WEBHOOKS):
        return WebhookEndpoint.objects.none()
    return WebhookEndpoint.objects.filter(endpoint_q(actor))


def access_endpoint(actor: Actor, endpoint_id: int, *, lock: bool = False) -> WebhookEndpoint:
    """Return one endpoint in reach, row-locked when it is about to change. Raises NotFound."""
    endpoints = endpoints_visible_to(actor)
    endpoints = endpoints.select_for_update(of=("self",)) if lock else endpoints.select_related("unit")
    found = endpoints.filter(pk=endpoint_id).first()
    if found is None:
        raise NotFound("webhook.not_found")
    return found


def deliveries_visible_to(actor: Actor) -> QuerySet[WebhookDelivery]:
    """Return the deliveries to endpoints in reach."""
    if not actor.may(permissions.WEBHOOKS):
        return WebhookDelivery.objects.none()
    if actor.scope.reach is Reach.ALL:
        # Those to a deleted endpoint stay readable until they are old.
        return WebhookDelivery.objects.all()
    return WebhookDelivery.objects.filter(endpoint_id__in=endpoints_visible_to(actor).values("pk"))


def access_delivery(actor: Actor, delivery_id: int) -> WebhookDelivery:
    """Return one delivery in reach with its message and endpoint. Raises NotFound."""
    rows = deliveries_visible_to(actor).select_related("message", "endpoint")
    found = rows.filter(pk=delivery_id).first()
    if found is None:
        raise NotFound("webhook.not_found")
    return found


def latest_deliveries(actor: Actor, endpoint: WebhookEndpoint) -> list[WebhookDelivery]:
    """Return the newest deliveries of one endpoint."""
    rows = deliveries_visible_to(actor).filter(endpoint=endpoint)
    return list(rows.order_by("-created_at", "-pk")[:SHOWN])


def counts_of(endpoint_ids: list[int]) -> dict[tuple[int, str], int]:
    """Return how many deliveries wait and failed, by endpoint and status; two queries over their own indexes."""
    found: dict[tuple[int, str], int] = {}
    for status in (WebhookDelivery.Status.PENDING, WebhookDelivery.Status.FAILED):
        # Every row has its moment; naming it leads SQLite to the index of this status.
        rows = WebhookDelivery.objects.filter(endpoint_id__in=endpoint_ids, status=status, next_at__gt=FIRST)
        counts = rows.order_by().values_list("endpoint_id").annotate(count=Count("pk"))
        found |= {(endpoint_id, str(status)): count for endpoint_id, count in counts}
    return found


def endpoint_names(actor: Actor) -> dict[int, str]:
    """Return the names of the endpoints in reach by id; they are few."""
    return dict(endpoints_visible_to(actor).order_by("name", "pk").values_list("pk", "name")[:200])


def policy() -> WebhookPolicy:
    """Return what administrators decided for all endpoints."""
    return WebhookPolicy.objects.filter(pk=1).first() or WebhookPolicy(pk=1)


def allowed() -> Allowed:
    """Return what operators allow beyond the public internet."""
    return read_allowed(settings.WEBHOOKS_ALLOWED)


def listening() -> QuerySet[WebhookEndpoint]:
    """Return the endpoints that are to hear of events: those at work and those that rest for a while."""
    awake = (WebhookEndpoint.Status.ACTIVE, WebhookEndpoint.Status.PAUSED)
    return WebhookEndpoint.objects.filter(status__in=awake, deleted_at__isnull=True)


def is_wanted(names: frozenset[str]) -> bool:
    """Tell whether an endpoint listens to one of the public names; one query over a few rows."""
    kinds = listening().values_list("event_types", flat=True)
    return any(not types or names & set(types) for types in kinds)


def secret_until(endpoint: WebhookEndpoint, now: datetime) -> datetime | None:
    """Return until when the previous secret still signs, or None."""
    return endpoint.previous_until if endpoint.previous_until and endpoint.previous_until > now else None
