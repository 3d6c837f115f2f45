"""Tables of analytics."""

from keyuan.analytics.models.boards import BoardCell, BoardPlan, IndicatorTerms
from keyuan.analytics.models.churn import ChurnCase, ChurnScore, ChurnTerms
from keyuan.analytics.models.clusters import Cluster, ClusterCell, ClusterFit, ClusterNight, ClusterWish
from keyuan.analytics.models.external import ExternalFigure, RegionCell
from keyuan.analytics.models.gap import GapAssumptions, GapNeed, GapResult, GapSheet
from keyuan.analytics.models.labels import LabelCell
from keyuan.analytics.models.objection import AutomationObjection
from keyuan.analytics.models.offers import Offer, OfferAnswer, OfferRules, OfferSpell, OfferUptake
from keyuan.analytics.models.persistency import PersistencyCell, RatioCell
from keyuan.analytics.models.registry import ModelCard, ModelVersion, ModelWatch, Promotion
from keyuan.analytics.models.run import NightRun, NightStep
from keyuan.analytics.models.staffing import CallForecast, StaffingScenario
from keyuan.analytics.models.terms import TermsVersion
from keyuan.analytics.models.value import ValueCell, ValueTerms

__all__ = [
    "AutomationObjection",
    "BoardCell",
    "BoardPlan",
    "CallForecast",
    "ChurnCase",
    "ChurnScore",
    "ChurnTerms",
    "Cluster",
    "ClusterCell",
    "ClusterFit",
    "ClusterNight",
    "ClusterWish",
    "ExternalFigure",
    "GapAssumptions",
    "GapNeed",
    "GapResult",
    "GapSheet",
    "IndicatorTerms",
    "LabelCell",
    "ModelCard",
    "ModelVersion",
    "ModelWatch",
    "NightRun",
    "NightStep",
    "Offer",
    "OfferAnswer",
    "OfferRules",
    "OfferSpell",
    "OfferUptake",
    "PersistencyCell",
    "Promotion",
    "RatioCell",
    "RegionCell",
    "StaffingScenario",
    "TermsVersion",
    "ValueCell",
    "ValueTerms",
]
