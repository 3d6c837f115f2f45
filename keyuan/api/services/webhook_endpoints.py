"""Keeping endpoints: adding, changing, pausing, new secrets, switching off, deleting, testing (PLT-14)."""

import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from keyuan.api import permissions
from keyuan.api.events import BY_NAME
from keyuan.api.models import WebhookDelivery, WebhookEndpoint, WebhookPolicy
from keyuan.api.rules.destinations import read_destination
from keyuan.api.rules.signing import SECRET_BYTES, as_secret
from keyuan.api.selectors.webhooks import access_endpoint, allowed, policy
from keyuan.api.services.webhook_announcing import announce_test
from keyuan.api.services.webhook_runs import kick
from keyuan.kernel.actor import Actor, Reach
from keyuan.kernel.errors import Conflict, Refused
from keyuan.organisation.models import Unit
from keyuan.organisation.selectors.units import unit_q
from keyuan.platform.audit import Action, Subject, record

Status = WebhookEndpoint.Status


@dataclass(frozen=True, slots=True)
class EndpointContents:
    """What the form of an endpoint holds; without ``event_types`` it hears of everything."""

    name: str
    url: str
    description: str = ""
    event_types: tuple[str, ...] = ()
    unit_id: int | None = None
    sales_channel: str = ""


def add_endpoint(
    *, actor: Actor, contents: EndpointContents, now: datetime, wall: datetime
) -> tuple[WebhookEndpoint, str]:
    """Add an endpoint and return it with its secret, which is shown this once.

    Raises Refused with the field: an address that is closed, an unknown event, a unit out of the actor's reach.
    """
    actor.require(permissions.WEBHOOKS)
    values = _checked(actor, contents)
    secret = as_secret(secrets.token_bytes(SECRET_BYTES))
    with transaction.atomic():
        endpoint = WebhookEndpoint.objects.create(secret=secret, created_at=wall, created_by_id=actor.id, **values)
        record(actor, Action.CREATE, Subject("webhook", endpoint.pk), after=facts(endpoint), now=now)
    return endpoint, secret


def edit_endpoint(
    *, actor: Actor, endpoint_id: int, version: int, contents: EndpointContents, now: datetime
) -> WebhookEndpoint:
    """Change an endpoint read at ``version``. Raises Conflict, and Refused as `add_endpoint`."""
    actor.require(permissions.WEBHOOKS)
    values = _checked(actor, contents)
    with transaction.atomic():
        endpoint = access_endpoint(actor, endpoint_id, lock=True)
        if endpoint.version != version:
            theirs = {name: getattr(endpoint, name) for name in ("name", "url", "description")}
            raise Conflict("conflict", version=endpoint.version, theirs=theirs)
        before = facts(endpoint)
        for name, value in values.items():
            setattr(endpoint, name, value)
        _save(actor, endpoint, before, now, *values)
    return endpoint


def pause_endpoint(*, actor: Actor, endpoint_id: int, now: datetime) -> WebhookEndpoint:
    """Hold back what comes until it goes on. Raises Conflict unless it is at work."""
    return _move(actor, endpoint_id, (Status.ACTIVE,), Status.PAUSED, now)


def disable_endpoint(*, actor: Actor, endpoint_id: int, now: datetime) -> WebhookEndpoint:
    """Switch an endpoint off: it hears nothing of what happens meanwhile. Raises Conflict when it is off."""
    return _move(actor, endpoint_id, (Status.ACTIVE, Status.PAUSED), Status.DISABLED, now, because="person")


def resume_endpoint(*, actor: Actor, endpoint_id: int, now: datetime, wall: datetime) -> WebhookEndpoint:
    """Let a paused or switched-off endpoint go on, with what waits for it. Raises Conflict when it is at work."""
    with transaction.atomic():
        endpoint = _move(actor, endpoint_id, (Status.PAUSED, Status.DISABLED), Status.ACTIVE, now)
        kick(wall)
    return endpoint


def rotate_secret(*, actor: Actor, endpoint_id: int, now: datetime, wall: datetime) -> tuple[WebhookEndpoint, str]:
    """Give an endpoint a new secret and return it, shown this once; the previous one signs along for the hours of the
    policy."""
    actor.require(permissions.WEBHOOKS)
    secret = as_secret(secrets.token_bytes(SECRET_BYTES))
    until = wall + timedelta(hours=policy().overlap_hours)
    with transaction.atomic():
        endpoint = access_endpoint(actor, endpoint_id, lock=True)
        endpoint.previous_secret, endpoint.previous_until, endpoint.secret = endpoint.secret, until, secret
        _save(actor, endpoint, facts(endpoint), now, "previous_secret", "previous_until", "secret", did="secret")
    return endpoint, secret


