"""How good a record is: findings, their weights, and the score that follows from them (CUS-11)."""

from keyuan.customers.rules.quality.findings import BY_CODE, CODES, DIMENSIONS, FINDINGS, Finding, codes_of, mask_of
from keyuan.customers.rules.quality.judging import Column, Facts, Verdict, judge
from keyuan.customers.rules.quality.weights import LEVELS, Weights, faults, from_json, to_json

__all__ = [
    "BY_CODE",
    "CODES",
    "DIMENSIONS",
    "FINDINGS",
    "LEVELS",
    "Column",
    "Facts",
    "Finding",
    "Verdict",
    "Weights",
    "codes_of",
    "faults",
    "from_json",
    "judge",
    "mask_of",
    "to_json",
]
