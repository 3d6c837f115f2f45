"""Plans of follow-ups: what sets them going, whom they take, what they ask for (SRV-8)."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, timedelta
from typing import Any

from keyuan.service.rules.follow_ups import ways

TRIGGERS = (
    RECEIPT, CLAIM_CLOSED, COMPLAINT_CLOSED, ORDER_CLOSED, SURRENDER_ATTEMPT, SURRENDERED, AFTER_PURCHASE, DORMANT,
) = (
    "RECEIPT", "CLAIM_CLOSED", "COMPLAINT_CLOSED", "ORDER_CLOSED", "SURRENDER_ATTEMPT", "SURRENDERED",
    "AFTER_PURCHASE", "DORMANT",
)  # fmt: skip
#: Triggers that time brings about, found by the night; the others are heard of as they happen.
BY_TIME = frozenset({AFTER_PURCHASE, DORMANT})
CALLBACK, VISIT, RESAMPLE = KINDS = ("CALLBACK", "VISIT", "RESAMPLE")
MOST_DELAY, MOST_TERM, MOST_ATTEMPTS, MOST_WAIT, MOST_LINK, WHOLE = 3650, 365, 10, 30, 90, 100
#: (GK) What counts as an attempt to surrender: requests of policy service, and categories of work orders.
SURRENDER_ITEMS = ("CT", "WT")
SURRENDER_CATEGORIES = ("AS_SURRENDER",)
LISTS = ("kinds", "designs", "sales_channels", "tiers", "ways", "items", "categories")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a plan says.

    ``delay_days`` after the trigger the follow-up may be made, within ``term_days`` from then on; a call-back keeps to
    the cooling-off period instead. After ``attempts`` failed calls a letter is due; ``retry_hours`` lie between two.
    ``resample_percent`` of the successful calls are made again by somebody else. Empty audience lists mean everybody.

    ``ways`` are tried in their order: whoever does not answer a questionnaire within ``wait_days`` is asked by the next
    one. A link works for ``link_days``. ``items`` and ``categories`` say what counts as an attempt to surrender.
    """

    name: str
    trigger: str
    questionnaire: str
    ways: tuple[str, ...] = (ways.PHONE,)
    delay_days: int = 0
    term_days: int = 15
    attempts: int = 3
    retry_hours: int = 4
    resample_percent: int = 0
    desk_id: int | None = None
    active_from: str = ""
    active_until: str = ""
    kinds: tuple[str, ...] = ()
    designs: tuple[str, ...] = ()
    sales_channels: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    least_premium: int = 0
    may_simplify: bool = False
    wait_days: int = 3
    link_days: int = 7
    items: tuple[str, ...] = SURRENDER_ITEMS
    categories: tuple[str, ...] = SURRENDER_CATEGORIES

    @property
    def kind(self) -> str:
        """The kind of follow-up that comes of it."""
        return CALLBACK if self.trigger == RECEIPT else VISIT


def read(content: Mapping[str, Any]) -> Plan:
    """Return a plan kept as JSON; what a newer version added takes its default."""
    known = {item.name for item in fields(Plan)}
    values: dict[str, Any] = {"name": "", "trigger": "", "questionnaire": ""}
    if "contact_channel" in content:
        # Plans written before there were several ways named one.
        values["ways"] = (content["contact_channel"],)
    values |= {k: tuple(v) if k in LISTS else v for k, v in content.items() if k in known}
    return Plan(**values)


def write(plan: Plan) -> dict[str, Any]:
    """Return a plan as JSON."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(plan).items()}


def faults(plan: Plan) -> list[tuple[str, str]]:
    """Return (code, field) of everything that is wrong with a plan."""
    found: list[tuple[str, str]] = []
    if not plan.name.strip():
        found.append(("plan.name", "name"))
    if plan.trigger not in TRIGGERS:
        found.append(("plan.trigger", "trigger"))
    if code := ways.fault_of(plan.ways, is_callback=plan.kind == CALLBACK):
        found.append((code, "ways"))
    if plan.trigger == SURRENDER_ATTEMPT and not (plan.items or plan.categories):
        found.append(("plan.attempt", "items"))
    limits = (
        ("delay_days", 0, MOST_DELAY), ("term_days", 1, MOST_TERM), ("attempts", 1, MOST_ATTEMPTS),
        ("retry_hours", 0, 240), ("resample_percent", 0, WHOLE), ("least_premium", 0, 10**15),
        ("wait_days", 1, MOST_WAIT), ("link_days", 1, MOST_LINK),
    )  # fmt: skip
    found += [("plan.number", name) for name, low, high in limits if not low <= getattr(plan, name) <= high]
    if plan.trigger in BY_TIME and plan.delay_days < 1:
        found.append(("plan.delay", "delay_days"))
    if plan.active_until and plan.active_from and plan.active_until < plan.active_from:
        found.append(("plan.days", "active_until"))
    return found


def is_active(plan: Plan, day: date) -> bool:
    """Tell whether a plan takes what happened on a day."""
    text = day.isoformat()
    return (not plan.active_from or plan.active_from <= text) and (not plan.active_until or text <= plan.active_until)


@dataclass(frozen=True, slots=True)
class Person:
    """What an audience looks at."""

    kind: str = ""
    design: str = ""
    sales_channel: str = ""
    tier: str = ""
    premium: int = 0


def takes(plan: Plan, person: Person) -> bool:
    """Tell whether a plan's audience holds this contract or customer."""
    return (
        (not plan.kinds or person.kind in plan.kinds)
        and (not plan.designs or person.design in plan.designs)
        and (not plan.sales_channels or person.sales_channel in plan.sales_channels)
        and (not plan.tiers or person.tier in plan.tiers)
        and person.premium >= plan.least_premium
    )


def purpose_of(kind: str, trigger: str) -> str:
    """Return what a permit is asked for: the law's call-back is a notice owed, any other follow-up a survey.

    Talking with a customer who asked to surrender serves that request. None of them sells anything, so that no consent
    to marketing stands in its way and none is made of it.
    """
    if kind != VISIT:
        return "NOTICE"
    return "SERVICE" if trigger == SURRENDER_ATTEMPT else "SURVEY"


def due_on(plan: Plan, start: date) -> date:
    """Return the last day of a follow-up that is no call-back."""
    return start + timedelta(days=plan.delay_days + plan.term_days)
