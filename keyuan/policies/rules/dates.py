"""Dates of a contract by domain.md §0.1, §A.3 and §A.5."""

from collections.abc import Iterator
from datetime import date

from keyuan.kernel.codes import PayMode, TermUnit
from keyuan.kernel.dates import add_days, add_months, add_years, completed_years

#: Statutory grace: the contract stops when 60 days have passed from the due date (保险法 36).
GRACE_DAYS = 60


def cooling_off_end(receipt_signed_on: date, days: int) -> date | None:
    """Return the last day of the cooling-off period; the signing day does not count. None for products without one."""
    return add_days(receipt_signed_on, days) if days else None


def grace_end(due_on: date, days: int = GRACE_DAYS) -> date:
    """Return the last day on which a premium due on ``due_on`` keeps the contract in force."""
    return add_days(due_on, days)


def waiting_end(starts_on: date, days: int) -> date | None:
    """Return the last day of the waiting period, which begins with cover or with reinstatement (domain.md §A.5)."""
    return add_days(starts_on, days) if days else None


def due_dates(first_on: date, mode: PayMode, years: int) -> Iterator[date]:
    """Yield every premium due date of ``years`` of payment, the first included.

    Each is counted from the first day, so that a contract of the 31st keeps to month ends; a single premium is due
    once, an irregular one never by rule.
    """
    months = mode.months
    if months is None:
        if mode is PayMode.SINGLE:
            yield first_on
        return
    for number in range(years * 12 // months):
        yield add_months(first_on, number * months)


def pay_years(term: int | None, unit: str, first_on: date, birth_on: date | None = None) -> int:
    """Return over how many years premiums are due; 0 where that is not known, 1 for a single premium.

    A term "to age" ends with the birthday: it needs the birth date of the insured.
    """
    if unit == TermUnit.SINGLE:
        return 1
    if not term:
        return 0
    if unit == TermUnit.TO_AGE:
        return max(0, term - completed_years(birth_on, first_on)) if birth_on and birth_on <= first_on else 0
    return term if unit in (TermUnit.YEARS, "") else 0


def cover_end(effective_on: date, term: int | None, unit: str, birth_on: date | None = None) -> date | None:
    """Return the last day of cover; None for whole life and for a term "to age" of a person of unknown birth."""
    if term is None or unit in (TermUnit.WHOLE_LIFE, TermUnit.NONE, ""):
        return None
    if unit == TermUnit.TO_AGE:
        return add_years(birth_on, term, include_start_day=True) if birth_on else None
    if unit == TermUnit.YEARS:
        return add_years(effective_on, term, include_start_day=True)
    if unit == TermUnit.MONTHS:
        return add_months(effective_on, term, include_start_day=True)
    days = term * 7 if unit == TermUnit.WEEKS else term
    return add_days(effective_on, days, include_start_day=True)
