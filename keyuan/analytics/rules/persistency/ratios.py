"""Ratios of persistency from added-up premiums: by cohort, accumulated, by cut and by choice of base (ANA-10)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

#: How long after the month of a measure each cut is complete: the month itself, the month after, days of grace.
GRACE_DAYS = 60


@dataclass(frozen=True, slots=True)
class Choice:
    """How the reader counts: cut, base of the later measures, and what else counts as received."""

    cut: str = "grace_end"
    over_due: bool = False
    count_apl: bool = False
    count_reinstated: bool = False


@dataclass(frozen=True, slots=True)
class Ratio:
    """Received over base, minor units of CNY; ``share`` is None without a base."""

    received: int
    base: int
    contracts: int = 0

    @property
    def share(self) -> float | None:
        """Return received ÷ base."""
        return self.received / self.base if self.base else None

    def plus(self, other: "Ratio") -> "Ratio":
        """Return both cohorts together: successive cohorts accumulate."""
        return Ratio(self.received + other.received, self.base + other.base, self.contracts + other.contracts)


NOTHING = Ratio(0, 0)


def month_after(month: date, months: int) -> date:
    """Return the first day of the month so many months after ``month``."""
    number = month.year * 12 + month.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def observed_from(cohort: date, months: int, cut: str) -> date:
    """Return the first day on which a cut of a cohort is complete.

    April 2009 is measured in June 2010: its last premium falls due on 30 April 2010, and 60 days of grace end on
    29 June.
    """
    after = month_after(cohort, months)
    if cut == "due_month":
        return after
    if cut == "first_grace":
        return month_after(after, 1)
    return after + timedelta(days=GRACE_DAYS)


def ratio_of(cell: Mapping[str, int], choice: Choice) -> Ratio:
    """Return one cell's ratio; premium loans and reinstated contracts count at the end of grace only."""
    received = cell[choice.cut]
    if choice.cut == "grace_end":
        received += cell["by_loan"] if choice.count_apl else 0
        received += cell["reinstated"] if choice.count_reinstated else 0
    base = cell["due_base"] if choice.over_due else cell["base"]
    return Ratio(received, base, cell["contracts"])


def accumulated(ratios: Iterable[Ratio]) -> list[Ratio]:
    """Return the running total of successive cohorts."""
    found, total = [], NOTHING
    for one in ratios:
        total = total.plus(one)
        found.append(total)
    return found
