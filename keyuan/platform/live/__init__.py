"""Live updates: announcements to open browsers through one append-only table (decision 26)."""

from keyuan.platform.live.announce import push

__all__ = ["push"]
