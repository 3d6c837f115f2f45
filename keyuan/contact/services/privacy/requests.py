"""Receiving and answering requests of persons about their data, with a clock in working days (PIPL 44-50)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from keyuan.contact import permissions
from keyuan.contact.models import PrivacyRequest, PrivacyStep
from keyuan.contact.rules.privacy import requests as rules
from keyuan.contact.selectors.facts import PLACE
from keyuan.contact.selectors.privacy.requests import access_request
from keyuan.customers.models import Customer, CustomerSummary
from keyuan.customers.selectors import access_customer
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.clocks.timetables import calendar_in_force
from keyuan.platform.numbers import allocate

NUMBERS = "privacy_request"


def receive_request(
    *,
    actor: Actor,
    customer_id: int,
    kind: str,
    source: str,
    received_at: datetime,
    now: datetime,
    applicant: str = rules.SELF,
    applicant_name: str = "",
    wish: str = "",
) -> PrivacyRequest:
    """Take a request in; its clock of 15 working days begins with the day it came.

    Raises Refused for a kind or applicant that does not exist, a moment to come, a relative of somebody who lives, and
    NotFound out of reach.
    """
    actor.require(permissions.PRIVACY)
    customer = access_customer(actor, customer_id, now=now)
    _check(customer, kind, applicant, applicant_name, received_at, now)
    place = CustomerSummary.objects.values(*PLACE).get(pk=customer.pk)
    with transaction.atomic():
        request = PrivacyRequest.objects.create(
            number=allocate(NUMBERS)[0],
            customer=customer,
            kind=kind,
            source=source,
            applicant=applicant,
            applicant_name=applicant_name.strip(),
            wish=wish.strip(),
            received_at=received_at,
            due_on=rules.due_on(timezone.localdate(received_at), calendar_in_force()),
            created_at=now,
            created_by_id=actor.id,
            created_by_name=actor.name[:80],
            **place,
        )
        _step(actor, request, "received", now, code=kind)
        _note(actor, request, Action.CREATE, {"kind": kind, "due_on": request.due_on.isoformat()}, now)
    return request


def _check(
    customer: Customer, kind: str, applicant: str, applicant_name: str, received_at: datetime, now: datetime
) -> None:
    if kind not in rules.KINDS:
        raise Refused("privacy.kind", field="kind")
    if applicant not in rules.APPLICANTS:
        raise Refused("privacy.applicant", field="applicant")
    if received_at > now:
        raise Refused("privacy.in_future", field="received_at")
    if applicant != rules.SELF and not applicant_name.strip():
        raise Refused("privacy.applicant_name", field="applicant_name")
    if (kind == rules.DECEASED) != (applicant == rules.RELATIVE):
        raise Refused("privacy.relative", field="applicant")
    if kind == rules.DECEASED and customer.status != Customer.Status.DECEASED:
        raise Refused("privacy.alive", field="kind")


def check_identity(*, actor: Actor, request_id: int, how: str, note: str = "", now: datetime) -> PrivacyRequest:
    """Note how the applicant's identity was checked; work begins. Raises Refused without saying how."""
    if how not in rules.CHECKS:
        raise Refused("privacy.how", field="how")
    with transaction.atomic():
        request = _locked(actor, request_id, now)
        if request.status == rules.PAUSED:
            _resumed(request, now)
        changes: dict[str, Any] = {"checked_at": now, "checked_how": how, "checked_by_name": actor.name[:80]}
        if request.user_id is None:
            changes |= {"user_id": actor.id, "user_name": actor.name[:80]}
        _move(actor, request, rules.WORKING, "checked", now, code=how, note=note, **changes)
    return request


def take_request(*, actor: Actor, request_id: int, now: datetime) -> PrivacyRequest:
    """Make the request one's own work."""
    with transaction.atomic():
        request = _locked(actor, request_id, now)
        if request.status not in rules.OPEN:
            raise Conflict("privacy.closed")
        request.user_id, request.user_name = actor.id, actor.name[:80]
        request.save(update_fields=["user_id", "user_name"])
        _step(actor, request, "taken", now)
        _note(actor, request, Action.UPDATE, {"user_id": actor.id}, now)
    return request


def pause_request(*, actor: Actor, request_id: int, reason: str, note: str = "", now: datetime) -> PrivacyRequest:
    """Stop the clock while the customer has to do something; the reason is kept."""
    if reason not in rules.PAUSES:
        raise Refused("privacy.pause_reason", field="reason")
    with transaction.atomic():
        request = _locked(actor, request_id, now)
        changes: dict[str, Any] = {"paused_on": timezone.localdate(now), "pause_reason": reason}
        _move(actor, request, rules.PAUSED, "paused", now, code=reason, note=note, **changes)
    return request


