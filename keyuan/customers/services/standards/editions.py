"""Writing editions of the service standard: drafted, previewed, issued from a day on; issued ones never change."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from keyuan.customers import permissions
from keyuan.customers.models import ServiceStandard
from keyuan.customers.rules.standards import Standard, as_json, check
from keyuan.customers.selectors.standards import remember_names, standard_row
from keyuan.customers.services.standards.nightly import start_preview
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, NotFound, Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.jobs import TrackedJob
from keyuan.platform.locks import hold

Draft = ServiceStandard.Status.DRAFT
Issued = ServiceStandard.Status.ISSUED


def draft_edition(*, actor: Actor, today: date, now: datetime) -> ServiceStandard:
    """Begin a draft from the edition in force; a draft that exists already is returned instead."""
    actor.require(permissions.STANDARDS)
    with transaction.atomic():
        hold("service-standard")
        known = ServiceStandard.objects.filter(status=Draft).order_by("number").first()
        if known is not None:
            return known
        base = standard_row(today)
        if base is None:
            raise NotFound("standard.not_found")
        number = (ServiceStandard.objects.aggregate(top=Max("number"))["top"] or 0) + 1
        row = ServiceStandard.objects.create(
            number=number,
            content=base.content,
            created_by_id=actor.id,
            created_by_name=actor.name[:40],
            created_at=now,
        )
        record(actor, Action.CREATE, Subject("service_standard", row.pk), after={"number": number}, now=now)
    return row


def save_edition(*, actor: Actor, number: int, version: int, standard: Standard, now: datetime) -> ServiceStandard:
    """Write a draft. Raises `Invalid` for its content, `Conflict` when it was saved since, `Refused` once issued."""
    actor.require(permissions.STANDARDS)
    content = as_json(check(standard))
    with transaction.atomic():
        row = _draft(number, version)
        if row.content == content:
            return row
        before = row.content
        row.content, row.version = content, row.version + 1
        row.created_by_id, row.created_by_name = actor.id, actor.name[:40]
        row.save(update_fields=["content", "version", "created_by_id", "created_by_name"])
        subject = Subject("service_standard", row.pk)
        record(actor, Action.UPDATE, subject, before=before, after=content, now=now)
    return row


def preview_edition(*, actor: Actor, number: int) -> TrackedJob:
    """Start counting what a draft would move between tiers."""
    actor.require(permissions.STANDARDS)
    with transaction.atomic():
        row = ServiceStandard.objects.select_for_update().filter(number=number).first()
        if row is None:
            raise NotFound("standard.not_found")
        job = start_preview(actor=actor, row=row)
        ServiceStandard.objects.filter(pk=row.pk).update(job_id=job.pk)
    return job


def issue_edition(
    *, actor: Actor, number: int, version: int, valid_from: date, reason: str, today: date, now: datetime
) -> ServiceStandard:
    """Put a draft in force from a day on. It must have been previewed as it stands, and the day lie ahead or be today.

    Another person than whoever wrote it approves it so. Raises `Refused` standard.same_person, without preview or
    reason, for a day in the past, `Conflict` when it was saved since.
    """
    actor.require(permissions.EXCEPTION_DECIDE)
    if not reason.strip():
        raise Refused("standard.reason", field="reason")
    if valid_from < today:
        raise Refused("standard.past", field="valid_from")
    with transaction.atomic():
        row = _draft(number, version)
        if row.created_by_id == actor.id and actor.id is not None:
            raise Refused("standard.same_person")
        if row.preview.get("version") != row.version:
            raise Refused("standard.not_previewed")
        row.status, row.valid_from, row.reason = Issued, valid_from, reason.strip()[:200]
        row.issued_by_id, row.issued_by_name, row.issued_at = actor.id, actor.name[:40], now
        row.save()
        after = {"number": number, "valid_from": valid_from.isoformat()}
        record(actor, Action.UPDATE, Subject("service_standard", row.pk), after=after, reason=reason, now=now)
    remember_names(today, anew=True)
    return row


def drop_draft(*, actor: Actor, number: int, now: datetime) -> None:
    """Throw a draft away."""
    actor.require(permissions.STANDARDS)
    with transaction.atomic():
        row = ServiceStandard.objects.select_for_update().filter(number=number, status=Draft).first()
        if row is None:
            raise NotFound("standard.not_found")
        record(actor, Action.DELETE, Subject("service_standard", row.pk), before={"number": number}, now=now)
        row.delete()


def _draft(number: int, version: int) -> ServiceStandard:
    row = ServiceStandard.objects.select_for_update().filter(number=number).first()
    if row is None:
        raise NotFound("standard.not_found")
    if row.status != Draft:
        raise Refused("standard.issued")
    if row.version != version:
        raise Conflict("conflict", version=row.version)
    return row
