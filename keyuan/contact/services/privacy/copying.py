"""A machine-readable copy of everything known of a customer: JSON and CSV in one encrypted file (PIPL 45, PLT-8)."""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

from django.db import transaction

from keyuan.contact import permissions
from keyuan.contact.models import PrivacyRequest
from keyuan.contact.rules.privacy import requests as rules
from keyuan.contact.selectors.privacy.requests import access_request, copies_before, copy_job
from keyuan.contact.services.privacy.requests import add_step
from keyuan.kernel.actor import Actor, system_actor
from keyuan.kernel.errors import Conflict, NotFound
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.crypto import Sealed
from keyuan.platform.crypto.reveal import open_for_system
from keyuan.platform.files import attachments, vault
from keyuan.platform.jobs import TrackedJob, start_tracked
from keyuan.platform.models.attachment import Attachment
from keyuan.platform.privacy import Table, privacy_parts

COPIER = system_actor("privacy-copy")
#: Signs with which a spreadsheet would take a cell for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
FORMAT = "keyuan-personal-data/1"
#: The kind of the job that makes a copy, of the file it makes, and how large that may be.
JOB, KIND, MOST = "contact.privacy_copy", "privacy_copy", 2 * 1024**3
#: Hears how many parts are done, and of how many.
Told = Callable[[int, int], object]


def start_copy(*, actor: Actor, request_id: int, now: datetime) -> TrackedJob:
    """Let the copy be made in the background; asked again while it is being made, return the job that runs.

    Raises Conflict before the identity was checked or for a kind that asks for no copy, NotFound out of reach.
    """
    actor.require(permissions.PRIVACY_COPY)
    with transaction.atomic():
        request = access_request(actor, request_id, now=now, lock=True)
        _check(request)
        running = copy_job(request)
        if running is not None and running.status in TrackedJob.OPEN:
            return running
        job = start_tracked(actor, JOB, params={"number": request.number}, request_id=request.pk)
        PrivacyRequest.objects.filter(pk=request.pk).update(copy_job_id=job.pk)
        record(actor, Action.JOB, Subject("privacy_request", request.pk), customer_id=request.customer_id, now=now)
    return job


def make_copy(*, actor: Actor, request_id: int, now: datetime, told: Told = lambda _done, _total: None) -> Attachment:
    """Assemble the copy, keep it encrypted with the request, and note it; made anew it replaces the one before.

    ``told`` hears after each part how many are done. Sealed values are opened on record, one audit event for the lot.
    Killed, it leaves at most a file that the next copy takes away. Raises as `start_copy` does.
    """
    actor.require(permissions.PRIVACY_COPY)
    request = access_request(actor, request_id, now=now)
    _check(request)
    data = archive_of(request.customer_id, request.number, now, told)
    kept = attachments.store(
        actor=actor,
        subject=Subject(KIND, request.pk),
        name=f"{request.number}.zip",
        file=io.BytesIO(data),
        now=now,
        kind=KIND,
        customer_id=request.customer_id,
        max_bytes=MOST,
    )
    try:
        _keep(actor, request, kept, now)
    except Conflict:
        # The request was closed meanwhile: its copy is nobody's any more.
        with transaction.atomic():
            _remove_copies(request.pk)
        raise
    return kept


def _keep(actor: Actor, request: PrivacyRequest, kept: Attachment, now: datetime) -> None:
    with transaction.atomic():
        _check(access_request(actor, request.pk, now=now, lock=True))
        PrivacyRequest.objects.filter(pk=request.pk).update(copy_id=kept.pk, copied_at=now)
        _remove_copies(request.pk, keep=kept.pk)
        add_step(actor, request, "copied", now)
        subject = Subject("privacy_request", request.pk)
        detail = {"file": kept.pk, "size": kept.size}
        record(actor, Action.EXPORT, subject, customer_id=request.customer_id, detail=detail, now=now)


def _check(request: PrivacyRequest) -> None:
    if request.kind not in rules.COPIES:
        raise Conflict("privacy.no_copy_wanted")
    if request.status != rules.WORKING:
        raise Conflict("privacy.not_identified")


