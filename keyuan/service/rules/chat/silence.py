"""What silence leads to: a warning, then the end; and how long one may come back."""

from datetime import datetime, timedelta

#: What is to be done about a silent conversation.
NOTHING, WARN, END = "NOTHING", "WARN", "END"
#: A representative whose browser has been silent so long is taken to be gone; a waiting visitor likewise.
SEAT_LOST = timedelta(seconds=90)
VISITOR_LOST = timedelta(minutes=5)


def due(
    *, last_at: datetime, warned_at: datetime | None, waits_for_visitor: bool, warn: int, end: int, now: datetime
) -> str:
    """Return what is due: only a visitor who owes an answer is warned, and ended ``end`` minutes after the warning."""
    if not waits_for_visitor:
        return NOTHING
    if warned_at is not None:
        return END if now - warned_at >= timedelta(minutes=end) else NOTHING
    return WARN if now - last_at >= timedelta(minutes=warn) else NOTHING


def may_reopen(ended_at: datetime | None, minutes: int, now: datetime) -> bool:
    """Tell whether a conversation that ended may go on."""
    return ended_at is not None and now - ended_at < timedelta(minutes=minutes)
