"""Telling those who read the trail, once a day for each thing there is to tell."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from keyuan.platform import people
from keyuan.platform.events import once
from keyuan.platform.notices import notify_staff
from keyuan.platform.permissions import AUDIT_VIEW


def tell_readers(code: str, params: dict[str, Any], url: str, now: datetime, *, about: int | None = None) -> bool:
    """Give notice of ``code`` to whoever may read the trail, except the person whom it is ``about``.

    Tells whether it was news: the same code about the same thing is told once a day.
    """
    day = timezone.localtime(now).date().isoformat()
    readers = [reader for reader in people.holders_of(AUDIT_VIEW) if reader != about]
    with transaction.atomic():
        if not once(f"{code}:{about or sorted(params.items())}:{day}"):
            return False
        notify_staff(readers, "compliance", code, params, url=url, now=now)
    return True
