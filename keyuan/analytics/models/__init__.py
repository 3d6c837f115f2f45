"""Tables of analytics."""

from keyuan.analytics.models.run import NightRun, NightStep

__all__ = ["NightRun", "NightStep"]