def resume_request(*, actor: Actor, request_id: int, now: datetime) -> PrivacyRequest:
    """Let the clock run on; the due day moves on by the working days of the pause."""
    with transaction.atomic():
        request = _locked(actor, request_id, now)
        if request.status != rules.PAUSED:
            raise Conflict("privacy.not_paused")
        _resumed(request, now)
        target = rules.WORKING if request.checked_at else rules.RECEIVED
        _move(actor, request, target, "resumed", now)
    return request


def _resumed(request: PrivacyRequest, now: datetime) -> None:
    since: date = request.paused_on or timezone.localdate(now)
    request.due_on = rules.later_by_pause(request.due_on, since, timezone.localdate(now), calendar_in_force())
    request.paused_on, request.pause_reason = None, ""
    request.save(update_fields=["due_on", "paused_on", "pause_reason"])


def refuse_request(*, actor: Actor, request_id: int, reason: str, answer: str, now: datetime) -> PrivacyRequest:
    """Refuse with a reason that the customer is told, and may contest (PIPL 50)."""
    if reason not in rules.REASONS:
        raise Refused("privacy.refusal", field="reason")
    if not answer.strip():
        raise Refused("privacy.answer", field="answer")
    with transaction.atomic():
        request = _locked(actor, request_id, now)
        changes: dict[str, Any] = {"refusal": reason, "answer": answer.strip()[:1000], "closed_at": now}
        _move(actor, request, rules.REFUSED, "refused", now, code=reason, **changes)
    return request


def finish_request(*, actor: Actor, request_id: int, answer: str, now: datetime) -> PrivacyRequest:
    """Close a request as answered. Raises Conflict while what it asks for is not done: copy made, data taken out."""
    if not answer.strip():
        raise Refused("privacy.answer", field="answer")
    with transaction.atomic():
        request = _locked(actor, request_id, now)
        if request.kind in (rules.COPY, rules.TRANSFER) and request.copied_at is None:
            raise Conflict("privacy.no_copy")
        if request.kind == rules.DELETE and not request.erasures.exists():
            raise Conflict("privacy.not_erased")
        changes: dict[str, Any] = {"answer": answer.strip()[:1000], "closed_at": now}
        _move(actor, request, rules.DONE, "finished", now, **changes)
    return request


def drop_request(*, actor: Actor, request_id: int, note: str, now: datetime) -> PrivacyRequest:
    """Close a request that the customer took back."""
    with transaction.atomic():
        request = _locked(actor, request_id, now)
        _move(actor, request, rules.DROPPED, "dropped", now, note=note, closed_at=now)
    return request


def _locked(actor: Actor, request_id: int, now: datetime) -> PrivacyRequest:
    actor.require(permissions.PRIVACY)
    return access_request(actor, request_id, now=now, lock=True)


def _move(
    actor: Actor,
    request: PrivacyRequest,
    target: str,
    step: str,
    now: datetime,
    *,
    code: str = "",
    note: str = "",
    **changes: Any,
) -> None:
    source = str(request.status)
    if not rules.may_move(source, target):
        raise Conflict("privacy.moved_on", status=source)
    for name, value in {**changes, "status": target, "version": request.version + 1}.items():
        setattr(request, name, value)
    request.save(update_fields=[*changes, "status", "version"])
    _step(actor, request, step, now, code=code, note=note)
    _note(actor, request, Action.UPDATE, {"status": target, "code": code}, now, before={"status": source})


def _step(
    actor: Actor, request: PrivacyRequest, step: str, now: datetime, *, code: str = "", note: str = ""
) -> PrivacyStep:
    return PrivacyStep.objects.create(
        request=request,
        at=now,
        step=step,
        code=code,
        note=note.strip()[:200],
        staff_id=actor.id,
        staff_name=actor.name[:80],
    )


def add_step(actor: Actor, request: PrivacyRequest, step: str, now: datetime, *, note: str = "") -> PrivacyStep:
    """Write a step of other services into the history, inside the caller's transaction."""
    return _step(actor, request, step, now, note=note)


def _note(
    actor: Actor,
    request: PrivacyRequest,
    action: Action,
    after: Mapping[str, Any],
    now: datetime,
    *,
    before: Mapping[str, Any] | None = None,
) -> None:
    subject = Subject("privacy_request", request.pk)
    record(actor, action, subject, before=before, after=after, customer_id=request.customer_id, now=now)
