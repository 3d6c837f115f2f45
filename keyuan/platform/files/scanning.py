"""Files wait until clamd has seen them; what it finds is kept from everybody and told (PLT-16).

Off where ``KEYUAN_CLAMD`` is empty. While clamd is away, files wait, or by ``KEYUAN_CLAMD_HOLD=0`` are given out with a
remark and examined afterwards.
"""

from datetime import datetime

import structlog
from django.conf import settings
from django.db import transaction

from keyuan.kernel.actor import system_actor
from keyuan.kernel.errors import Refused
from keyuan.platform import people
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.events import once
from keyuan.platform.files import clamd, vault
from keyuan.platform.jobs import enqueue
from keyuan.platform.models.attachment import Attachment
from keyuan.platform.notices import notify_staff
from keyuan.platform.permissions import SETTINGS_EDIT

log = structlog.get_logger(__name__)
ACTOR = system_actor("virus scan")
JOB = "keyuan.platform.files.jobs.examine"
#: Files that one run of the timetable takes up again.
CHUNK = 500
Scan = Attachment.Scan


def first_state() -> str:
    """Return what a file is when it comes."""
    return Scan.WAITING if settings.CLAMD else Scan.NONE


def ask(attachment: Attachment) -> None:
    """Have a new file examined in the background; inside the transaction that keeps it."""
    if attachment.scan == Scan.WAITING:
        enqueue(JOB, attachment_id=attachment.pk)


def require_harmless(attachment: Attachment) -> None:
    """Raise Refused ``file.waiting`` before the verdict, ``file.infected`` for good."""
    if attachment.scan == Scan.INFECTED:
        raise Refused("file.infected")
    if attachment.scan == Scan.WAITING:
        raise Refused("file.waiting")


def examine(attachment_id: int, *, now: datetime) -> str:
    """Examine one file; return its state. One that is gone or has its verdict is left alone.

    While clamd is away nothing is raised: the timetable asks again.
    """
    attachment = Attachment.objects.filter(pk=attachment_id, scan__in=[Scan.WAITING, Scan.PASSED]).first()
    if attachment is None or not settings.CLAMD:
        return ""
    blocks = vault.read(attachment.storage_name, bytes(attachment.wrapped_key))
    try:
        verdict = clamd.examine(settings.CLAMD, blocks)
    except clamd.Unreachable as error:
        return _unanswered(attachment, str(error), now)
    if verdict.is_infected:
        return _quarantined(attachment, verdict.virus, now)
    Attachment.objects.filter(pk=attachment.pk).update(scan=Scan.CLEAN)
    return Scan.CLEAN


def waiting() -> list[int]:
    """Return the ids of files without a verdict, oldest first."""
    rows = Attachment.objects.filter(scan__in=[Scan.WAITING, Scan.PASSED]).order_by("id")
    return list(rows.values_list("pk", flat=True)[:CHUNK])


def _unanswered(attachment: Attachment, why: str, now: datetime) -> str:
    log.warning("clamd.unreachable", why=why, file=attachment.pk)
    state = Scan.WAITING if settings.CLAMD_HOLD else Scan.PASSED
    with transaction.atomic():
        Attachment.objects.filter(pk=attachment.pk, scan=Scan.WAITING).update(scan=state)
        if once(f"clamd.unreachable:{now.date().isoformat()}"):
            notify_staff(people.holders_of(SETTINGS_EDIT), "system", "file.scanner_gone", {"why": why}, now=now)
    return state


def _quarantined(attachment: Attachment, virus: str, now: datetime) -> str:
    told = {attachment.uploaded_by_id, *people.holders_of(SETTINGS_EDIT)} - {None}
    subject = Subject(attachment.subject_kind, attachment.subject_id)
    with transaction.atomic():
        rows = Attachment.objects.filter(pk=attachment.pk).exclude(scan=Scan.INFECTED)
        if not rows.update(scan=Scan.INFECTED, scan_note=virus):
            return Scan.INFECTED
        record(ACTOR, Action.OTHER, subject, detail={"file": attachment.pk, "virus": virus}, now=now)
        params = {"name": attachment.name, "virus": virus}
        notify_staff([key for key in told if key is not None], "system", "file.quarantined", params, now=now)
    return Scan.INFECTED
