"""One run of deliveries at a time: who may run, when the next one is due (PLT-14).

New deliveries kick a run; a run that ends with something due or waiting books the next one. Both hold the same row, so
that no delivery is left without a run. Without a lease nobody would notice a run whose message was lost.
"""

import secrets
from datetime import datetime, timedelta

from django.db import transaction

from keyuan.api.models import WebhookDelivery, WebhookEndpoint, WebhookRun
from keyuan.platform.jobs import enqueue

RUN = "keyuan.api.jobs.deliver_webhooks"
#: A run without a sign for so long is lost, and another one may begin.
LOST_AFTER = timedelta(minutes=5)
Status = WebhookDelivery.Status


def kick(wall: datetime) -> bool:
    """Make sure, inside the caller's transaction, that a run is due now; False when one is already."""
    row = _row()
    if row.token and row.due_at is not None and row.lost_at is not None and row.due_at <= wall < row.lost_at:
        return False
    _book(row, wall, wall)
    return True


def begin(token: str, wall: datetime) -> bool:
    """Begin or begin again the run ``token`` and free what it had in hand when it was killed; False when another one
    took its place."""
    with transaction.atomic():
        row = _row()
        if row.token != token:
            return False
        row.due_at, row.lost_at = wall, wall + LOST_AFTER
        row.save(update_fields=["due_at", "lost_at"])
        release(token, wall)
    return True


def release(token: str, wall: datetime) -> int:
    """Give back the deliveries that the run ``token`` has in hand; return how many."""
    # Said once more in the words of the partial index, which SQLite takes only then.
    held = WebhookDelivery.objects.filter(claimed_by=token, claimed_by__gt="", status=Status.PENDING)
    return held.update(claimed_by="", next_at=wall)


def beat(token: str, wall: datetime) -> bool:
    """Say that the run still lives; False when another one took its place."""
    return bool(WebhookRun.objects.filter(pk=1, token=token).update(lost_at=wall + LOST_AFTER))


def finish(token: str, wall: datetime) -> None:
    """End a run, and book the next one where a delivery waits."""
    with transaction.atomic():
        row = _row()
        if row.token != token:
            return
        at = next_due()
        if at is not None:
            _book(row, max(at, wall), wall)
            return
        row.token, row.due_at, row.lost_at = "", None, None
        row.save(update_fields=["token", "due_at", "lost_at"])


def next_due() -> datetime | None:
    """Return when the next delivery may go out, or None when none waits."""
    found = None
    active = WebhookEndpoint.objects.filter(status=WebhookEndpoint.Status.ACTIVE, deleted_at__isnull=True)
    for pk, rests_until in active.values_list("pk", "rests_until"):
        waiting = WebhookDelivery.objects.filter(endpoint_id=pk, status=Status.PENDING)
        at = waiting.order_by("next_at", "pk").values_list("next_at", flat=True).first()
        if at is not None:
            at = max(at, rests_until) if rests_until else at
            found = at if found is None else min(found, at)
    return found


def _book(row: WebhookRun, at: datetime, wall: datetime) -> None:
    row.token = secrets.token_hex(16)
    row.due_at, row.lost_at = at, at + LOST_AFTER
    row.save(update_fields=["token", "due_at", "lost_at"])
    enqueue(RUN, run_at=at if at > wall else None, token=row.token)


def _row() -> WebhookRun:
    row = WebhookRun.objects.select_for_update().filter(pk=1).first()
    if row is None:
        WebhookRun.objects.get_or_create(pk=1)
        row = WebhookRun.objects.select_for_update().get(pk=1)
    return row
