"""Accounts of the contracts' ledger, and what makes an entry whole: balanced lines in minor units (POL-3)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from keyuan.kernel.errors import Refused

#: Results of payments by which no money came in: lent on the cash value, or given up.
LENT, WRITTEN_OFF = "APL", "WRITTEN_OFF"
NO_MONEY = (LENT, WRITTEN_OFF)


class Side(StrEnum):
    """Where an account stands: what we have or pay out grows by debits, what we owe or earn by credits."""

    ASSET = "ASSET"
    LIABILITY = "LIABILITY"
    INCOME = "INCOME"
    EXPENSE = "EXPENSE"


class Account(StrEnum):
    """The accounts; codes are stable, they stand in rows that never change."""

    BANK = "BANK"
    RECEIVABLE = "RECEIVABLE"
    LOAN = "LOAN"
    PREMIUM_LOAN = "APL"
    INTEREST_RECEIVABLE = "INTEREST_DUE"
    SUSPENSE = "SUSPENSE"
    ADVANCE = "ADVANCE"
    REFUND_PAYABLE = "REFUND_PAYABLE"
    BENEFIT_PAYABLE = "BENEFIT_PAYABLE"
    DIVIDEND_PAYABLE = "DIVIDEND_PAYABLE"
    POLICY_ACCOUNT = "POLICY_ACCOUNT"
    PREMIUM = "PREMIUM"
    INTEREST = "INTEREST"
    DOCUMENT_FEE = "DOCUMENT_FEE"
    CASH_VALUE = "CASH_VALUE"
    BENEFIT = "BENEFIT"
    DIVIDEND = "DIVIDEND"
    WRITTEN_OFF = "WRITTEN_OFF"


SIDES: dict[Account, Side] = {
    Account.BANK: Side.ASSET,
    Account.RECEIVABLE: Side.ASSET,
    Account.LOAN: Side.ASSET,
    Account.PREMIUM_LOAN: Side.ASSET,
    Account.INTEREST_RECEIVABLE: Side.ASSET,
    Account.SUSPENSE: Side.LIABILITY,
    Account.ADVANCE: Side.LIABILITY,
    Account.REFUND_PAYABLE: Side.LIABILITY,
    Account.BENEFIT_PAYABLE: Side.LIABILITY,
    Account.DIVIDEND_PAYABLE: Side.LIABILITY,
    Account.POLICY_ACCOUNT: Side.LIABILITY,
    Account.PREMIUM: Side.INCOME,
    Account.INTEREST: Side.INCOME,
    Account.DOCUMENT_FEE: Side.INCOME,
    Account.CASH_VALUE: Side.EXPENSE,
    Account.BENEFIT: Side.EXPENSE,
    Account.DIVIDEND: Side.EXPENSE,
    Account.WRITTEN_OFF: Side.EXPENSE,
}


class EntryKind(StrEnum):
    """What an entry is about; colleagues' own kinds join here, with a word in `selectors.ledger.labels`."""

    OPENING = "OPENING"
    PREMIUM = "PREMIUM"
    PREMIUM_REFUND = "PREMIUM_REFUND"
    PREMIUM_LOAN = "PREMIUM_LOAN"
    FIRST_PREMIUM = "FIRST_PREMIUM"
    SUSPENSE = "SUSPENSE"
    REFUND_OWED = "REFUND_OWED"
    REFUND_PAID = "REFUND_PAID"
    SURRENDER = "SURRENDER"
    LOAN = "LOAN"
    LOAN_REPAID = "LOAN_REPAID"
    INTEREST = "INTEREST"
    WITHDRAWAL = "WITHDRAWAL"
    TOP_UP = "TOP_UP"
    BENEFIT = "BENEFIT"
    BENEFIT_PAID = "BENEFIT_PAID"
    DIVIDEND = "DIVIDEND"
    FEE = "FEE"
    WRITE_OFF = "WRITE_OFF"
    REVERSAL = "REVERSAL"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an entry: ``amount`` in minor units, positive for a debit, negative for a credit."""

    account: Account
    amount: int


def debit(account: Account, amount: int) -> Line:
    """Return a line on the left side."""
    return Line(account, amount)


def credit(account: Account, amount: int) -> Line:
    """Return a line on the right side."""
    return Line(account, -amount)


def move(from_: Account, to: Account, amount: int) -> tuple[Line, ...]:
    """Return the two lines that credit one account and debit another; a negative amount goes the other way."""
    return (debit(to, amount), credit(from_, amount))


def check_lines(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Return the lines without empty ones; raises `Refused` ledger.empty and ledger.unbalanced with ``left``."""
    found = tuple(line for line in lines if line.amount)
    if not found:
        raise Refused("ledger.empty")
    left = sum(line.amount for line in found)
    if left:
        raise Refused("ledger.unbalanced", left=left)
    return found


def mirrored(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Return the lines that undo ``lines``."""
    return tuple(Line(line.account, -line.amount) for line in lines)


def opening_lines(received: int, lent: int) -> tuple[Line, ...]:
    """Return the lines that carry forward premiums paid before a contract's ledger began.

    ``received`` came in as money (less refunds), ``lent`` was paid by premium loans.
    """
    lines = (debit(Account.BANK, received), debit(Account.PREMIUM_LOAN, lent))
    return tuple(line for line in (*lines, credit(Account.PREMIUM, received + lent)) if line.amount)


def shown(account: str, amount: int) -> int:
    """Return a balance as people read it: positive on the side where the account grows."""
    return amount if SIDES[Account(account)] in (Side.ASSET, Side.EXPENSE) else -amount
