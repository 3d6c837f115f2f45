"""Loans on contracts: lending and repayment, with the columns of the contract that follow from them (POL-5).

Called inside the transaction of the request that asks for it, which holds the contract (`recording.editable_policy`),
asks the permission, posts the money to the ledger and writes the trail.
"""

from datetime import date

from keyuan.kernel.dates import add_months
from keyuan.kernel.errors import Refused
from keyuan.kernel.money import Money, format_amount
from keyuan.policies.models import Policy, PolicyLoan
from keyuan.policies.rules.values.loans import Repayment, check_loan, debt_on, repay
from keyuan.policies.selectors.values.quoting import loans_of, quote
from keyuan.policies.selectors.values.terms import terms_in_force

#: Columns of the contract that lending and repayment set; the caller saves them by `recording.touch`.
COLUMNS = ("debt", "is_loaned", "on_premium_loan")


def lend(
    policy: Policy, *, amount: int, on: date, due_on: date | None = None, reference: str = "",
    rate_bp: int | None = None,
) -> PolicyLoan:  # fmt: skip
    """Lend ``amount`` 分 on ``policy``; the same ``reference`` again is the same loan.

    ``due_on`` and ``rate_bp`` are those settled in `Terms` unless the caller says otherwise.

    Sets `COLUMNS`, which the caller saves. Raises `Refused` values.loan_zero, values.loan_most, values.loan_term.
    """
    known = PolicyLoan.objects.filter(policy=policy, reference=reference).first() if reference else None
    if known is not None:
        return known
    terms = terms_in_force()
    due_on = due_on or add_months(on, terms.loan_months)
    check_loan(amount, quote(policy, on).loanable, on, due_on, terms.loan_months)
    bring_forward(policy, on)
    loan = PolicyLoan.objects.create(
        policy=policy, lent_on=on, amount=amount, principal=amount, since=on,
        rate_bp=terms.loan_rate_bp if rate_bp is None else rate_bp, due_on=due_on,
        reference=reference[:60],
    )  # fmt: skip
    _set_columns(policy)
    return loan


def bring_forward(policy: Policy, on: date) -> None:
    """Write debt that only a source told as a loan of its own, so that interest runs from now on."""
    rows = PolicyLoan.objects.filter(policy=policy, closed_on__isnull=True)
    told = (policy.debt or 0) - sum(row.principal + row.accrued for row in rows)
    if told > 0:
        PolicyLoan.objects.create(
            policy=policy, lent_on=on, amount=told, principal=told, since=on, rate_bp=terms_in_force().loan_rate_bp,
            kind=PolicyLoan.Kind.PREMIUM if policy.on_premium_loan else PolicyLoan.Kind.LOAN,
        )  # fmt: skip


def take_repayment(policy: Policy, *, amount: int, on: date) -> Repayment:
    """Spread ``amount`` 分 over the loans of ``policy``, interest first; loans paid back are closed.

    Sets `COLUMNS`, which the caller saves. Raises `Refused` values.repay_zero, values.repay_nothing where nothing is
    owed, and values.repay_more (field amount) for more than is owed.
    """
    bring_forward(policy, on)
    loans = loans_of(policy, on)
    owed = debt_on(loans, on).total
    if not owed:
        raise Refused("values.repay_nothing", field="amount")
    spread = repay(amount, loans, on)
    if spread.left:
        raise Refused("values.repay_more", field="amount", owed=format_amount(Money(owed)))
    for loan in spread.loans:
        closed = on if loan.principal + loan.accrued == 0 else None
        PolicyLoan.objects.filter(pk=loan.key).update(
            principal=loan.principal, accrued=loan.accrued, since=loan.since, due_on=loan.due_on, closed_on=closed
        )
    _set_columns(policy)
    return spread


def close_loans(policy: Policy, *, on: date) -> int:
    """Close every loan of a contract that ends, its debt taken from what is paid out; return that debt in 分."""
    bring_forward(policy, on)
    owed = debt_on(loans_of(policy, on), on).total
    PolicyLoan.objects.filter(policy=policy, closed_on__isnull=True).update(principal=0, accrued=0, closed_on=on)
    _set_columns(policy)
    return owed


def _set_columns(policy: Policy) -> None:
    rows = PolicyLoan.objects.filter(policy=policy, closed_on__isnull=True)
    kinds = {
        kind for kind, principal, accrued in rows.values_list("kind", "principal", "accrued") if principal + accrued
    }
    policy.debt = sum(row.principal + row.accrued for row in rows) or None
    policy.is_loaned = PolicyLoan.Kind.LOAN in kinds
    policy.on_premium_loan = PolicyLoan.Kind.PREMIUM in kinds
