"""Money left with the insurer: dividends and benefits that accumulate with interest (domain.md §A.7, 红利领取方式)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from keyuan.kernel.dates import add_years
from keyuan.policies.rules.values.defaults import ACCUMULATION_RATE_BP, WHOLE_BP
from keyuan.policies.rules.values.loans import interest
from keyuan.products.rules.pricing import half_up


@dataclass(frozen=True, slots=True)
class Kept:
    """An amount in 分 kept since a day."""

    amount: int
    since: date


def grown(kept: Kept, on: date, rate_bp: int = ACCUMULATION_RATE_BP) -> int:
    """Return a kept amount with interest up to ``on``: whole years compound (GK), the last part by days.

    Each year's interest and the last part are rounded half up to the fen, as they are credited.
    """
    amount, begins = kept.amount, kept.since
    year = 1
    while (ends := add_years(kept.since, year)) <= on:
        amount += half_up(amount * rate_bp, WHOLE_BP)
        begins, year = ends, year + 1
    return amount + interest(amount, rate_bp, begins, on)


def balance(kept: Iterable[Kept], on: date, rate_bp: int = ACCUMULATION_RATE_BP) -> int:
    """Return everything that is kept on ``on``."""
    return sum(grown(one, on, rate_bp) for one in kept if one.since <= on)
