"""What providers say later: receipts, bounces, customers who want no more (PLT-11)."""

import csv
import hashlib
import hmac
import io
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from keyuan.contact import permissions
from keyuan.contact.models import DeliveryReport, Message, MessageProvider
from keyuan.contact.services.messages.health import note_bounce, note_taken
from keyuan.contact.services.messages.losing import tell_lost
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Refused
from keyuan.platform.audit import Action, Subject, record

Kind = DeliveryReport.Kind
Status = Message.Status
#: A call-back older or newer than this is somebody's recording of one.
FRESH = timedelta(minutes=5)
#: Reports of one call, and rows of one file.
MOST_REPORTS, MOST_ROWS = 1000, 10_000


@dataclass(frozen=True, slots=True)
class Report:
    """One report: ``key`` is the provider's own and makes a second telling harmless; ``reference`` names the message
    as the provider does, ``message_key`` as we do."""

    key: str
    kind: str
    reference: str = ""
    message_key: str = ""
    code: str = ""


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Return the signature of a call-back: HMAC-SHA256 over moment and body, in hexadecimal."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def is_genuine(secret: str, timestamp: str, body: bytes, given: str, now: datetime) -> bool:
    """Tell whether a call-back comes from who knows the secret, and just now."""
    if not timestamp.isdecimal() or len(timestamp) > 12:
        return False
    fresh = abs(now.timestamp() - int(timestamp)) <= FRESH.total_seconds()
    return hmac.compare_digest(signature(secret, timestamp, body), given.lower()) and fresh


def take_reports(provider: MessageProvider, reports: list[Report], now: datetime) -> int:
    """Take what a provider reports, each once; returns how many were new. Unknown messages are passed over."""
    if len(reports) > MOST_REPORTS:
        raise Refused("reports.too_many", most=MOST_REPORTS)
    return sum(_take(provider, report, now) for report in reports)


def _take(provider: MessageProvider, report: Report, now: datetime) -> bool:
    if report.kind not in Kind.values or not report.key:
        return False
    with transaction.atomic():
        message = _message(provider, report)
        _row, is_new = DeliveryReport.objects.get_or_create(
            provider=provider,
            key=report.key[:160],
            defaults={"kind": report.kind, "message": message, "code": report.code[:40], "received_at": now},
        )
        if is_new and message is not None:
            _apply(message, report, now)
    return is_new


def _message(provider: MessageProvider, report: Report) -> Message | None:
    rows = Message.objects.select_for_update().filter(provider=provider)
    if report.message_key:
        return rows.filter(key=report.message_key).first()
    return rows.filter(reference=report.reference, reference__gt="").first() if report.reference else None


def _apply(message: Message, report: Report, now: datetime) -> None:
    """Move a message by a report; one that arrived stays arrived, whatever comes later out of order."""
    left = message.status in (Status.SENT, Status.UNKNOWN, Status.SENDING)
    if report.kind == Kind.DELIVERED and left:
        message.status, message.because, message.delivered_at = Status.DELIVERED, "", now
        message.sent_at = message.sent_at or message.handed_at
        note_taken(message.contact_point_id, now)
    elif report.kind in (Kind.FAILED, Kind.BOUNCED) and left:
        message.status = Status.FAILED
        message.because = "bounced" if report.kind == Kind.BOUNCED else "not_delivered"
        if report.kind == Kind.BOUNCED:
            note_bounce(message.contact_point_id, now)
    message.save(update_fields=["status", "because", "delivered_at", "sent_at"])
    if message.status == Status.FAILED:
        tell_lost([message.pk])


def read_bounces(data: bytes) -> list[Report]:
    """Read a file of bounces: a CSV with the columns message_id and, if wanted, code. Raises Refused ``bounces.*``."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError:
            raise Refused("bounces.encoding", field="file") from None
    reader = csv.DictReader(io.StringIO(text))
    if "message_id" not in (reader.fieldnames or ()):
        raise Refused("bounces.column", field="file")
    rows = list(reader)
    if len(rows) > MOST_ROWS:
        raise Refused("bounces.too_many", field="file", most=MOST_ROWS)
    wanted = [(str(row.get("message_id") or "").strip(), str(row.get("code") or "").strip()) for row in rows]
    return [Report(f"bounce:{name}", str(Kind.BOUNCED), reference=name, code=code) for name, code in wanted if name]


def import_bounces(*, actor: Actor, provider: MessageProvider, data: bytes, now: datetime) -> tuple[int, int]:
    """Take the bounces of a file; returns how many rows it had and how many of them told something new."""
    actor.require(permissions.DECIDE)
    reports = read_bounces(data)
    known = set(
        Message.objects.filter(
            provider=provider, reference__in=[report.reference for report in reports], reference__gt=""
        ).values_list("reference", flat=True)
    )
    new = sum(_take(provider, report, now) for report in reports if report.reference in known)
    with transaction.atomic():
        detail = {"rows": len(reports), "new": new}
        record(actor, Action.IMPORT, Subject("message_provider", provider.pk), detail=detail, now=now)
    return len(reports), new
