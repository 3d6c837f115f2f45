"""A request of a person about their data: kinds, states, clock, reasons to refuse (PIPL 44-50; domain.md E.2)."""

from collections.abc import Mapping
from datetime import date

from keyuan.kernel.calendars import Calendar

ACCESS, COPY, CORRECT, DELETE, WITHDRAW, EXPLAIN, TRANSFER, DECEASED = (
    "ACCESS", "COPY", "CORRECT", "DELETE", "WITHDRAW", "EXPLAIN", "TRANSFER", "DECEASED",
)  # fmt: skip
KINDS = (ACCESS, COPY, CORRECT, DELETE, WITHDRAW, EXPLAIN, TRANSFER, DECEASED)
#: The article of the law behind each kind.
ARTICLES: Mapping[str, str] = {
    ACCESS: "PIPL 45", COPY: "PIPL 45", CORRECT: "PIPL 46", DELETE: "PIPL 47", WITHDRAW: "PIPL 15",
    EXPLAIN: "PIPL 48", TRANSFER: "PIPL 45", DECEASED: "PIPL 49",
}  # fmt: skip
#: Kinds that hand data over, so that a copy is made for them.
COPIES = frozenset({ACCESS, COPY, TRANSFER, DECEASED})
#: Days for which a copy may be fetched; then its file is deleted, and it can be made anew.
COPY_DAYS = 7
RECEIVED, WORKING, PAUSED, DONE, REFUSED, DROPPED = "RECEIVED", "WORKING", "PAUSED", "DONE", "REFUSED", "DROPPED"
OPEN = frozenset({RECEIVED, WORKING, PAUSED})
#: Moves that exist: (from, to). Everything else is refused.
MOVES = frozenset(
    {
        (RECEIVED, WORKING), (RECEIVED, PAUSED), (RECEIVED, REFUSED), (RECEIVED, DROPPED),
        (WORKING, PAUSED), (WORKING, DONE), (WORKING, REFUSED), (WORKING, DROPPED),
        (PAUSED, WORKING), (PAUSED, RECEIVED), (PAUSED, REFUSED), (PAUSED, DROPPED),
    }
)  # fmt: skip
#: Why a request may be refused; the customer is told, and may complain or sue (PIPL 50).
REASONS = ("NOT_IDENTIFIED", "NOT_ENTITLED", "NO_DATA", "LEGAL_DUTY", "SECRET", "RIGHTS_OF_OTHERS", "REPEATED")
#: Why the clock may stand still.
PAUSES = ("IDENTITY", "MORE_DETAIL", "DOCUMENTS")
#: Who asks: the person, a guardian, somebody with a power of attorney, a close relative of one who died.
SELF, GUARDIAN, AGENT, RELATIVE = "SELF", "GUARDIAN", "AGENT", "RELATIVE"
APPLICANTS = (SELF, GUARDIAN, AGENT, RELATIVE)
#: How an identity was checked.
CHECKS = ("DOCUMENT", "PHONE_CODE", "POLICY_DETAILS", "VIDEO", "POWER_OF_ATTORNEY", "DEATH_AND_KINSHIP")
#: Working days until a request must be answered (GK).
TERM = 15


def may_move(source: str, target: str) -> bool:
    """Tell whether a request may go from one state to the other."""
    return (source, target) in MOVES


def due_on(received_on: date, calendar: Calendar, *, days: int = TERM) -> date:
    """Return the last day of a request received on a day: working days, the first not counted (民法典 201)."""
    return calendar.add_working_days(received_on, days)


def later_by_pause(due: date, paused_on: date, resumed_on: date, calendar: Calendar) -> date:
    """Return the due day moved on by the working days of a pause."""
    return calendar.add_working_days(due, calendar.working_days_between(paused_on, resumed_on))


def working_days_left(today: date, due: date, calendar: Calendar) -> int:
    """Return the working days left until the due day; negative when it is over."""
    if due >= today:
        return calendar.working_days_between(today, due)
    return -calendar.working_days_between(due, today)


def wants_relative(kind: str) -> bool:
    """Tell whether only relatives of a deceased person may ask for this."""
    return kind == DECEASED
