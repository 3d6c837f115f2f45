"""Periods of a board, and those they are compared with (ANA-12). Months are named by their first day."""

from dataclasses import dataclass
from datetime import date

from keyuan.analytics.rules.persistency.ratios import month_after

#: Lengths a reader can ask for: a month, a quarter, the year so far, the last twelve months.
MONTH, QUARTER, YEAR, ROLLING = "month", "quarter", "year", "rolling"
LENGTHS = (MONTH, QUARTER, YEAR, ROLLING)
TWELVE = 12


@dataclass(frozen=True, slots=True)
class Period:
    """From the month ``first`` to the month ``last``, both whole; ``length`` is one of `LENGTHS`."""

    first: date
    last: date
    length: str = MONTH

    def moved(self, months: int) -> "Period":
        """Return the period so many months later."""
        return Period(month_after(self.first, months), month_after(self.last, months), self.length)

    @property
    def months(self) -> list[date]:
        """Return its months in order."""
        count = (self.last.year - self.first.year) * TWELVE + self.last.month - self.first.month + 1
        return [month_after(self.first, number) for number in range(count)]

    @property
    def last_day(self) -> date:
        """Return its last day."""
        return date.fromordinal(month_after(self.last, 1).toordinal() - 1)

    @property
    def before(self) -> "Period":
        """Return the period just before it; of the year so far the same months of the year before."""
        return self.year_before if self.length == YEAR else self.moved(-len(self.months))

    @property
    def year_before(self) -> "Period":
        """Return the same months of the year before."""
        return self.moved(-TWELVE)


def period_of(length: str, last: date) -> Period:
    """Return the period of ``length`` that ends with the month of ``last``; a quarter ends with its own last month."""
    month = last.replace(day=1)
    if length == QUARTER:
        first = month.replace(month=(month.month - 1) // 3 * 3 + 1)
        return Period(first, month_after(first, 2), length)
    first = {YEAR: month.replace(month=1), ROLLING: month_after(month, 1 - TWELVE)}.get(length, month)
    return Period(first, month, length)


def last_complete(day: date, length: str = MONTH) -> Period:
    """Return the last period of ``length`` whose months were over on the morning after ``day``."""
    tomorrow = date.fromordinal(day.toordinal() + 1)
    found = period_of(length, month_after(tomorrow, -1))
    while found.last_day > day:
        found = period_of(length, month_after(found.first, -1))
    return found
