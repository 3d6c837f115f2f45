"""Cash value at a date (保险法 47): from the values at the ends of the policy years, by days between two of them.

Within a policy year the value moves evenly from the end of the last year to the end of this one (GK). It grows no
further than premiums are paid for. Amounts in 分; one rounding, half up, at the end.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from keyuan.kernel.dates import add_years
from keyuan.policies.rules.values.defaults import FALLBACK_BP, SHORT_EXPENSE_BP, WHOLE_BP
from keyuan.products.rules.pricing import half_up

TABLE, FALLBACK, UNEXPIRED, NONE = "TABLE", "FALLBACK", "UNEXPIRED", "NONE"
MOST_YEARS = 120


@dataclass(frozen=True, slots=True)
class CashValue:
    """A cash value and how it was reckoned: ``days`` of ``of_days`` of policy year ``year``, from ``start`` to ``end``.

    ``at`` is the day it stands for: earlier than the day asked for where premiums are paid no further.
    """

    amount: int
    basis: str
    at: date
    year: int = 0
    days: int = 0
    of_days: int = 1
    start: int = 0
    end: int = 0


def policy_year(effective_on: date, on: date) -> tuple[int, int, int]:
    """Return the policy year that holds ``on`` (1 is the first), days gone in it, and its days in all."""
    if on <= effective_on:
        return 1, 0, (add_years(effective_on, 1) - effective_on).days
    year = on.year - effective_on.year
    if add_years(effective_on, year) <= on:
        year += 1
    begins = add_years(effective_on, year - 1)
    return year, (on - begins).days, (add_years(effective_on, year) - begins).days


def cash_value(
    ends: Sequence[int | None], *, effective_on: date, on: date, paid_until: date | None = None, basis: str = TABLE
) -> CashValue:
    """Return the cash value on ``on`` from the values at the ends of the policy years.

    ``paid_until`` is the first day that no premium is paid for; None: paid up. Years behind the last one that is told
    keep its value; a year inside that is not told counts as the one before. Nothing told is worth nothing.
    """
    at = on if paid_until is None else max(effective_on, min(on, paid_until))
    year, days, of_days = policy_year(effective_on, at)
    start, end = _told(ends, year - 1), _told(ends, year)
    return CashValue(start + half_up((end - start) * days, of_days), basis, at, year, days, of_days, start, end)


def _told(ends: Sequence[int | None], year: int) -> int:
    """Return the value at the end of ``year``, or of the last one before it that is told; 0 before the first."""
    for position in range(min(year, len(ends)) - 1, -1, -1):
        value = ends[position]
        if value is not None:
            return value
    return 0


def fallback_ends(yearly_premium: int, pay_years: int, years: int, shares: Sequence[int] = FALLBACK_BP) -> list[int]:
    """Return values at the ends of ``years`` years where the product has no table (GK): a share of what was paid."""
    ends = []
    for year in range(1, min(years, MOST_YEARS) + 1):
        paid = yearly_premium * min(year, max(1, pay_years))
        ends.append(half_up(paid * shares[min(year, len(shares)) - 1], WHOLE_BP))
    return ends


def unexpired_value(
    premium: int, *, effective_on: date, expires_on: date, on: date, expense_bp: int = SHORT_EXPENSE_BP
) -> CashValue:
    """Return the unexpired net premium (未满期净保费) of a personal cover of a year or less (GK)."""
    total = max(1, (expires_on - effective_on).days + 1)
    left = min(total, max(0, (expires_on - on).days))
    amount = half_up(premium * (WHOLE_BP - expense_bp) * left, WHOLE_BP * total)
    return CashValue(amount, UNEXPIRED, on, 1, total - left, total, premium, 0)


def scaled(value: CashValue, numerator: int, denominator: int) -> int:
    """Return a part of a value: what remains of the sum, or of a reduced paid-up contract, as a fraction."""
    return half_up(value.amount * numerator, max(1, denominator))
