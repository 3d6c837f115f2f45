"""How the desk chats, and whether it is open."""

from datetime import datetime, timedelta

from keyuan.platform.clocks import hours_of
from keyuan.platform.clocks.hours import NeverOpen
from keyuan.service.models import ChatPolicy

MOMENT = timedelta(seconds=1)


def chat_policy() -> ChatPolicy:
    """Return the settings in force: the row, or what ships with us."""
    return ChatPolicy.objects.order_by("pk").first() or ChatPolicy()


def is_open(policy: ChatPolicy, now: datetime) -> bool:
    """Tell whether the desk takes conversations at ``now`` by its business calendar."""
    return policy.is_on and hours_of(policy.hours_key).between(now, now + MOMENT) > 0


def opens_at(policy: ChatPolicy, now: datetime) -> datetime | None:
    """Return when the desk opens next; None while chat is switched off or the hours never open."""
    if not policy.is_on:
        return None
    try:
        return hours_of(policy.hours_key).after(now, 1)
    except NeverOpen:
        return None
