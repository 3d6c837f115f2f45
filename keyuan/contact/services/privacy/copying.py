"""A machine-readable copy of everything known of a customer: JSON and CSV in one encrypted file (PIPL 45, PLT-8)."""

import csv
import io
import json
import zipfile
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from keyuan.contact import permissions
from keyuan.contact.models import PrivacyRequest
from keyuan.contact.rules.privacy import requests as rules
from keyuan.contact.selectors.privacy.requests import access_request
from keyuan.contact.services.privacy.requests import add_step
from keyuan.kernel.actor import Actor, system_actor
from keyuan.kernel.errors import Conflict
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.crypto import Sealed
from keyuan.platform.crypto.reveal import open_for_system
from keyuan.platform.files import attachments
from keyuan.platform.models.attachment import Attachment
from keyuan.platform.privacy import Table, privacy_parts

COPIER = system_actor("privacy-copy")
#: Signs with which a spreadsheet would take a cell for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
FORMAT = "keyuan-personal-data/1"


def make_copy(*, actor: Actor, request_id: int, now: datetime) -> Attachment:
    """Assemble the copy, keep it encrypted with the request, and note it; asked again it makes a new one.

    Sealed values are opened on record, one audit event for the lot. Raises Conflict before the identity was checked or
    for a kind that asks for no copy, NotFound out of reach.
    """
    actor.require(permissions.PRIVACY_COPY)
    request = access_request(actor, request_id, now=now)
    if request.kind not in rules.COPIES:
        raise Conflict("privacy.no_copy_wanted")
    if request.status != rules.WORKING:
        raise Conflict("privacy.not_identified")
    data = archive_of(request.customer_id, request.number, now)
    name = f"{request.number}.zip"
    subject = Subject("privacy_request", request.pk)
    kept = attachments.store(
        actor=actor,
        subject=subject,
        name=name,
        file=io.BytesIO(data),
        now=now,
        kind="privacy_copy",
        customer_id=request.customer_id,
    )
    with transaction.atomic():
        PrivacyRequest.objects.filter(pk=request.pk).update(copy_id=kept.pk, copied_at=now)
        add_step(actor, request, "copied", now)
        detail = {"file": kept.pk, "size": kept.size}
        record(actor, Action.EXPORT, subject, customer_id=request.customer_id, detail=detail, now=now)
    return kept


def archive_of(customer_id: int, number: str, now: datetime) -> bytes:
    """Return the zip: ``data.json`` with everything, and one CSV file for each table."""
    tables = _opened(collect(customer_id))
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


def collect(customer_id: int) -> dict[str, Table]:
    """Return every table that the contexts know of a customer, sealed values under seal."""
    found: dict[str, Table] = {}
    for part in privacy_parts:
        found |= {f"{part.key}_{name}": rows for name, rows in part.collect(customer_id).items()}
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


def copy_url(actor: Actor, request: PrivacyRequest) -> str:
    """Return a link to the copy that works for this actor alone, for five minutes; empty without a copy."""
    if request.copy_id is None or not Attachment.objects.filter(pk=request.copy_id).exists():
        return ""
    return attachments.download_url(actor, request.copy_id, "save")
