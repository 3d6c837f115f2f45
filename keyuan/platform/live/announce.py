"""Announcing: one row per announcement; whoever listens hears it within a second."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from keyuan.platform.models.live_event import LiveEvent

#: The topic that every signed-in person hears.
ALL = "all"


def push(to: str | Iterable[int], kind: str, payload: dict[str, Any] | None = None) -> None:
    """Announce ``kind`` to users by id, or on a topic; with the caller's transaction, if there is one.

    In the browser it is the event ``live:<kind>`` on the body. ``payload`` is small JSON without personal data: it says
    what to fetch anew, pages fetch it themselves.
    """
    now = timezone.now()
    topics = [to] if isinstance(to, str) else [user_topic(user) for user in sorted(set(to))]
    LiveEvent.objects.bulk_create(
        (LiveEvent(topic=topic, kind=kind, payload=payload or {}, created_at=now) for topic in topics), batch_size=2000
    )


def user_topic(user_id: int) -> str:
    """Return the topic that one user alone hears."""
    return f"user:{user_id}"
