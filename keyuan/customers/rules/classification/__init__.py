"""The six axes of CUS-5: which values they have, by which thresholds, and where a customer stands."""

from keyuan.customers.rules.classification.axes import AXES, AXIS_KEYS, decode, encode
from keyuan.customers.rules.classification.judging import DATE_FACTS, FACTS, Facts, activity, classify
from keyuan.customers.rules.classification.thresholds import Thresholds, faults, from_json, to_json

__all__ = [
    "AXES", "AXIS_KEYS", "DATE_FACTS", "FACTS", "Facts", "Thresholds", "activity", "classify", "decode", "encode",
    "faults", "from_json", "to_json",
]  # fmt: skip
