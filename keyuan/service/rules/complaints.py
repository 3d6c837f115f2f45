"""Complaints by 《银行业保险业消费投诉处理管理办法》: terms, claimants, signs of groups and proxies (SRV-4; §C)."""

from collections.abc import Mapping
from dataclasses import dataclass

#: Days to the decision: simple, complex, especially complex with approval (DL-CPL-15, -30, -60).
SIMPLE, COMPLEX, ESPECIALLY = TERMS = (15, 30, 60)
#: Working days to the acknowledgement (GK).
ACKNOWLEDGE = 1
#: Days in which a review can be asked for, and in which it is decided (GK).
REVIEW_ASK, REVIEW_DECIDE = 30, 30
MOST_REPRESENTATIVES = 5
MAJOR_GROUP = 20
#: Days back in which complaints count as repeated, and as belonging together.
LOOK_BACK = 30
SELF, PROXY, HEIR, GROUP, ANONYMOUS = CAPACITIES = ("SELF", "PROXY", "HEIR", "GROUP", "ANONYMOUS")
GENERAL, MAJOR, GROUP_LEVEL = LEVELS = ("GENERAL", "MAJOR", "GROUP")
UPHELD, PARTLY, REJECTED, SETTLED = DECISIONS = ("UPHELD", "PARTLY", "REJECTED", "SETTLED")
SOURCES = ("CUSTOMER", "REGULATOR_12378", "REGULATOR_LETTER", "MEDIA", "ASSOCIATION")
LINES = ("MOTOR", "GUARANTEE", "ORDINARY_LIFE", "PARTICIPATING", "ILLNESS", "ACCIDENT", "MEDICAL", "ANNUITY", "OTHER")
CAUSES = (
    "MISLEADING_SALE", "PRODUCT_RULE", "PROCESS", "TIMELINESS", "ATTITUDE", "SYSTEM", "COMMUNICATION", "PRIVACY",
    "CUSTOMER_SIDE", "OTHER",
)  # fmt: skip
REMEDIES = ("REVIEW", "MEDIATION", "ARBITRATION", "COURT")
#: Words that letters driven by third parties share (domain.md A.6); a sign, never a verdict.
PROXY_WORDS = ("代理退保", "全额退保", "代理维权", "维权公司", "黑产", "授权委托人代办退保")


@dataclass(frozen=True, slots=True)
class Claimant:
    """Who complains: in which capacity, with which proofs seen."""

    capacity: str
    has_authority: bool = False
    has_identity: bool = False
    has_kinship: bool = False
    representatives: int = 0


def missing_proof(claimant: Claimant) -> str:
    """Return the code of what is missing to accept the complaint; empty when nothing is (SRV-4; domain.md C.1)."""
    if claimant.capacity == PROXY and not (claimant.has_authority and claimant.has_identity):
        return "complaint.proxy_papers"
    if claimant.capacity == HEIR and not claimant.has_kinship:
        return "complaint.kinship"
    if claimant.capacity == GROUP and not 1 <= claimant.representatives <= MOST_REPRESENTATIVES:
        return "complaint.representatives"
    return ""


def next_term(term: int) -> int | None:
    """Return the term that an extension gives; None when the law gives no more."""
    return next((longer for longer in TERMS if longer > term), None)


def needs_senior(term: int) -> bool:
    """Tell whether a term takes the approval of the higher unit or of head office's senior management."""
    return term == ESPECIALLY


def level_of(size: int) -> str:
    """Return the level by the number of people who complain together."""
    return MAJOR if size >= MAJOR_GROUP else GROUP_LEVEL if size > 1 else GENERAL


def speaks_of_proxy(text: str) -> bool:
    """Tell whether a text carries a sign of surrender by third parties."""
    return any(word in text for word in PROXY_WORDS)


def per(count: int, base: int, unit: int) -> float | None:
    """Return complaints per ``unit`` of a base, to two digits (domain.md C.3); None without a base."""
    return round(count * unit / base, 2) if base else None


#: 亿元, 万张, 万人次 (life companies only): what the figures count by; premiums in minor units.
UNITS: Mapping[str, int] = {"premium": 100_000_000 * 100, "policies": 10_000, "insured": 10_000}
