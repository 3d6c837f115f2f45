"""Events: what happened, told upward through an outbox, at least once (decision 7)."""

from keyuan.platform.events.delivery import current_delivery
from keyuan.platform.events.event import MAX_IDS, Event, in_events_of
from keyuan.platform.events.outbox import emit, once
from keyuan.platform.events.registry import handles

__all__ = ["MAX_IDS", "Event", "current_delivery", "emit", "handles", "in_events_of", "once"]
