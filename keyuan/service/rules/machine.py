"""What can become of a work order: states and moves as data (SRV-1, decision 11)."""

from dataclasses import dataclass

STATES = (
    "RECEIVED", "CLASSIFIED", "DISPATCHED", "IN_PROGRESS", "WAITING", "RESOLVED", "TOLD", "CONFIRMED", "CLOSED",
    "WITHDRAWN", "MERGED",
)  # fmt: skip
RECEIVED, CLASSIFIED, DISPATCHED, IN_PROGRESS, WAITING, RESOLVED, TOLD, CONFIRMED, CLOSED, WITHDRAWN, MERGED = STATES
#: The way an order goes when nothing comes between; pages show it as steps.
WAY = (RECEIVED, CLASSIFIED, DISPATCHED, IN_PROGRESS, RESOLVED, TOLD, CONFIRMED, CLOSED)
ENDED = frozenset({CLOSED, WITHDRAWN, MERGED})
OPEN = frozenset(STATES) - ENDED
#: Nobody is at work yet: merging and withdrawing are still possible later, too.
UNDER_WORK = (RECEIVED, CLASSIFIED, DISPATCHED, IN_PROGRESS, WAITING)

CLASSIFY, DISPATCH, TAKE, GIVE_BACK, TRANSFER, WAIT, RESUME = (
    "classify", "dispatch", "take", "give_back", "transfer", "wait", "resume",
)  # fmt: skip
RESOLVE, REWORK, TELL, CONFIRM, CLOSE, REOPEN, WITHDRAW, MERGE = (
    "resolve", "rework", "tell", "confirm", "close", "reopen", "withdraw", "merge",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Move:
    """One move that exists."""

    act: str
    source: str
    target: str


MOVES = (
    Move(CLASSIFY, RECEIVED, CLASSIFIED),
    Move(DISPATCH, CLASSIFIED, DISPATCHED),
    Move(TRANSFER, DISPATCHED, DISPATCHED),
    Move(TRANSFER, IN_PROGRESS, DISPATCHED),
    Move(TRANSFER, WAITING, DISPATCHED),
    Move(TAKE, DISPATCHED, IN_PROGRESS),
    Move(GIVE_BACK, IN_PROGRESS, DISPATCHED),
    Move(WAIT, IN_PROGRESS, WAITING),
    Move(RESUME, WAITING, IN_PROGRESS),
    Move(RESOLVE, IN_PROGRESS, RESOLVED),
    Move(REWORK, RESOLVED, IN_PROGRESS),
    Move(REWORK, TOLD, IN_PROGRESS),
    Move(TELL, RESOLVED, TOLD),
    Move(CONFIRM, TOLD, CONFIRMED),
    Move(CLOSE, CONFIRMED, CLOSED),
    Move(REOPEN, CLOSED, DISPATCHED),
    *(Move(WITHDRAW, source, WITHDRAWN) for source in UNDER_WORK),
    *(Move(MERGE, source, MERGED) for source in UNDER_WORK),
)
_TARGETS = {(move.act, move.source): move.target for move in MOVES}


def target_of(act: str, source: str) -> str | None:
    """Return where an act leads from a state; None where it does not exist."""
    return _TARGETS.get((act, source))


def acts_from(source: str) -> tuple[str, ...]:
    """Return the acts that exist from a state, in the order of the table."""
    return tuple(dict.fromkeys(move.act for move in MOVES if move.source == source))
