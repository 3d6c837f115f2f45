"""Deliveries from state to state: every move is written, said and, where a person must look, announced (PLT-14)."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from keyuan.integrations import permissions
from keyuan.integrations.models import Connector, Delivery
from keyuan.integrations.services.planning import plain_params
from keyuan.kernel.actor import Actor, system_actor
from keyuan.kernel.errors import Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.notices import notify_staff
from keyuan.platform.people import holders_of

State = Delivery.State


def actor_for(connector: Connector) -> Actor:
    """Return who a connector's work is done for: the system, under the connector's name."""
    return system_actor(f"connector {connector.key}"[:80])


def hold(delivery: Delivery, reason: Refused, now: datetime, *, changed: bool) -> None:
    """Let a delivery wait for ``reason``, in the caller's transaction; ``changed`` starts its patience anew."""
    if changed or delivery.reason != reason.code:
        delivery.waiting_since = now
    _move(delivery, State.WAITING, reason)


def quarantine(delivery: Delivery, reason: Refused, now: datetime) -> None:
    """Set a delivery apart until a person decides, in the caller's transaction; those who may are told."""
    delivery.ended_at = now
    _move(delivery, State.QUARANTINED, reason)
    detail = {"reason": reason.code, "connector": delivery.connector.key}
    subject = Subject("delivery", delivery.pk)
    record(actor_for(delivery.connector), Action.IMPORT, subject, reason="quarantine", detail=detail, now=now)
    tell(delivery, permissions.RELEASE, "connector.quarantined", now)


def _move(delivery: Delivery, state: str, reason: Refused | None = None) -> None:
    delivery.state = state
    delivery.reason = reason.code if reason else ""
    delivery.reason_params = plain_params(reason.params) if reason else {}
    delivery.save(update_fields=["state", "reason", "reason_params", "waiting_since", "ended_at"])


def begin(delivery: Delivery) -> None:
    """Let a delivery be loaded."""
    delivery.ended_at = None
    _move(delivery, State.LOADING)


def tell(delivery: Delivery, permission: str, code: str, now: datetime) -> None:
    """Give notice about a delivery to those who hold ``permission``, in the caller's transaction."""
    params: dict[str, Any] = {
        "connector": delivery.connector.name,
        "delivery": delivery.key,
        "day": delivery.business_date.isoformat() if delivery.business_date else "--",
    }
    notify_staff(holders_of(permission), "connector", code, params, url=address_of(delivery), now=now)


def address_of(delivery: Delivery) -> str:
    """Return the page of a delivery."""
    return reverse("integrations:delivery", args=[delivery.pk])
