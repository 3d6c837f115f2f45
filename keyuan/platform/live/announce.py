"""Announcing: one row per announcement; whoever may listen to a topic hears it within a second."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from keyuan.platform.models.live_event import LiveEvent


def push(topic: str, kind: str, payload: dict[str, Any] | None = None) -> None:
    """Announce ``kind`` on ``topic`` (``user:7``, ``job:12``); with the caller's transaction, if there is one.

    ``payload`` is small JSON without personal data: it says what to fetch anew, pages fetch it themselves.
    """
    LiveEvent.objects.create(topic=topic, kind=kind, payload=payload or {}, created_at=timezone.now())


def push_to_users(user_ids: Iterable[int], kind: str, payload: dict[str, Any] | None = None) -> None:
    """Announce ``kind`` to each of the users, in bulk; see `push`."""
    now = timezone.now()
    LiveEvent.objects.bulk_create(
        (LiveEvent(topic=f"user:{user}", kind=kind, payload=payload or {}, created_at=now) for user in user_ids),
        batch_size=2000,
    )
