"""Kinds of work orders, what a tier changes, and which person gets an order (SRV-1 to SRV-3; domain.md §C.1, §I.2)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

CONSULT, REQUEST, COMPLAINT, SUGGESTION, PRAISE, REPORT, PRIVACY = KINDS = (
    "CONSULT", "REQUEST", "COMPLAINT", "SUGGESTION", "PRAISE", "REPORT", "PRIVACY",
)  # fmt: skip
#: Kinds that are taken in as work orders here; privacy requests stand in contact (decision 23).
TAKEN_IN = tuple(kind for kind in KINDS if kind != PRIVACY)
CLAIM_REPORT, POLICY_SERVICE, APPOINTMENT, OTHER = SUBTYPES = ("CLAIM_REPORT", "POLICY_SERVICE", "APPOINTMENT", "OTHER")
CHANNELS = ("PHONE", "EMAIL", "CHAT", "PORTAL", "VISIT", "LETTER", "WECHAT", "REGULATOR")
#: 1 is the most urgent.
URGENT, HIGH, NORMAL, LOW = PRIORITIES = (1, 2, 3, 4)
#: How a customer can be told; a complaint is answered in writing.
WAYS = ("PHONE", "LETTER", "EMAIL", "SMS", "PORTAL", "VISIT")
IN_WRITING = frozenset({"LETTER", "EMAIL", "PORTAL"})
#: How it was confirmed: by the customer, or by silence after being told.
CONFIRMED_BY = ("CUSTOMER", "SILENCE")
#: Why an order waits for the customer.
WAITS = ("DOCUMENTS", "INFORMATION", "APPOINTMENT", "UNREACHABLE")
#: The item of the service standard that an order falls under, by kind and subtype.
ITEMS: Mapping[str, str] = {CLAIM_REPORT: "CLAIM", POLICY_SERVICE: "POLICY"}
LINE = "LINE"
RANK_STEP = 10


def item_of(subtype: str) -> str:
    """Return the item of the service standard by which an order is answered."""
    return ITEMS.get(subtype, LINE)


def rank_of(priority: int, tier: str, tiers: Sequence[str]) -> int:
    """Return the place in the queue: lower goes first. A tier goes before lower tiers of the same priority."""
    height = tiers.index(tier) if tier in tiers else 0
    return priority * RANK_STEP - min(height, RANK_STEP - 1)


@dataclass(frozen=True, slots=True)
class Target:
    """Minutes of working time to the first response and to the solution."""

    first: int
    solution: int
    hours: str = "desk"


#: (GK) per kind; rows of the table go before them.
DEFAULTS: Mapping[str, Target] = {
    CONSULT: Target(120, 450),
    REQUEST: Target(240, 3 * 450),
    COMPLAINT: Target(120, 5 * 450),
    SUGGESTION: Target(450, 5 * 450),
    PRAISE: Target(450, 5 * 450),
    REPORT: Target(240, 10 * 450),
}
#: Share of the usual term by priority, in percent.
PRIORITY_SHARE: Mapping[int, int] = {URGENT: 25, HIGH: 50, NORMAL: 100, LOW: 150}
WHOLE = 100


def hastened(target: Target, priority: int, response_minutes: int | None) -> Target:
    """Return the target by priority, and with the first response that the customer's tier promises."""
    share = PRIORITY_SHARE[priority]
    first = max(1, target.first * share // WHOLE)
    return Target(min(first, response_minutes or first), max(1, target.solution * share // WHOLE), target.hours)


@dataclass(frozen=True, slots=True)
class Hand:
    """Somebody at a desk: skills (codes of categories; none means everything), capacity, orders in hand."""

    user_id: int
    skills: frozenset[str]
    capacity: int
    load: int


def hand_for(hands: Collection[Hand], skills: Collection[str], barred: Collection[int] = ()) -> Hand | None:
    """Return who gets an order: free, fit, the least loaded for their capacity; None when nobody is.

    ``skills`` are the category and those above it: fit is who has one of them, or says nothing of skills.
    """
    fit = [
        hand
        for hand in hands
        if hand.user_id not in barred and hand.load < hand.capacity and (not hand.skills or hand.skills & set(skills))
    ]
    return min(fit, key=lambda hand: (hand.load / hand.capacity, -len(hand.skills), hand.user_id), default=None)


@dataclass(frozen=True, slots=True)
class Route:
    """A rule: what it is for (empty: everything), and where that goes."""

    desk_id: int
    is_pushed: bool = False
    kinds: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    tiers: frozenset[str] = frozenset()
    branch_id: int | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What a rule looks at; ``categories`` are the category and those above it."""

    kind: str
    categories: frozenset[str]
    channel: str
    tier: str
    branch_id: int | None


def route_for(routes: Sequence[Route], facts: Facts) -> Route | None:
    """Return the first rule that fits."""
    return next((route for route in routes if _fits(route, facts)), None)


def _fits(route: Route, facts: Facts) -> bool:
    return (
        (not route.kinds or facts.kind in route.kinds)
        and (not route.categories or bool(route.categories & facts.categories))
        and (not route.channels or facts.channel in route.channels)
        and (not route.tiers or facts.tier in route.tiers)
        and route.branch_id in (None, facts.branch_id)
    )
