"""Which contracts are to be called back, and until when (domain.md §A.4, §0.2 DL-CALLBACK; SRV-8)."""

from dataclasses import dataclass
from datetime import date

from keyuan.kernel.dates import add_days, add_years
from keyuan.kernel.deadlines import deadline

CALLBACK = deadline("DL-CALLBACK")
#: Kinds of products that are no life business: the duty is one of life contracts.
NOT_LIFE = frozenset({"MOTOR", "PROPERTY"})
#: Statuses in which a contract is insurance, or going to be.
LIVING = frozenset({"IN_FORCE", "NOT_EFFECTIVE"})
#: A term of so many units is longer than a year.
LONGER_THAN = {"Y": 1, "M": 12, "W": 52, "D": 366}
WHOLE_LIFE = "O"


@dataclass(frozen=True, slots=True)
class Contract:
    """What the duty depends on."""

    status: str
    kind: str
    is_group: bool
    term: int | None
    term_unit: str
    effective_on: date | None
    expires_on: date | None
    is_long_term: bool
    receipt_on: date | None
    cooling_off_until: date | None


def is_longer_than_a_year(contract: Contract) -> bool:
    """Tell whether a contract runs for more than one year, by its term, its dates, else its product."""
    if contract.term_unit == WHOLE_LIFE:
        return True
    if contract.term is not None and contract.term_unit in LONGER_THAN:
        return contract.term > LONGER_THAN[contract.term_unit]
    if contract.effective_on is not None and contract.expires_on is not None:
        return contract.expires_on > add_years(contract.effective_on, 1, include_start_day=True)
    return contract.is_long_term


def is_owed(contract: Contract) -> bool:
    """Tell whether a call-back is owed: a living life contract of one person, over a year, its receipt signed."""
    return (
        contract.status in LIVING
        and not contract.is_group
        and contract.kind not in NOT_LIFE
        and contract.receipt_on is not None
        and is_longer_than_a_year(contract)
    )


def last_day(receipt_on: date, cooling_off_until: date | None) -> date:
    """Return the last day on which the call-back is in time: that of the cooling-off period.

    A product that has none leaves the usual limit. The signing day does not count; the day ends at 24:00.
    """
    return cooling_off_until or CALLBACK.last_day(receipt_on)


def next_day_of(start: date, delay_days: int) -> date:
    """Return the first day on which a follow-up may be made, ``delay_days`` after what it is about."""
    return add_days(start, delay_days)
