"""What comes back when a contract is ended early (domain.md §A.3, §A.6, §A.11; 保险法 15, 47, 54; 交强险条例 16, 17).

Amounts in 分. A refund is the sum of its lines and never below nothing; days of cover are rounded half up once.
"""

from dataclasses import dataclass
from datetime import date

from keyuan.kernel.errors import Refused
from keyuan.kernel.money import Money, format_amount
from keyuan.policies.rules.values.defaults import HANDLING_FEE_BP, MOST_DOCUMENT_FEE, WHOLE_BP
from keyuan.policies.rules.values.loans import Debt
from keyuan.products.rules.pricing import half_up

#: Kinds of refund: cancellation in cooling-off, surrender, property by days, compulsory motor cover.
WT, CT, PROPERTY, COMPULSORY = "WT", "CT", "PROPERTY", "COMPULSORY"
#: The only grounds on which a holder may end compulsory motor cover (交强险条例 16).
COMPULSORY_GROUNDS = ("DEREGISTERED", "OUT_OF_USE", "LOST")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a reckoning: what it is, and its amount in 分 with its sign."""

    code: str
    amount: int


@dataclass(frozen=True, slots=True)
class Refund:
    """A refund line by line."""

    kind: str
    lines: tuple[Line, ...]

    @property
    def total(self) -> int:
        """What is paid out in 分."""
        return max(0, sum(line.amount for line in self.lines))

    @property
    def shortfall(self) -> int:
        """How far what is owed goes beyond what comes back; it is not collected."""
        return max(0, -sum(line.amount for line in self.lines))


def _refund(kind: str, *lines: tuple[str, int]) -> Refund:
    return Refund(kind, tuple(Line(code, amount) for code, amount in lines if amount))


def cooling_off_refund(premiums: int, debt: Debt | None = None, *, paid_out: int = 0, fee: int) -> Refund:
    """Return a cancellation in cooling-off (WT): every premium less the document fee of at most 10 yuan (GK).

    ``paid_out`` are benefits already paid. Raises `Refused` values.fee_most for a larger fee.
    """
    if not 0 <= fee <= MOST_DOCUMENT_FEE:
        raise Refused("values.fee_most", field="fee", most=format_amount(Money(MOST_DOCUMENT_FEE)))
    owed = debt or Debt()
    return _refund(
        WT, ("PREMIUMS", premiums), ("FEE", -min(fee, premiums)), ("LOANS", -owed.principal),
        ("INTEREST", -owed.interest), ("PAID_OUT", -paid_out),
    )  # fmt: skip


def cash_refund(value: int, debt: Debt | None = None, *, unpaid: int = 0, kept: int = 0) -> Refund:
    """Return a surrender (CT): cash value less loans, interest and premium unpaid, plus ``kept`` (left to accumulate).

    ``unpaid`` is premium owed for time already covered, as in grace; premium loans are part of ``debt``.
    """
    owed = debt or Debt()
    return _refund(
        CT, ("VALUE", value), ("KEPT", kept), ("LOANS", -owed.principal), ("INTEREST", -owed.interest),
        ("UNPAID", -unpaid),
    )  # fmt: skip


def unexpired(premium: int, *, effective_on: date, expires_on: date, on: date) -> int:
    """Return the premium for the days of cover behind ``on``; cover ends at 24:00 of ``on``."""
    total = max(1, (expires_on - effective_on).days + 1)
    left = min(total, max(0, (expires_on - on).days))
    return half_up(premium * left, total)


def property_refund(
    premium: int, *, effective_on: date, expires_on: date, on: date, fee_bp: int = HANDLING_FEE_BP, unpaid: int = 0
) -> Refund:
    """Return the refund of property and commercial motor cover (保险法 54).

    Before cover begins the whole premium less a handling fee; afterwards the premium of the unexpired days.
    """
    if on < effective_on:
        fee = half_up(premium * fee_bp, WHOLE_BP)
        return _refund(PROPERTY, ("PREMIUMS", premium), ("FEE", -fee), ("UNPAID", -unpaid))
    left = unexpired(premium, effective_on=effective_on, expires_on=expires_on, on=on)
    return _refund(PROPERTY, ("UNEXPIRED", left), ("UNPAID", -unpaid))


def compulsory_refund(premium: int, *, effective_on: date, expires_on: date, on: date, ground: str) -> Refund:
    """Return the refund of compulsory motor cover: whole before it begins, then by days, no fee (交强险条例 16, 17).

    Raises `Refused` values.compulsory_ground unless the vehicle is deregistered, out of use or lost.
    """
    if ground not in COMPULSORY_GROUNDS:
        raise Refused("values.compulsory_ground", field="ground")
    if on < effective_on:
        return _refund(COMPULSORY, ("PREMIUMS", premium))
    left = unexpired(premium, effective_on=effective_on, expires_on=expires_on, on=on)
    return _refund(COMPULSORY, ("UNEXPIRED", left))
