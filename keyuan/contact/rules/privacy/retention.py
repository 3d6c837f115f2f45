"""Until when records are kept: the latest of all matching terms counts, a legal hold overrides (domain.md E.6)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from keyuan.contact.rules.privacy.marks import STILL_ON
from keyuan.kernel.dates import add_months

#: A longest term that may be set: a hundred years.
LONGEST = 1200


@dataclass(frozen=True, slots=True)
class Kept:
    """One reason to keep: which records, until when (None: while the relation goes on), by which law."""

    key: str
    until: date | None
    law: str
    locks: bool = True

    def binds(self, today: date) -> bool:
        """Tell whether the reason still holds."""
        return self.until is None or self.until >= today


def kept_until(ended_on: date, months: int) -> date | None:
    """Return the last day of a term of ``months`` that began when its basis ended; None while that goes on."""
    if ended_on >= STILL_ON:
        return None
    return add_months(ended_on, months)


def locking(kept: Iterable[Kept], today: date) -> list[Kept]:
    """Return the reasons that oblige to keep the identity, the longest first."""
    found = [reason for reason in kept if reason.locks and reason.binds(today)]
    return sorted(found, key=lambda reason: reason.until or STILL_ON, reverse=True)


def effective_until(kept: Iterable[Kept], today: date) -> date | None:
    """Return the latest day of all terms that still hold; None when one goes on without end. Raises ValueError for
    nothing."""
    found = locking(kept, today)
    if not found:
        raise ValueError("nothing keeps it")
    return found[0].until


def before_which(today: date, months: int) -> date:
    """Return the day before which a basis must have ended for its term to be over today."""
    return add_months(today, -months)
