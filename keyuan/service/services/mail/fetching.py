"""Fetching mail: by UID, so that a kill or a replay loses nothing and doubles nothing (SRV-5, PLT-10).

The raw mail is kept before the cursor moves, and the cursor moves in the commit that says that it is kept. A mail is
one row by mailbox, validity and UID, and one by what was read, so that UIDs that start anew bring nothing twice.
"""

import hashlib
import secrets
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Q

from keyuan.contact.rules.messages.outcomes import rest_after
from keyuan.kernel.networks import read_allowed
from keyuan.service.drivers.mail.inbox import Fetched, Inbox, InboxConfig, InboxError, Standing
from keyuan.service.models import Mail, Mailbox
from keyuan.service.services.mail.common import keep_raw, opened
from keyuan.service.services.mail.filing import file_mail

log = structlog.get_logger(__name__)
Now = Callable[[], datetime]
#: Seconds of one run, and until another run may think that it is lost.
SECONDS, LEASE = 45.0, timedelta(minutes=5)
#: Seconds that a mailbox is waited on, in a run that may; then another run goes on, so that no worker is held for long.
WAIT = 40.0
#: How far back a folder is read whose UIDs started anew.
BACK = timedelta(days=3)
MEGABYTE = 1024 * 1024
WAITING_MOST = 200


class Reading(Protocol):
    """What fetching needs of an open mailbox; see `Inbox`."""

    def open(self) -> Standing: ...
    def close(self) -> None: ...
    def standing(self) -> Standing: ...
    def can_wait(self) -> bool: ...
    def wait(self, seconds: float) -> bool: ...
    def after(self, uid: int, standing: Standing) -> list[int]: ...
    def first_since(self, day: datetime, standing: Standing) -> int: ...
    def fetch(self, uid: int, most_bytes: int) -> Fetched | None: ...


def config_of(mailbox: Mailbox) -> InboxConfig:
    """Return how to reach a mailbox; its password is opened, on record."""
    return InboxConfig(
        mailbox.imap_host, mailbox.imap_port, mailbox.imap_security, mailbox.username, mailbox.folder,
        opened([mailbox.password], "mailbox")[0], read_allowed(settings.MAIL_ALLOWED),
    )  # fmt: skip


def due_mailboxes(now: datetime) -> list[int]:
    """Return the mailboxes that are to be looked into now."""
    rows = Mailbox.objects.filter(Q(rests_until__isnull=True) | Q(rests_until__lte=now), is_active=True)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def fetch(
    mailbox_id: int, now: Now, *, opener: Callable[[InboxConfig], Reading] = Inbox, seconds: float = SECONDS,
    waits: float = 0.0,
) -> int:  # fmt: skip
    """Fetch and file what came to a mailbox for at most ``seconds``; return how many mails were kept.

    With ``waits`` the server is asked to tell of new mail so many seconds long, where it offers that; where not, what
    comes is found by the next run. Two runs at once are one: the second finds the mailbox in hand and does nothing.
    """
    token = secrets.token_hex(16)
    mailbox = _begin(mailbox_id, token, now())
    if mailbox is None:
        return 0
    count, error = 0, ""
    try:
        count = _visit(mailbox, opener(config_of(mailbox)), now, time.monotonic() + seconds, waits)
    except InboxError as failure:
        error = failure.code
    finally:
        _finish(mailbox_id, token, error, now())
    file_waiting(mailbox_id, now())
    if count or error:
        log.info("mail.fetched", mailbox=mailbox_id, kept=count, error=error)
    return count


def file_waiting(mailbox_id: int, now: datetime) -> int:
    """File what was fetched and not filed: after a kill, or when the virus scan has spoken."""
    rows = Mail.objects.filter(mailbox_id=mailbox_id, status=Mail.Status.FETCHED, raw_id__isnull=False)
    ids = list(rows.order_by("pk").values_list("pk", flat=True)[:WAITING_MOST])
    for mail_id in ids:
        file_mail(mail_id, now=now)
    return len(ids)


def _begin(mailbox_id: int, token: str, now: datetime) -> Mailbox | None:
    free = Mailbox.objects.filter(Q(run="") | Q(run_until__lte=now), pk=mailbox_id, is_active=True)
    if not free.update(run=token, run_until=now + LEASE):
        return None
    return Mailbox.objects.select_related("desk").get(pk=mailbox_id)


