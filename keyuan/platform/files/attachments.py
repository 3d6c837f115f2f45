"""Keeping files with records, and giving them back to whoever may see the record (PLT-16)."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import IO

from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound, Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.files import scanning, vault
from keyuan.platform.files.content import HEAD_BYTES, FileType, recognised, safe_name
from keyuan.platform.models.attachment import Attachment
from keyuan.platform.subjects import subject_kinds

MAX_BYTES = 50 * 1024 * 1024
LINK_SECONDS = 300
#: What a link may be for: to look at the file, or to save it.
PURPOSES = ("show", "save")
BLOCK = 64 * 1024


def store(
    *,
    actor: Actor,
    subject: Subject,
    name: str,
    file: IO[bytes],
    now: datetime,
    kind: str = "",
    customer_id: int | None = None,
    max_bytes: int = MAX_BYTES,
) -> Attachment:
    """Keep ``file`` with ``subject``, encrypted; the caller has checked that the actor may change the subject.

    ``kind`` is a code of the owner's (``identity_copy`` …). Raises NotFound when the subject is out of reach, Refused
    ``file.type``, ``file.content``, ``file.empty``, ``file.too_large`` or ``file.disk_full``; then nothing is kept.
    """
    _check_access(actor, subject)
    clean = safe_name(name)
    head = file.read(HEAD_BYTES)
    file_type = recognised(clean, head)
    if not head:
        raise Refused("file.empty", field="file")
    meter = _Meter(head, file, max_bytes)
    storage_name, key = vault.write(meter)
    try:
        return _recorded(actor, subject, clean, file_type, meter, storage_name, key, now, kind, customer_id)
    except BaseException:
        vault.remove(storage_name)
        raise


class _Meter:
    """Passes a file on while counting, limiting and hashing it."""

    def __init__(self, head: bytes, file: IO[bytes], limit: int) -> None:
        self._head, self._file, self._limit = head, file, limit
        self.size = 0
        self.sha256 = hashlib.sha256()

    def __iter__(self) -> Iterator[bytes]:
        block = self._head
        while block:
            self.size += len(block)
            if self.size > self._limit:
                raise Refused("file.too_large", field="file", megabytes=self._limit // 1024 // 1024)
            self.sha256.update(block)
            yield block
            block = self._file.read(BLOCK)


def _recorded(
    actor: Actor,
    subject: Subject,
    name: str,
    file_type: FileType,
    meter: _Meter,
    storage_name: str,
    key: bytes,
    now: datetime,
    kind: str,
    customer_id: int | None,
) -> Attachment:
    with transaction.atomic():
        attachment = Attachment.objects.create(
            subject_kind=subject.kind,
            subject_id=subject.id,
            name=name,
            content_type=file_type.content_type,
            size=meter.size,
            sha256=meter.sha256.hexdigest(),
            storage_name=storage_name,
            wrapped_key=key,
            kind=kind,
            uploaded_by_id=actor.id,
            uploaded_by_name=actor.name[:80],
            uploaded_at=now,
            scan=scanning.first_state(),
        )
        scanning.ask(attachment)
        detail = {"file": attachment.pk, "size": meter.size, "type": file_type.content_type}
        record(actor, Action.CREATE, subject, customer_id=customer_id, detail=detail, now=now)
    return attachment


def attachments_of(actor: Actor, subject: Subject) -> QuerySet[Attachment]:
    """Return the files of one record, newest first. Raises NotFound when the record is out of the actor's reach."""
    _check_access(actor, subject)
    return Attachment.objects.filter(subject_kind=subject.kind, subject_id=subject.id).order_by("-id")


def access_attachment(actor: Actor, attachment_id: int) -> Attachment:
    """Return one file whose record the actor may see, or raise NotFound."""
    attachment = Attachment.objects.filter(pk=attachment_id).first()
    if attachment is None:
        raise NotFound
    _check_access(actor, Subject(attachment.subject_kind, attachment.subject_id))
    return attachment


def open_file(actor: Actor, attachment_id: int) -> tuple[Attachment, Iterable[bytes]]:
    """Return a file and its plain blocks.

    Raises NotFound when its record is out of the actor's reach, Refused ``file.waiting`` or ``file.infected`` by what
    the virus scan says.
    """
    attachment = access_attachment(actor, attachment_id)
    scanning.require_harmless(attachment)
    return attachment, vault.read(attachment.storage_name, bytes(attachment.wrapped_key))


def delete_attachment(
    *, actor: Actor, attachment_id: int, reason: str, now: datetime, customer_id: int | None = None
) -> None:
    """Delete a file for good; the trail keeps its name's digest and its checksum. Raises NotFound out of reach."""
    attachment = access_attachment(actor, attachment_id)
    with transaction.atomic():
        attachment.delete()
        subject = Subject(attachment.subject_kind, attachment.subject_id)
        detail = {"file": attachment_id, "sha256": attachment.sha256}
        record(actor, Action.DELETE, subject, reason=reason, customer_id=customer_id, detail=detail, now=now)
        # Only after the commit: a rolled-back deletion must still find its file.
        transaction.on_commit(lambda: vault.remove(attachment.storage_name))


def download_url(actor: Actor, attachment_id: int, purpose: str = "show") -> str:
    """Return a link that works for this actor alone, for one purpose, for five minutes."""
    token = _signer().sign(_bound(actor, attachment_id, purpose))
    return reverse("platform:file-download", args=[attachment_id]) + f"?t={token}"


def check_link(actor: Actor, attachment_id: int, token: str) -> str:
    """Return the purpose of a fresh link of this actor to this file.

    Raises NotFound for any other token, and Refused ``file.link_old`` for a link of theirs that is merely too old.
    """
    try:
        value = _signer().unsign(token, max_age=LINK_SECONDS)
    except SignatureExpired:
        _purpose_of(actor, attachment_id, _signer().unsign(token))
        raise Refused("file.link_old") from None
    except BadSignature:
        raise NotFound from None
    return _purpose_of(actor, attachment_id, value)


def _purpose_of(actor: Actor, attachment_id: int, value: str) -> str:
    for purpose in PURPOSES:
        if value == _bound(actor, attachment_id, purpose):
            return purpose
    raise NotFound


def _bound(actor: Actor, attachment_id: int, purpose: str) -> str:
    return f"{attachment_id}:{actor.kind}:{actor.id}:{purpose}"


def _signer() -> TimestampSigner:
    return TimestampSigner(salt="keyuan.files")


def _check_access(actor: Actor, subject: Subject) -> None:
    kind = subject_kinds.get(subject.kind)
    if kind is None:
        raise NotFound
    kind.access(actor, subject.id)
