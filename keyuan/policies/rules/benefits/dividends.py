"""Dividends: how much a contract's share is, and what becomes of it (domain.md §A.7, 红利领取方式)."""

from keyuan.policies.rules.values.defaults import WHOLE_BP
from keyuan.products.rules.pricing import half_up

CASH, ACCUMULATE, PREMIUM, PAID_UP = "CASH", "ACCUMULATE", "PREMIUM", "PAID_UP"
OPTIONS = (CASH, ACCUMULATE, PREMIUM, PAID_UP)
YUAN = 100
#: Sum insured that one yuan of dividend buys as paid-up addition, in basis points, where no single rate is known (GK).
ADDITION_BP = 15_000


def dividend(cash_value: int, rate_bp: int) -> int:
    """Return a contract's dividend in 分: the declared rate of its cash value on the anniversary, half up."""
    return half_up(max(0, cash_value) * rate_bp, WHOLE_BP)


def addition(amount: int, rate_bp: int = ADDITION_BP) -> int:
    """Return the sum insured in 分 that a dividend buys as paid-up addition (交清增额), in whole yuan (GK)."""
    return amount * rate_bp // WHOLE_BP // YUAN * YUAN
