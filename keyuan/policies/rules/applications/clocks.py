"""By when an application has to be taken further: the deadlines of domain.md §0.2, and when it is stale (POL-10)."""

from dataclasses import dataclass
from datetime import date

from keyuan.kernel.calendars import Calendar
from keyuan.kernel.dates import add_days
from keyuan.policies.rules.applications.states import WAITING, State

FIX, ISSUE, RESULT = "DL-UW-FIX", "DL-ISSUE", "DL-UW-RES"
#: Working days of each duty.
WORKING_DAYS = {FIX: 5, ISSUE: 15, RESULT: 15}
#: Calendar days without progress after which an application that waits for the customer is cancelled (GK).
STALE_DAYS = {
    State.DRAFT: 30, State.RETURNED: 30, State.EXAM: 60, State.OFFERED: 30, State.ACCEPTED: 60,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Due:
    """A duty of the insurer and its last day."""

    clock: str
    on: date


def due_after(state: str, on: date, calendar: Calendar, *, examined: bool = False) -> Due | None:
    """Return what the insurer owes once an application is in ``state`` since ``on``; None where it waits for others."""
    clock = {
        State.SUBMITTED: FIX,
        State.UNDERWRITING: RESULT if examined else ISSUE,
        State.ACCEPTED: ISSUE,
    }.get(State(state))
    return None if clock is None else Due(clock, calendar.add_working_days(on, WORKING_DAYS[clock]))


def stale_on(state: str, since: date) -> date | None:
    """Return the first day on which nobody waits any longer; None where the insurer is at work."""
    if state not in WAITING:
        return None
    return add_days(since, STALE_DAYS[State(state)] + 1)
