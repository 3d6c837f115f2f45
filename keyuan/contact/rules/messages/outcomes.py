"""What may come of handing a message over, and when it is tried again (PLT-11)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Result(StrEnum):
    """What a provider made of a message.

    ``UNKNOWN``: it was handed over and no answer came, so nobody knows whether it went out; it is never sent again by
    itself. ``BAD_ADDRESS`` and ``REFUSED`` are final; ``OUTAGE`` says something of the provider, not of the message.
    """

    ACCEPTED = "ACCEPTED"
    DELIVERED = "DELIVERED"
    LATER = "LATER"
    BAD_ADDRESS = "BAD_ADDRESS"
    REFUSED = "REFUSED"
    OUTAGE = "OUTAGE"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One answer: result, the provider's own reference, its code, and milliseconds. Never an address or a text."""

    result: Result
    reference: str = ""
    code: str = ""
    ms: int = 0


MINUTE, HOUR = 60, 3600
#: Seconds to wait after each failed try.
PAUSES = (MINUTE, 5 * MINUTE, 20 * MINUTE, HOUR, 3 * HOUR, 8 * HOUR)
#: Seconds that a provider rests after an outage, by outages in a row.
RESTS = (30, 2 * MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE)
#: A spread of the pauses, so that what failed together does not come back together.
SPREAD = 0.2


def next_try(tries: int, now: datetime, *, luck: float) -> datetime | None:
    """Return when to try again after failed try number ``tries``, or None when it was the last; ``luck`` is 0 to 1."""
    if tries > len(PAUSES):
        return None
    return now + timedelta(seconds=PAUSES[tries - 1] * (1 + SPREAD * luck))


def rest_after(outages: int) -> timedelta:
    """Return how long a provider rests after ``outages`` in a row (at least 1)."""
    return timedelta(seconds=RESTS[min(max(outages, 1), len(RESTS)) - 1])


def room_in_minute(per_minute: int, since: datetime | None, count: int, now: datetime) -> int:
    """Return how many messages a provider still takes in the minute that began at ``since``; 0 per minute: no limit."""
    if per_minute <= 0:
        return 1_000_000
    if since is None or now - since >= timedelta(minutes=1) or now < since:
        return per_minute
    return max(per_minute - count, 0)
