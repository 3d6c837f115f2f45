"""Tables of analytics."""

from keyuan.analytics.models.gap import GapAssumptions, GapNeed, GapResult, GapSheet
from keyuan.analytics.models.run import NightRun, NightStep

__all__ = ["GapAssumptions", "GapNeed", "GapResult", "GapSheet", "NightRun", "NightStep"]
