"""What can become of a contract, and which windows had closed when somebody looks back (ANA-6)."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from keyuan.analytics.rules.churn.facts import FACTS, FOLLOWS, LIFE, YEARLY, Fact

Flags = npt.NDArray[np.bool_]
Days = npt.NDArray[np.datetime64]

#: Months within which it is asked whether somebody goes.
HORIZONS = (3, 6, 12)
#: Firsts of months behind the windows that are learnt from: they calibrate and judge.
LATER_MONTHS = 6
#: Months of history that are looked at (GK).
MONTHS_BACK = 72


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way to go: in which line, by which day of `facts`, and how long it stays unknown after its day.

    ``watched_by`` are the horizons by which contracts are watched: an end that is far off is no reason to call yet.
    """

    key: str
    line: str
    ended_on: str
    wait_days: int = 0
    watched_by: tuple[int, ...] = HORIZONS

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The columns that say something in this line."""
        return tuple(one for one in FACTS if self.line in one.lines)

    def model_key(self, months: int) -> str:
        """Return the name of the model of this way within ``months``."""
        return f"churn.{self.key}.{months}"


LAPSE = Outcome("lapse", LIFE, "lapsed_on")
SURRENDER = Outcome("surrender", LIFE, "surrendered_on")
#: A contract may still be followed for some weeks after its end.
RENEWAL = Outcome("renewal", YEARLY, "unrenewed_on", FOLLOWS, watched_by=(3,))
OUTCOMES = (LAPSE, SURRENDER, RENEWAL)


def eligible(frame: pd.DataFrame, outcome: Outcome, months: int) -> Flags:
    """Tell which rows can go this way within ``months`` at all: premiums to pay, or an end that comes up."""
    long_term = frame["is_long_term"].to_numpy(dtype=bool)
    if outcome is RENEWAL:
        due = days_of(frame["expires_on"]) < after(days_of(frame["on"]), months)
        return np.asarray(~long_term & due)
    paying = frame["is_paying"].to_numpy(dtype=bool) if outcome is LAPSE else True
    return np.asarray(long_term & paying)


def happened(frame: pd.DataFrame, outcome: Outcome, months: int) -> Flags:
    """Tell which contracts went this way within ``months`` of the day on which they were looked at."""
    begun, ended = days_of(frame["on"]), days_of(frame[outcome.ended_on])
    # A day that never came (NaT) compares as False.
    found: Flags = (ended >= begun) & (ended < after(begun, months))
    return found


def days_of(column: pd.Series) -> Days:
    """Return a column of days as days; the last day of time, which pandas cannot hold, stays itself."""
    found: Days = column.to_numpy().astype("datetime64[D]")
    return found


def after(days: Days, months: int) -> Days:
    """Return the day ``months`` later; for a day that the month lacks, the first of the next."""
    month = days.astype("datetime64[M]")
    found: Days = (month + months).astype("datetime64[D]") + (days - month.astype("datetime64[D]"))
    return found


def first_of(day: date, months_before: int = 0) -> date:
    """Return the first of the month ``months_before`` the month of ``day``."""
    years, month = divmod(day.year * 12 + day.month - 1 - months_before, 12)
    return date(years, month + 1, 1)


def snapshot_days(as_of: date) -> list[date]:
    """Return the firsts of months that are looked at on ``as_of``, the oldest first: of each a window has closed."""
    return [first_of(as_of, back) for back in range(MONTHS_BACK, HORIZONS[0] - 1, -1)]


@dataclass(frozen=True, slots=True)
class Windows:
    """The days to learn from, and the later ones to calibrate and judge by: ``later_from`` to ``later_until``.

    A window that is learnt from had closed by ``later_from``: nothing of the later ones is in it.
    """

    learn_until: date
    later_from: date
    later_until: date


def windows_of(outcome: Outcome, months: int, as_of: date) -> Windows:
    """Return the windows that had closed by ``as_of``."""
    closed = np.datetime64(as_of) - outcome.wait_days
    last = first_of(closed.astype(object), months)
    first = first_of(last, LATER_MONTHS - 1)
    learnt = (np.datetime64(first) - outcome.wait_days).astype(object)
    return Windows(first_of(learnt, months), first, last)