def _finish(mailbox_id: int, token: str, error: str, now: datetime) -> None:
    with transaction.atomic():
        mailbox = Mailbox.objects.select_for_update().filter(pk=mailbox_id, run=token).first()
        if mailbox is None:
            return
        mailbox.run, mailbox.run_until, mailbox.last_error = "", None, error
        mailbox.failures = min(mailbox.failures + 1, 1000) if error else 0
        mailbox.rests_until = now + rest_after(mailbox.failures) if error else None
        mailbox.checked_at = mailbox.checked_at if error else now
        mailbox.save(update_fields=["run", "run_until", "last_error", "failures", "rests_until", "checked_at"])


def _visit(mailbox: Mailbox, inbox: Reading, now: Now, until: float, waits: float) -> int:
    """Read what is there, then, where that is wanted and offered, what comes while we wait."""
    try:
        standing = inbox.open()
        _come_to_terms(mailbox, inbox, standing, now())
        count = _read(mailbox, inbox, standing, now, until)
        return count + _listen(mailbox, inbox, now, min(until, time.monotonic() + waits)) if waits else count
    finally:
        inbox.close()


def _listen(mailbox: Mailbox, inbox: Reading, now: Now, until: float) -> int:
    """Read what comes until a moment, as soon as the server tells; what breaks here is the next run's to find."""
    count = 0
    try:
        if not inbox.can_wait():
            return 0
        while (left := until - time.monotonic()) > 0:
            if inbox.wait(left):
                count += _read(mailbox, inbox, inbox.standing(), now, until)
    except InboxError as failure:
        log.info("mail.waiting_ended", mailbox=mailbox.pk, error=failure.code)
    return count


def _read(mailbox: Mailbox, inbox: Reading, standing: Standing, now: Now, until: float) -> int:
    count = 0
    while time.monotonic() < until:
        uids = inbox.after(mailbox.last_uid, standing)
        if not uids:
            break
        for uid in uids:
            if time.monotonic() >= until:
                break
            count += _keep(mailbox, standing, uid, inbox.fetch(uid, mailbox.most_mb * MEGABYTE), now())
    return count


def _come_to_terms(mailbox: Mailbox, inbox: Reading, standing: Standing, now: datetime) -> None:
    """Begin with what comes from now on; where UIDs started anew, with the last days: what is known is not doubled."""
    if mailbox.uid_validity == standing.uid_validity:
        return
    if mailbox.uid_validity:
        start = inbox.first_since((mailbox.checked_at or now) - BACK, standing)
    else:
        start = 0 if mailbox.takes_old else standing.uid_next - 1
    mailbox.uid_validity, mailbox.last_uid = standing.uid_validity, max(start, 0)
    mailbox.save(update_fields=["uid_validity", "last_uid"])


def _keep(mailbox: Mailbox, standing: Standing, uid: int, fetched: Fetched | None, now: datetime) -> int:
    """Keep one mail and move the cursor behind it; return 1 for one that is new."""
    mail = _row(mailbox, standing, fetched, now) if fetched is not None else None
    if mail is not None and fetched is not None and mail.raw_id is None:
        raw = keep_raw(mail, fetched.raw, now)
        mail.raw_id = raw.pk
    with transaction.atomic():
        if mail is not None:
            Mail.objects.filter(pk=mail.pk).update(raw_id=mail.raw_id)
        Mailbox.objects.filter(pk=mailbox.pk, uid_validity=standing.uid_validity).update(
            last_uid=uid, **({"fetched_at": now} if mail is not None else {})
        )
    mailbox.last_uid = uid
    if mail is None:
        return 0
    file_mail(mail.pk, now=now)
    return 1


def _row(mailbox: Mailbox, standing: Standing, fetched: Fetched, now: datetime) -> Mail | None:
    """Return the row of a fetched mail; None for one that was read before under another UID."""
    digest = hashlib.sha256(fetched.raw).hexdigest()
    with transaction.atomic():
        known = Mail.objects.filter(mailbox=mailbox, uid_validity=standing.uid_validity, uid=fetched.uid).first()
        if known is not None:
            return known
        if Mail.objects.filter(mailbox=mailbox, digest=digest, is_out=False).exists():
            return None
        at = min(fetched.at, now) if fetched.at is not None else now
        return Mail.objects.create(
            mailbox=mailbox, is_out=False, status=Mail.Status.FETCHED, because="" if fetched.is_whole else "size",
            at=at, uid_validity=standing.uid_validity, uid=fetched.uid, digest=digest, size=fetched.size,
            created_at=now,
        )  # fmt: skip
