"""What the planner knows: customers to place, people who could take them, rules and their limits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

#: From near to far: in the customer's team first, then wider, never wider than the rule says (same region).
LEVELS = ("team_id", "section_id", "sub_branch_id", "branch_id")
METHODS = ("EVEN_COUNT", "EVEN_VALUE", "BY_DISTRICT")
NONE: frozenset[Any] = frozenset()


@dataclass(frozen=True, slots=True)
class CustomerFacts:
    """A customer to place. ``premium`` a year in minor units; ``grade`` is the highest of the products in force.

    ``unwanted`` are people the customer refuses, ``relatives`` those related by family, ``former`` those who served
    within the cooling period; ``cools`` says that the customer was moved lately and stays.
    """

    id: int
    premium: int = 0
    channel: str = ""
    region_code: str = ""
    tier: str = ""
    language: str = ""
    reason: str = ""
    grade: int = 0
    kinds: frozenset[str] = NONE
    is_key: bool = False
    units: Mapping[str, int | None] = field(default_factory=dict)
    preferred: frozenset[int] = NONE
    unwanted: frozenset[int] = NONE
    relatives: frozenset[int] = NONE
    former: frozenset[int] = NONE
    cools: bool = False


@dataclass(slots=True)
class AgentFacts:
    """A person who could take customers; ``load`` and ``value`` are what they serve now and grow while planning.

    ``blocked`` is the code of why the person takes nobody (LICENCE, COMPLAINT, PAUSED), else empty.
    """

    id: int
    units: Mapping[str, int | None]
    channel: str = ""
    rank: int = 1
    languages: frozenset[str] = NONE
    skills: frozenset[str] = NONE
    districts: tuple[str, ...] = ()
    cap: int | None = None
    load: int = 0
    value: int = 0
    blocked: str = ""
    given: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """One allocation rule: what it applies to, and how it shares out.

    Empty sets mean any. ``quota`` limits what one person gets from this batch, ``cap`` what one person serves at
    all; 0 means no limit.
    """

    id: int
    channels: frozenset[str] = NONE
    regions: tuple[str, ...] = ()
    tiers: frozenset[str] = NONE
    kinds: frozenset[str] = NONE
    reasons: frozenset[str] = NONE
    languages: frozenset[str] = NONE
    least_premium: int = 0
    most_premium: int = 0
    unit_level: str = ""
    unit_id: int = 0
    nearest: str = "team_id"
    farthest: str = "sub_branch_id"
    same_channel: bool = True
    speaks_language: bool = False
    skill: str = ""
    method: str = "EVEN_COUNT"
    quota: int = 0
    cap: int = 0


def rule_of(rule_id: int, conditions: Mapping[str, Any], target: Mapping[str, Any]) -> Rule:
    """Read a rule as it is stored; what it does not say keeps its default, unknown names are ignored."""
    sets = {key: frozenset(conditions.get(key) or ()) for key in ("channels", "tiers", "kinds", "reasons", "languages")}
    return Rule(
        id=rule_id,
        **sets,
        regions=tuple(conditions.get("regions") or ()),
        least_premium=int(conditions.get("least_premium") or 0),
        most_premium=int(conditions.get("most_premium") or 0),
        unit_level=str(target.get("unit_level") or ""),
        unit_id=int(target.get("unit_id") or 0),
        nearest=str(target.get("nearest") or "team_id"),
        farthest=str(target.get("farthest") or "sub_branch_id"),
        same_channel=bool(target.get("same_channel", True)),
        speaks_language=bool(target.get("speaks_language", False)),
        skill=str(target.get("skill") or ""),
        method=str(target.get("method") or "EVEN_COUNT"),
        quota=int(target.get("quota") or 0),
        cap=int(target.get("cap") or 0),
    )


def fits(rule: Rule, customer: CustomerFacts) -> bool:
    """Tell whether ``rule`` applies to ``customer``."""
    wanted = (
        (rule.channels, customer.channel),
        (rule.tiers, customer.tier),
        (rule.reasons, customer.reason),
        (rule.languages, customer.language),
    )
    if any(allowed and value not in allowed for allowed, value in wanted):
        return False
    if rule.kinds and not rule.kinds & customer.kinds:
        return False
    if rule.regions and not customer.region_code.startswith(rule.regions):
        return False
    return customer.premium >= rule.least_premium and (not rule.most_premium or customer.premium <= rule.most_premium)


def levels_of(rule: Rule) -> tuple[str, ...]:
    """Return the levels that a rule searches, from near to far."""
    first, last = LEVELS.index(rule.nearest), LEVELS.index(rule.farthest)
    return LEVELS[first : max(first, last) + 1]
