"""What every step of a request leaves behind: state, clocks, history, trail, event (POL-5)."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.events import emit
from keyuan.policies.events import ServiceRequestsMoved
from keyuan.policies.models import RequestEvent, ServiceRequest
from keyuan.policies.rules.service_items.codes import check_reason, step_of
from keyuan.policies.selectors.service_items import access_request

SUBJECT = "service_request"


def address_of(request_id: int) -> str:
    """Return the page of a request, for notices to staff."""
    return reverse("policies:request", args=[request_id])


def subject_of(request: ServiceRequest) -> Subject:
    """Return a request as clocks, files and the trail name it."""
    return Subject(SUBJECT, request.pk)


def locked(actor: Actor, request_id: int, version: int | None) -> ServiceRequest:
    """Return a request locked for a change. Raises `NotFound`, and `Conflict` when it moved on."""
    request = access_request(actor, request_id, lock=True)
    if version is not None and request.version != version:
        raise Conflict("conflict", version=request.version)
    return request


def take_step(
    actor: Actor, request: ServiceRequest, act: str, now: datetime, *, reason: str = "", target: str = "",
    columns: tuple[str, ...] = (), event: str = "", detail: dict[str, Any] | None = None,
) -> None:  # fmt: skip
    """Take the step ``act`` in the caller's transaction; ``target`` where it leads elsewhere than the table says.

    Raises `Refused` request.no_such_step and request.reason_missing. ``event`` tells the contexts above.
    """
    step = step_of(act, request.status)
    check_reason(step, reason)
    before, request.status = request.status, target or step.target
    request.updated_at = now
    request.version += 1
    request.save(update_fields=["status", "updated_at", "version", *columns])
    note(actor, request, act, now, before=before, reason=reason)
    record(
        actor, Action.UPDATE, subject_of(request), before={"status": before}, after={"status": str(request.status)},
        reason=reason, customer_id=request.customer_id, detail={"act": act, "item": request.item, **(detail or {})},
        now=now,
    )  # fmt: skip
    if event:
        emit(ServiceRequestsMoved((request.pk,), event))


def note(actor: Actor, request: ServiceRequest, act: str, now: datetime, *, before: str = "", reason: str = "") -> None:
    """Write a step into the history of a request."""
    RequestEvent.objects.create(
        request=request, act=act, from_status=before, to_status=request.status, at=now, actor_id=actor.id,
        actor_name=actor.name[:40], note=reason.strip()[:200],
    )  # fmt: skip