def _remove_copies(request_id: int, *, keep: int | None = None) -> None:
    """Delete the copies of a request but one, also what a killed run left."""
    files = Attachment.objects.filter(subject_kind=KIND, subject_id=request_id, kind=KIND)
    files = files.exclude(pk=keep) if keep else files
    names = list(files.values_list("storage_name", flat=True))
    files.delete()
    # Only after the commit: a rolled-back deletion must still find its files.
    transaction.on_commit(partial(_remove_files, names))


def _remove_files(names: list[str]) -> None:
    for name in names:
        vault.remove(name)


def expire_copies(*, now: datetime) -> int:
    """Delete copies that nobody may fetch any more, a hundred at most; return how many."""
    late = copies_before(now - timedelta(days=rules.COPY_DAYS))
    for request in late:
        with transaction.atomic():
            PrivacyRequest.objects.filter(pk=request.pk).update(copy_id=None)
            _remove_copies(request.pk)
            add_step(COPIER, request, "copy_expired", now)
            subject = Subject("privacy_request", request.pk)
            record(COPIER, Action.DELETE, subject, customer_id=request.customer_id, now=now)
    return len(late)


def archive_of(customer_id: int, number: str, now: datetime, told: Told = lambda _done, _total: None) -> bytes:
    """Return the zip: ``data.json`` with everything, and one CSV file for each table."""
    tables = _opened(collect(customer_id, told))
    whole = {
        "format": FORMAT,
        "request": number,
        "made_at": now.isoformat(timespec="seconds"),
        "tables": tables,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_entry("data.json", now), json.dumps(whole, ensure_ascii=False, indent=1))
        for name, rows in tables.items():
            if rows:
                archive.writestr(_entry(f"{name}.csv", now), "\ufeff" + _csv(rows))
    return out.getvalue()


def collect(customer_id: int, told: Told = lambda _done, _total: None) -> dict[str, Table]:
    """Return every table that the contexts know of a customer, sealed values under seal."""
    found: dict[str, Table] = {}
    parts = list(privacy_parts)
    for done, part in enumerate(parts, 1):
        found |= {f"{part.key}_{name}": rows for name, rows in part.collect(customer_id).items()}
        told(done, len(parts))
    return found


def _opened(tables: Mapping[str, Table]) -> dict[str, list[dict[str, Any]]]:
    sealed = [value for rows in tables.values() for row in rows for value in row.values() if isinstance(value, Sealed)]
    plain = iter(open_for_system(COPIER, sealed, "privacy-copy")) if sealed else iter(())

    def shown(value: Any) -> Any:
        return next(plain) if isinstance(value, Sealed) else _plain(value)

    return {name: [{key: shown(value) for key, value in row.items()} for row in rows] for name, rows in tables.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _csv(rows: list[dict[str, Any]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(rows[0]), extrasaction="ignore", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({key: _cell(value) for key, value in row.items()} for row in rows)
    return out.getvalue()


def _cell(value: Any) -> str:
    text = (
        "" if value is None else json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
    )
    return f"'{text}" if text.startswith(FORMULA) and not isinstance(value, int | float) else text


def _entry(name: str, now: datetime) -> zipfile.ZipInfo:
    return zipfile.ZipInfo(name, now.timetuple()[:6])


def has_copy(request: PrivacyRequest, now: datetime) -> bool:
    """Tell whether a copy lies here that may still be fetched."""
    if request.copy_id is None or request.copied_at is None:
        return False
    return request.copied_at > now - timedelta(days=rules.COPY_DAYS)


def fetch_copy(*, actor: Actor, request_id: int, now: datetime) -> str:
    """Note that somebody fetches the copy; return a link that works for this actor alone, for five minutes.

    Raises NotFound without a copy, when its days are over, or out of reach.
    """
    actor.require(permissions.PRIVACY_COPY)
    request = access_request(actor, request_id, now=now)
    found = Attachment.objects.filter(pk=request.copy_id or 0).first() if has_copy(request, now) else None
    if found is None:
        raise NotFound("privacy.copy_gone")
    with transaction.atomic():
        add_step(actor, request, "copy_fetched", now)
        subject = Subject("privacy_request", request.pk)
        detail = {"file": found.pk, "sha256": found.sha256}
        record(actor, Action.EXPORT, subject, customer_id=request.customer_id, detail=detail, now=now)
    return attachments.download_url(actor, found.pk, "save")
