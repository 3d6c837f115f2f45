"""Stopping what has not left yet: by hand, and with the permit it stood on (PLT-8)."""

from collections.abc import Iterable
from datetime import datetime

from keyuan.contact.models import Message
from keyuan.contact.services.messages.losing import tell_lost

Status = Message.Status


def stop_of_permits(permit_ids: Iterable[int], *, because: str, now: datetime) -> int:
    """Stop queued messages whose permits were taken back, in the transaction that took them; returns how many.

    One that is being handed over at this very moment has left.
    """
    rows = Message.objects.filter(permit_id__in=list(permit_ids), status=Status.QUEUED)
    ids = list(rows.values_list("pk", flat=True))
    stopped = Message.objects.filter(pk__in=ids, status=Status.QUEUED)
    count = stopped.update(status=Status.CANCELLED, because=because[:40], claimed_by="", next_at=now)
    tell_lost(ids)
    return count
