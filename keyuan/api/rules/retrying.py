"""When a delivery is tried again, and when an endpoint is left alone for a while (PLT-14)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum

MINUTE, HOUR = 60, 3600
#: Seconds to wait after each failed try: twelve tries over three days.
PAUSES = (
    10, MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 16 * HOUR, 20 * HOUR, 20 * HOUR,
)  # fmt: skip
#: A pause is lengthened by up to so much of itself, so that what failed together does not come back together.
JITTER = 0.2
#: Failures in a row from which an endpoint rests, and the longest rest in seconds.
RESTS_FROM, LONGEST_REST = 2, 5 * MINUTE
#: Longer wishes of a receiver are cut to this many seconds.
LONGEST_WISH = 24 * HOUR
OK_FROM, OK_TO = 200, 300
GONE, TOO_MANY, SERVER_ERRORS = 410, 429, 500


class Result(StrEnum):
    """What one try came to."""

    TAKEN = "taken"
    FAILED = "failed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: ``code`` None when nothing did, then ``error`` says why (a stable word).

    ``retry_after`` is the receiver's wish as sent; ``head`` the beginning of its text; ``request_id`` its own name of
    the request.
    """

    code: int | None
    ms: int
    error: str = ""
    head: str = ""
    retry_after: str = ""
    request_id: str = ""


def result_of(answer: Answer) -> Result:
    """Judge one try: any 2xx is taken, 410 asks for no more of it, anything else failed."""
    if answer.code is None:
        return Result.FAILED
    if answer.code == GONE:
        return Result.GONE
    return Result.TAKEN if OK_FROM <= answer.code < OK_TO else Result.FAILED


def is_overloaded(answer: Answer) -> bool:
    """Tell whether the failure says something of the whole endpoint, not of one message only."""
    return answer.code is None or answer.code == TOO_MANY or answer.code >= SERVER_ERRORS


def next_try(tries: int, now: datetime, *, luck: float, wait: int | None = None) -> datetime | None:
    """Return when to try again after failed try number ``tries``, or None when it was the last.

    ``luck`` between 0 and 1 spreads the moments; ``wait`` is the receiver's wish, which only lengthens the pause.
    """
    if tries > len(PAUSES):
        return None
    pause = PAUSES[tries - 1] * (1 + JITTER * luck)
    return now + timedelta(seconds=max(pause, wait or 0))


def rest_after(failures: int, wait: int | None = None) -> int:
    """Return how many seconds an endpoint rests after ``failures`` in a row: 0, then 4, 8, … up to five minutes."""
    own = min(2**failures, LONGEST_REST) if failures >= RESTS_FROM else 0
    return max(own, wait or 0)


def wish(text: str, now: datetime) -> int | None:
    """Return a ``Retry-After`` in seconds: a number or a date; None for anything else."""
    text = text.strip()
    if text.isdecimal():
        return min(int(text[:9]), LONGEST_WISH)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    if until.tzinfo is None:
        return None
    return max(0, min(int((until - now).total_seconds()), LONGEST_WISH))
