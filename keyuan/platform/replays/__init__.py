"""Doing a request once, however often it is sent: its answer is kept with what it did, in one transaction (PLT-14).

A process that is killed half-way leaves neither; the next attempt does the work. What was refused is not kept.
"""

import hashlib
import hmac
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from keyuan.kernel.errors import Conflict, Refused
from keyuan.platform.locks import try_hold
from keyuan.platform.models.replay import Replay

KEPT = timedelta(hours=24)
LONGEST_KEY = 128
#: Rows deleted by one run of the tidying job.
CHUNK = 2000


def digest_of(*parts: bytes) -> str:
    """Return a keyed digest of a request: what was sent may be personal and is not kept."""
    mac = hmac.new(settings.SECRET_KEY.encode(), digestmod=hashlib.sha256)
    for part in parts:
        mac.update(len(part).to_bytes(8, "big") + part)
    return mac.hexdigest()


def known_answer(*, caller_id: int, key: str, digest: str, now: datetime) -> Replay | None:
    """Take ``key`` for the caller until the transaction ends and return the answer kept under it, if there is one.

    Raises Conflict replay.running while another process works on the same key, Refused replay.key for a key that is
    none and replay.other_request when the key belongs to a different request.
    """
    if not 0 < len(key) <= LONGEST_KEY or not all("!" <= sign <= "~" for sign in key):
        raise Refused("replay.key", most=LONGEST_KEY)
    if not connection.in_atomic_block:
        raise RuntimeError("an answer is kept in the transaction of its work")
    # On SQLite the transaction keeps every other writer out: the second request waits and gets the first one's answer.
    if not try_hold(f"replay:{caller_id}:{key}"):
        raise Conflict("replay.running")
    found = Replay.objects.filter(caller_id=caller_id, key=key).first()
    if found is None:
        return None
    if found.created_at <= now - KEPT:
        found.delete()
        return None
    if found.digest != digest:
        raise Refused("replay.other_request")
    return found


def keep_answer(
    *, caller_id: int, key: str, digest: str, status: int, headers: dict[str, str], body: str, now: datetime
) -> None:
    """Keep an answer for a day, inside the transaction of the work."""
    Replay.objects.create(
        caller_id=caller_id, key=key, digest=digest, status=status, headers=headers, body=body, created_at=now
    )


def drop_expired(*, now: datetime) -> int:
    """Delete answers older than a day; return how many."""
    old = Replay.objects.filter(created_at__lte=now - KEPT).order_by("created_at")
    ids = list(old.values_list("pk", flat=True)[:CHUNK])
    Replay.objects.filter(pk__in=ids).delete()
    return len(ids)
