"""Erlang C: waiting in a queue without abandonment (domain.md §F.2).

Callers are taken to wait however long it takes; where patience is short the true need is lower.
"""

import math
from dataclasses import dataclass

#: More agents than this per interval are a slip of the keyboard, not a centre.
MOST_AGENTS = 100_000


@dataclass(frozen=True)
class Targets:
    """What is promised: ``share`` of callers answered within ``seconds``; of paid time ``shrinkage`` is not on calls.

    ``occupancy`` is the most of their time that agents may be busy.
    """

    share: float = 0.8
    seconds: float = 20.0
    shrinkage: float = 0.3
    occupancy: float = 1.0

    def __post_init__(self) -> None:
        shares = 0 < self.share < 1 and 0 <= self.shrinkage < 1 and 0 < self.occupancy <= 1
        if not shares or not 0 <= self.seconds < math.inf:
            raise ValueError("a target is out of its range")


@dataclass(frozen=True)
class Queue:
    """What ``agents`` make of a load: shares from 0 to 1, the mean wait of all callers in seconds."""

    agents: int
    waiting: float
    service_level: float
    mean_wait: float
    occupancy: float


@dataclass(frozen=True)
class Need:
    """Agents on calls that meet the targets, what the queue is then, and the staff to be planned with shrinkage."""

    load: float
    queue: Queue
    staff: int


def load_of(calls: float, interval_seconds: float, handling_seconds: float) -> float:
    """Return the load in erlangs: agents who would be busy without a pause."""
    return calls * handling_seconds / interval_seconds


def blocked(load: float, agents: int) -> float:
    """Return Erlang B by its recursion, which neither overflows nor loses digits."""
    found = 1.0
    for busy in range(1, agents + 1):
        found = load * found / (busy + load * found)
    return found


def queue(load: float, agents: int, handling_seconds: float, answer_seconds: float) -> Queue:
    """Return waiting share, service level within ``answer_seconds``, mean wait and occupancy of ``agents``.

    With no more agents than the load the queue grows without end: everyone waits, and the mean wait is infinite.
    """
    return _queue(blocked(load, agents), load, agents, handling_seconds, answer_seconds)


def _queue(blocking: float, load: float, agents: int, handling_seconds: float, answer_seconds: float) -> Queue:
    if load <= 0:
        return Queue(agents, 0.0, 1.0, 0.0, 0.0)
    if agents <= load:
        return Queue(agents, 1.0, 0.0, math.inf, 1.0)
    waiting = blocking / (1 - load / agents * (1 - blocking))
    level = 1 - waiting * math.exp(-(agents - load) * answer_seconds / handling_seconds)
    return Queue(agents, waiting, level, waiting * handling_seconds / (agents - load), load / agents)


def need(calls: float, interval_seconds: float, handling_seconds: float, targets: Targets) -> Need:
    """Return the fewest agents that meet ``targets``, and the staff to plan: nobody for no calls.

    Raises ValueError for negative calls, times that are not positive, and loads beyond `MOST_AGENTS`.
    """
    times = (interval_seconds, handling_seconds)
    if not 0 <= calls < math.inf or not all(0 < one < math.inf for one in times):
        raise ValueError("calls and times must be positive")
    load = load_of(calls, interval_seconds, handling_seconds)
    if load > MOST_AGENTS / 2:
        raise ValueError("the load is beyond any centre")
    if load == 0:
        return Need(0.0, Queue(0, 0.0, 1.0, 0.0, 0.0), 0)
    agents, blocking = 0, 1.0
    while True:
        agents += 1
        blocking = load * blocking / (agents + load * blocking)
        found = _queue(blocking, load, agents, handling_seconds, targets.seconds)
        if agents > load and found.service_level >= targets.share and found.occupancy <= targets.occupancy:
            return Need(load, found, planned(agents, targets.shrinkage))


def planned(agents: int, shrinkage: float) -> int:
    """Return the people to plan so that ``agents`` are on calls, rounded up."""
    # A hair less than the quotient, so that 14 / 0.7 = 20.000000000000004 stays 20.
    return math.ceil(agents / (1 - shrinkage) - 1e-9)
