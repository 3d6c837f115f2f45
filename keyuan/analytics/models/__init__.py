"""Tables of analytics."""

from keyuan.analytics.models.gap import GapAssumptions, GapNeed, GapResult, GapSheet
from keyuan.analytics.models.persistency import PersistencyCell, RatioCell
from keyuan.analytics.models.run import NightRun, NightStep
from keyuan.analytics.models.value import ValueCell, ValueTerms

__all__ = [
    "GapAssumptions",
    "GapNeed",
    "GapResult",
    "GapSheet",
    "NightRun",
    "NightStep",
    "PersistencyCell",
    "RatioCell",
    "ValueCell",
    "ValueTerms",
]