def delete_endpoint(*, actor: Actor, endpoint_id: int, now: datetime, wall: datetime) -> None:
    """Delete an endpoint and its secrets; what was sent to it stays in the log until it is old."""
    actor.require(permissions.WEBHOOKS)
    with transaction.atomic():
        endpoint = access_endpoint(actor, endpoint_id, lock=True)
        before = facts(endpoint)
        endpoint.deleted_at, endpoint.status = wall, Status.DISABLED
        endpoint.secret = endpoint.previous_secret = None
        endpoint.save(update_fields=["deleted_at", "status", "secret", "previous_secret"])
        record(actor, Action.DELETE, Subject("webhook", endpoint.pk), before=before, now=now)


def send_test(*, actor: Actor, endpoint_id: int, now: datetime, wall: datetime) -> WebhookDelivery:
    """Send the test message to one endpoint. Raises Refused unless the endpoint is at work."""
    actor.require(permissions.WEBHOOKS)
    with transaction.atomic():
        endpoint = access_endpoint(actor, endpoint_id, lock=True)
        if endpoint.status != Status.ACTIVE:
            raise Refused("webhook.not_active")
        delivery = announce_test(endpoint, key=f"test:{endpoint.pk}:{secrets.token_hex(8)}", wall=wall)
        record(actor, Action.OTHER, Subject("webhook", endpoint.pk), detail={"test": delivery.pk}, now=now)
    return delivery


def edit_policy(
    *, actor: Actor, version: int, keep_days: int, overlap_hours: int, give_up_days: int, now: datetime
) -> WebhookPolicy:
    """Change what counts for all endpoints. Raises Conflict when somebody else saved in the meantime."""
    actor.require(permissions.WEBHOOKS)
    if actor.scope.reach is not Reach.ALL:
        raise Refused("webhook.policy_reach")
    with transaction.atomic():
        row = WebhookPolicy.objects.select_for_update().filter(pk=1).first() or WebhookPolicy(pk=1)
        before = policy_facts(row)
        if row.version != version:
            raise Conflict("conflict", version=row.version, theirs=before)
        row.keep_days, row.overlap_hours, row.give_up_days = keep_days, overlap_hours, give_up_days
        row.version += 1
        row.save()
        record(actor, Action.UPDATE, Subject("webhook_policy", 1), before=before, after=policy_facts(row), now=now)
    return row


def policy_facts(row: WebhookPolicy) -> dict[str, int]:
    """Return what the policy says."""
    return {name: getattr(row, name) for name in ("keep_days", "overlap_hours", "give_up_days")}


def facts(endpoint: WebhookEndpoint) -> dict[str, Any]:
    """Return what the trail keeps of an endpoint: never a secret, and of the address no more than its host."""
    names = ("name", "description", "event_types", "unit_id", "sales_channel", "status")
    found = {name: getattr(endpoint, name) for name in names}
    return found | {"host": endpoint.url.split("/")[2], "status": str(endpoint.status)}


def _checked(actor: Actor, contents: EndpointContents) -> dict[str, Any]:
    """Return the columns of ``contents``. Raises Refused for what cannot stand."""
    values = asdict(contents) | {"name": contents.name.strip(), "url": contents.url.strip()}
    read_destination(values["url"], allowed())
    unknown = set(contents.event_types) - set(BY_NAME)
    if unknown:
        raise Refused("webhook.event", field="event_types", name=min(unknown))
    values["event_types"] = sorted(contents.event_types)
    if not _is_in_reach(actor, contents.unit_id):
        raise Refused("webhook.unit", field="unit")
    return values


def _is_in_reach(actor: Actor, unit_id: int | None) -> bool:
    if unit_id is None:
        return actor.scope.reach is Reach.ALL
    return Unit.objects.filter(unit_q(actor), pk=unit_id).exists()


def _move(
    actor: Actor, endpoint_id: int, sources: tuple[Status, ...], target: Status, now: datetime, *, because: str = ""
) -> WebhookEndpoint:
    actor.require(permissions.WEBHOOKS)
    with transaction.atomic():
        endpoint = access_endpoint(actor, endpoint_id, lock=True)
        if endpoint.status not in sources:
            raise Conflict("webhook.moved_on")
        before = facts(endpoint)
        endpoint.status, endpoint.disabled_because = target, because
        columns = ["status", "disabled_because"]
        if target == Status.ACTIVE:
            # A fresh start: old failures neither slow it down nor switch it off again at once.
            endpoint.failures, endpoint.failing_since, endpoint.rests_until = 0, None, None
            columns += ["failures", "failing_since", "rests_until"]
        _save(actor, endpoint, before, now, *columns)
    return endpoint


def _save(
    actor: Actor, endpoint: WebhookEndpoint, before: dict[str, Any], now: datetime, *columns: str, did: str = ""
) -> None:
    endpoint.version += 1
    endpoint.save(update_fields=[*columns, "version"])
    detail = {"did": did} if did else None
    subject = Subject("webhook", endpoint.pk)
    record(actor, Action.UPDATE, subject, before=before, after=facts(endpoint), detail=detail, now=now)
