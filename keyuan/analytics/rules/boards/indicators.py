"""Indicators and the boards that show them (ANA-12): how the parts make a figure. Words stand in `forms.boards.words`.

``value = Σ weight × top ÷ bottom × scale``. A part is a measure taken in one of four ways over a period.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from keyuan.analytics.rules.boards.measures import KINDS, Kind
from keyuan.analytics.rules.boards.periods import Period

Figures = Mapping[date, Mapping[str, int]]
"""Of a unit: by month, by measure."""


class Take(StrEnum):
    """How a measure is taken over a period."""

    SUM = "sum"
    END = "end"
    #: Since 1 January of the period's last month, whatever the period.
    YEAR = "year"
    #: As it stood when that year began.
    OPENING = "opening"


@dataclass(frozen=True, slots=True)
class Part:
    """A measure, how it is taken, and in tenths how much of it counts."""

    measure: str
    take: Take
    tenths: int = 10


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator. ``unit`` names what it is counted in, ``rises`` tells whether more is better; None: neither.

    ``scale`` multiplies a ratio (100 for per cent, 10,000 for per ten thousand).
    """

    key: str
    unit: str
    top: tuple[Part, ...]
    bottom: Part | None = None
    rises: bool | None = True
    scale: int = 1

    @property
    def parts(self) -> tuple[Part, ...]:
        """Return what it is made of."""
        return (*self.top, *([self.bottom] if self.bottom else []))

    @property
    def is_level(self) -> bool:
        """Tell whether it says how things stand at the end of a period, rather than what happened in it."""
        return all(part.take is Take.END for part in self.parts)

    @property
    def is_yearly(self) -> bool:
        """Tell whether it counts from 1 January whatever the period."""
        return any(part.take is Take.YEAR for part in self.parts)


def _sum(measure: str, tenths: int = 10) -> Part:
    return Part(measure, Take.SUM, tenths)


def _end(measure: str) -> Part:
    return Part(measure, Take.END)


_OPENING_HOLDERS = Part("long_holders", Take.OPENING)
CNY, PERCENT, PEOPLE, CONTRACTS, CASES, PER_TEN_THOUSAND, TIMES = (
    "cny", "percent", "people", "contracts", "cases", "per_ten_thousand", "times",
)  # fmt: skip
INDICATORS: Sequence[Indicator] = (
    Indicator("customers", PEOPLE, (_end("customers"),)),
    Indicator("long_holders", PEOPLE, (_end("long_holders"),)),
    Indicator("new_customers", PEOPLE, (_sum("new_customers"),)),
    Indicator("second_purchase", PERCENT, (Part("repeat_buyers", Take.YEAR),), _OPENING_HOLDERS, scale=100),
    Indicator("referral", PERCENT, (_sum("referred"),), _sum("new_customers"), scale=100),
    Indicator("in_force", CONTRACTS, (_end("in_force"),)),
    Indicator("premium_in_force", CNY, (_end("premium_in_force"),)),
    Indicator("contracts_each", TIMES, (_end("long_in_force"),), _end("long_holders")),
    Indicator("sold", CONTRACTS, (_sum("sold"),)),
    Indicator("new_premium", CNY, (_sum("new_premium"),)),
    Indicator("ape", CNY, (_sum("regular_premium"), _sum("single_premium", 1))),
    Indicator("p13", PERCENT, (_sum("p13_received"),), _sum("p13_base"), scale=100),
    Indicator("p25", PERCENT, (_sum("p25_received"),), _sum("p25_base"), scale=100),
    Indicator("in_grace", CONTRACTS, (_end("in_grace"),), rises=False),
    Indicator("expiring", CONTRACTS, (_end("expiring"),), rises=None),
    Indicator("orphans", PERCENT, (_end("orphans"),), _end("customers"), rises=False, scale=100),
    Indicator("unreachable", PERCENT, (_end("unreachable"),), _end("customers"), rises=False, scale=100),
    Indicator("dormant", PERCENT, (_end("dormant"),), _end("customers"), rises=False, scale=100),
    Indicator("contacted", PERCENT, (_end("contacted"),), _end("customers"), scale=100),
    Indicator("at_risk", PEOPLE, (_end("at_risk"),), rises=False),
    Indicator("lifetime_value", CNY, (_end("lifetime_value"),)),
    Indicator("claims", CASES, (_sum("claims"),), rises=None),
    Indicator("orders", CASES, (_sum("orders"),), rises=None),
    Indicator("closed", CASES, (_sum("closed"),)),
    Indicator("open_orders", CASES, (_end("open_orders"),), rises=False),
    Indicator("late_orders", PERCENT, (_end("late_orders"),), _end("open_orders"), rises=False, scale=100),
    Indicator("complaints", CASES, (_sum("complaints"),), rises=False),
    Indicator("complaint_rate", PER_TEN_THOUSAND, (_sum("complaints"),), _end("in_force"), rises=False, scale=10_000),
)
BY_KEY: Mapping[str, Indicator] = {one.key: one for one in INDICATORS}
#: What each board shows, the main figure first: its course is drawn.
BOARDS: Mapping[str, tuple[str, ...]] = {
    "management": (
        "new_premium", "long_holders", "second_purchase", "p13", "premium_in_force", "in_force", "lifetime_value",
        "complaint_rate",
    ),
    "branch": (
        "new_premium", "sold", "p13", "in_grace", "expiring", "orphans", "contacted", "late_orders", "complaints",
    ),
    "customers": (
        "customers", "new_customers", "long_holders", "second_purchase", "referral", "contracts_each", "orphans",
        "unreachable", "dormant", "contacted", "at_risk", "lifetime_value",
    ),
    "service": ("orders", "closed", "open_orders", "late_orders", "complaints", "complaint_rate", "claims"),
    "sales": (
        "ape", "new_premium", "sold", "second_purchase", "referral", "p13", "p25", "in_grace", "expiring",
    ),
}  # fmt: skip


def taken(part: Part, figures: Figures, period: Period) -> int | None:
    """Return a part over a period; None where it was not counted then.

    What happened is 0 in a month without any; what stands is unknown in a month of which no night is kept.
    """
    if part.take in (Take.END, Take.OPENING):
        month = period.last if part.take is Take.END else date(period.last.year - 1, 12, 1)
        found = figures.get(month, {})
        return found.get(part.measure, None if KINDS[part.measure] is Kind.STATE or not found else 0)
    months = period.months if part.take is Take.SUM else Period(date(period.last.year, 1, 1), period.last).months
    if not all(month in figures for month in months):
        return None
    return sum(figures[month].get(part.measure, 0) for month in months)


def figure_of(indicator: Indicator, figures: Figures, period: Period) -> float | None:
    """Return an indicator over a period; None where a part is unknown or there is nothing to divide by."""
    tops = [taken(part, figures, period) for part in indicator.top]
    known = [top * part.tenths for top, part in zip(tops, indicator.top, strict=True) if top is not None]
    if len(known) < len(tops):
        return None
    top = sum(known) / 10
    if indicator.bottom is None:
        return top
    bottom = taken(indicator.bottom, figures, period)
    return indicator.scale * top / bottom if bottom else None


def change_of(indicator: Indicator, now: float | None, before: float | None) -> float | None:
    """Return how a figure moved: in points for shares and rates, else in per cent of what it was."""
    if now is None or before is None:
        return None
    if indicator.bottom is not None:
        return now - before
    return 100 * (now - before) / abs(before) if before else None
