"""Giving notice, and reading it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound
from keyuan.platform.live import push
from keyuan.platform.models.notice import Notice
from keyuan.platform.notices.selectors import notices_visible_to


def notify_staff(
    user_ids: Iterable[int],
    kind: str,
    code: str,
    params: dict[str, Any] | None = None,
    *,
    url: str = "",
    now: datetime | None = None,
) -> None:
    """Give notice to users: the sentence of ``code`` with ``params``, leading to ``url``; in bulk, once per user.

    ``kind`` groups notices (``job``, ``task``, ``compliance``). Names may stand in ``params``, sealed values never.
    """
    at = now or timezone.now()
    users = sorted(set(user_ids))
    with transaction.atomic():
        Notice.objects.bulk_create(
            (Notice(user_id=user, kind=kind, code=code, params=params or {}, url=url, created_at=at) for user in users),
            batch_size=2000,
        )
        push(users, "notice")


def mark_read(*, actor: Actor, notice_id: int, now: datetime) -> Notice:
    """Mark one of the actor's notices as read. Raises NotFound for another's."""
    notice = notices_visible_to(actor).filter(pk=notice_id).first()
    if notice is None:
        raise NotFound
    if notice.read_at is None:
        notice.read_at = now
        notice.save(update_fields=["read_at"])
    return notice


def mark_all_read(*, actor: Actor, now: datetime) -> int:
    """Mark all of the actor's notices as read; return how many were not."""
    return notices_visible_to(actor).filter(read_at__isnull=True).update(read_at=now)
