"""Setting web chat up: hours, limits, greeting, notice."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.clocks.timetables import calendar_defaults
from keyuan.platform.locks import hold
from keyuan.service import permissions
from keyuan.service.models import ChatPolicy
from keyuan.service.services.chat.seating import MOST_CAPACITY

LIMITS = {"capacity": (1, MOST_CAPACITY), "warn_minutes": (1, 60), "end_minutes": (1, 60), "reopen_minutes": (0, 1440)}


@dataclass(frozen=True, slots=True)
class PolicyDraft:
    """The settings as they are to be."""

    is_on: bool
    hours_key: str
    capacity: int
    warn_minutes: int
    end_minutes: int
    reopen_minutes: int
    greeting: str = ""
    notice: str = ""


def save_policy(*, actor: Actor, draft: PolicyDraft, version: int, now: datetime) -> ChatPolicy:
    """Keep the settings. Raises Refused for a calendar that is none or a figure out of bounds, Conflict for a race."""
    actor.require(permissions.SETTINGS)
    if draft.hours_key not in calendar_defaults:
        raise Refused("chat.hours", field="hours_key")
    for field, (least, most) in LIMITS.items():
        if not least <= getattr(draft, field) <= most:
            raise Refused("chat.bounds", field=field, least=least, most=most)
    with transaction.atomic():
        hold("chat:policy")
        row = ChatPolicy.objects.select_for_update().order_by("pk").first() or ChatPolicy()
        if row.version != version:
            raise Conflict("setup.moved_on", version=row.version)
        before = {field: getattr(row, field) for field in ("is_on", "hours_key", *LIMITS)}
        for field in PolicyDraft.__slots__:
            value = getattr(draft, field)
            setattr(row, field, value.strip() if isinstance(value, str) else value)
        row.version += 1
        row.save()
        after = {field: getattr(row, field) for field in before}
        record(actor, Action.UPDATE, Subject("chat_policy", row.pk), before=before, after=after, now=now)
    return row
