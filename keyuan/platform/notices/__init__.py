"""Notices to staff inside the system, open to every context (decision 22)."""

from keyuan.platform.notices.selectors import notices_visible_to, unread_count
from keyuan.platform.notices.services import mark_all_read, mark_read, notify_staff

__all__ = ["mark_all_read", "mark_read", "notices_visible_to", "notify_staff", "unread_count"]
