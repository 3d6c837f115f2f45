"""The five-year plan: more long-term holders each year, of whom more buy again (ANA-12, domain.md §A.10)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

YEARS = 5
#: Growth a year and shares of second purchases, in hundredths of a per cent (GK).
GROWTH = 500
REPEATS = (600, 650, 700, 700, 700)
LONGEST_FOCUS = 120
FIRST_YEAR, LAST_YEAR = 2000, 2100
MOST_GROWTH, MOST_REPEAT = 10_000, 10_000
BASIS = 10_000
_FULL = 100


@dataclass(frozen=True, slots=True)
class Plan:
    """Five years from ``start``. ``base`` is the number of long-term holders when it began; None: as counted then."""

    start: int
    base: int | None = None
    growth: int = GROWTH
    repeats: tuple[int, ...] = REPEATS
    focus: tuple[str, ...] = ("",) * YEARS

    @property
    def years(self) -> range:
        """Return its years."""
        return range(self.start, self.start + YEARS)


@dataclass(frozen=True, slots=True)
class PlanYear:
    """What the plan wants of one year: holders (people), second purchases (per cent), and whom it works on."""

    year: int
    holders: float | None
    repeat: float
    focus: str


def targets_of(plan: Plan, counted: int | None) -> list[PlanYear]:
    """Return the years of ``plan``; ``counted`` is the number of holders when it began, used where it names none."""
    base = plan.base if plan.base is not None else counted
    found = []
    for place, year in enumerate(plan.years):
        holders = None if base is None else base * (1 + plan.growth / BASIS) ** (place + 1)
        found.append(PlanYear(year, holders, plan.repeats[place] / _FULL, plan.focus[place]))
    return found


def faults(plan: Plan) -> list[tuple[str, str]]:
    """Return field and code of everything that cannot be."""
    found = []
    if not FIRST_YEAR <= plan.start <= LAST_YEAR:
        found.append(("start", "board_plan.start"))
    if plan.base is not None and plan.base < 1:
        found.append(("base", "board_plan.base"))
    if not -MOST_GROWTH < plan.growth <= MOST_GROWTH:
        found.append(("growth", "board_plan.growth"))
    for place, repeat in enumerate(plan.repeats):
        if not 0 <= repeat <= MOST_REPEAT:
            found.append((f"repeat_{place}", "board_plan.repeat"))
    return found


def to_json(plan: Plan) -> dict[str, Any]:
    """Return the plan as it is stored."""
    return {
        "start": plan.start,
        "base": plan.base,
        "growth": plan.growth,
        "repeats": list(plan.repeats),
        "focus": list(plan.focus),
    }


def from_json(content: Mapping[str, Any]) -> Plan:
    """Return the plan that was stored."""
    repeats: Sequence[int] = content["repeats"]
    return Plan(content["start"], content["base"], content["growth"], tuple(repeats), tuple(content["focus"]))
