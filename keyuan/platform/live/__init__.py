"""Live updates: announcements to open browsers through one append-only table (decision 26)."""

from keyuan.platform.live.announce import push
from keyuan.platform.live.doors import GuestDoor, LiveTopics, guest_doors, live_topics

__all__ = ["GuestDoor", "LiveTopics", "guest_doors", "live_topics", "push"]
