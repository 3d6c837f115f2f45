"""What of a benefit is held back for what the contract owes: loans first, then premiums due (POL-6; settings, GK).

A maturity always pays off loans (`services.benefits.claiming`); the other kinds only where head office says so.
"""

from dataclasses import dataclass

LOANS, PREMIUMS = "LOANS", "PREMIUMS"
DEBTS = (LOANS, PREMIUMS)
#: Kinds of benefits beside maturities from which something can be held back.
HOLDABLE = ("SURVIVAL", "ANNUITY", "DIVIDEND")


@dataclass(frozen=True, slots=True)
class Held:
    """What is taken off, in 分."""

    loans: int = 0
    premiums: int = 0

    @property
    def total(self) -> int:
        """Return both together."""
        return self.loans + self.premiums

    def reasons(self) -> dict[str, int]:
        """Return the amounts by their reason, as they stand with the benefit."""
        return {name: amount for name, amount in ((LOANS, self.loans), (PREMIUMS, self.premiums)) if amount}


def held_back(amount: int, *, loans: int, premiums: int) -> Held:
    """Return what of ``amount`` pays ``loans`` (with interest) and then ``premiums`` that are due."""
    first = min(amount, max(0, loans))
    return Held(first, min(amount - first, max(0, premiums)))
