"""Policy loans and premium loans (保单贷款, 自动垫交): most, interest by days, repayment, premiums lent (§A.5, §A.7).

Amounts in 分. Interest of a period is rounded half up once; a limit is rounded down, so that it is never passed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from keyuan.kernel.dates import add_months
from keyuan.kernel.errors import Refused
from keyuan.kernel.money import Money, format_amount
from keyuan.policies.rules.values.defaults import DAYS_A_YEAR, LOAN_MONTHS, LOAN_SHARE_BP, WHOLE_BP
from keyuan.products.rules.pricing import half_up

LOAN, PREMIUM_LOAN = "LOAN", "APL"


@dataclass(frozen=True, slots=True)
class Loan:
    """Money lent on a contract. Interest runs from ``since`` on ``principal``; ``accrued`` is older interest unpaid.

    Where it is not paid back by ``due_on`` its interest joins the principal and another ``months`` begin (GK).
    """

    principal: int
    since: date
    rate_bp: int
    due_on: date | None = None
    accrued: int = 0
    kind: str = LOAN
    key: int = 0
    months: int = LOAN_MONTHS


@dataclass(frozen=True, slots=True)
class Debt:
    """What is owed on one day: principal and interest."""

    principal: int = 0
    interest: int = 0

    @property
    def total(self) -> int:
        """Both together in 分."""
        return self.principal + self.interest


def interest(principal: int, rate_bp: int, since: date, on: date) -> int:
    """Return simple interest for the days after ``since`` up to and with ``on``; a day is 1/365 of a year."""
    days = max(0, (on - since).days)
    return half_up(principal * rate_bp * days, WHOLE_BP * DAYS_A_YEAR)


def rolled(loan: Loan, on: date) -> Loan:
    """Return the loan as it stands on ``on`` after every term that ended before: interest became principal."""
    while loan.due_on is not None and loan.due_on < on and loan.principal + loan.accrued > 0:
        grown = interest(loan.principal, loan.rate_bp, loan.since, loan.due_on) + loan.accrued
        loan = replace(
            loan,
            principal=loan.principal + grown,
            accrued=0,
            since=loan.due_on,
            due_on=add_months(loan.due_on, loan.months),
        )
    return loan


def debt_on(loans: Sequence[Loan], on: date) -> Debt:
    """Return what is owed on all ``loans`` on ``on``."""
    now = [rolled(loan, on) for loan in loans]
    owed = sum(interest(loan.principal, loan.rate_bp, loan.since, on) + loan.accrued for loan in now)
    return Debt(sum(loan.principal for loan in now), owed)


def loan_maximum(value: int, debt: Debt, share_bp: int = LOAN_SHARE_BP) -> int:
    """Return how much may be lent besides what is owed: at most 80 % of the cash value in all (GK), never below 0."""
    return max(0, value * share_bp // WHOLE_BP - debt.total)


def check_loan(amount: int, most: int, on: date, due_on: date, months: int = LOAN_MONTHS) -> None:
    """Raise `Refused` values.loan_zero, values.loan_most (field amount) or values.loan_term (field due_on)."""
    if amount <= 0:
        raise Refused("values.loan_zero", field="amount")
    if amount > most:
        raise Refused("values.loan_most", field="amount", most=format_amount(Money(most)))
    if not on < due_on <= add_months(on, months):
        raise Refused("values.loan_term", field="due_on", months=months)


@dataclass(frozen=True, slots=True)
class Repayment:
    """How a repayment falls: interest first, then principal; ``left`` pays nothing; ``loans`` are what remains."""

    interest: int
    principal: int
    left: int
    loans: tuple[Loan, ...]


def repay(amount: int, loans: Sequence[Loan], on: date) -> Repayment:
    """Spread a repayment over ``loans``, the oldest first: all interest up to ``on`` first, then principal.

    Raises `Refused` values.repay_zero (field amount).
    """
    if amount <= 0:
        raise Refused("values.repay_zero", field="amount")
    now = [rolled(loan, on) for loan in loans]
    owed = [
        replace(
            loan,
            accrued=loan.accrued + interest(loan.principal, loan.rate_bp, loan.since, on),
            since=max(loan.since, on),
        )
        for loan in now
    ]
    left, rows = amount, []
    for loan in owed:
        part = min(left, loan.accrued)
        left -= part
        rows.append(replace(loan, accrued=loan.accrued - part))
    to_interest, paid = amount - left, []
    for loan in rows:
        part = min(left, loan.principal)
        left -= part
        paid.append(replace(loan, principal=loan.principal - part))
    return Repayment(to_interest, amount - to_interest - left, left, tuple(paid))


@dataclass(frozen=True, slots=True)
class PremiumLoan:
    """What the cash value does for a premium: ``lent`` 分 of it, which keep the contract for ``days`` days."""

    lent: int
    days: int
    is_whole: bool


def premium_loan(owed: int, period_days: int, value: int, debt: Debt) -> PremiumLoan:
    """Return what an automatic premium loan pays of ``owed`` for ``period_days`` days of cover (§A.5).

    The whole premium where the cash value net of debt reaches; else as many whole days as it pays for (GK), rounded
    down; nothing where it is used up.
    """
    net = max(0, value - debt.total)
    if owed <= 0 or net >= owed:
        return PremiumLoan(max(0, owed), period_days, is_whole=True)
    days = net * period_days // owed
    return PremiumLoan(half_up(owed * days, max(1, period_days)), days, is_whole=False)
