"""The staff that days of expected calls need, interval by interval (ANA-14, domain.md §F.2)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise

from keyuan.analytics.rules.staffing.erlang import Need, Targets, need
from keyuan.kernel.errors import Refused

CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
DAY_MINUTES = 24 * 60


@dataclass(frozen=True)
class Wish:
    """How calls are to be answered: mean handling time in seconds, and what is promised (`Targets`)."""

    handling: float = 180.0
    share: float = 0.8
    seconds: float = 20.0
    shrinkage: float = 0.3
    occupancy: float = 0.85

    @property
    def targets(self) -> Targets:
        """What is promised. Raises Refused staffing.targets for numbers out of range."""
        try:
            return Targets(self.share, self.seconds, self.shrinkage, self.occupancy)
        except ValueError:
            raise Refused("staffing.targets") from None


@dataclass(frozen=True)
class Slot:
    """An interval of a day: calls expected, and who is needed for them."""

    interval: str
    calls: float
    need: Need


@dataclass(frozen=True)
class DayPlan:
    """A day: its intervals, and what they come to. Hours count people, ``staff_hours`` with shrinkage."""

    day: date
    slots: Sequence[Slot]
    minutes: float

    @property
    def calls(self) -> float:
        """All calls of the day."""
        return sum(slot.calls for slot in self.slots)

    @property
    def peak(self) -> int:
        """The most staff that any interval needs."""
        return max((slot.need.staff for slot in self.slots), default=0)

    @property
    def agent_hours(self) -> float:
        """Hours on calls or ready for them."""
        return sum(slot.need.queue.agents for slot in self.slots) * self.minutes / 60

    @property
    def staff_hours(self) -> float:
        """Paid hours."""
        return sum(slot.need.staff for slot in self.slots) * self.minutes / 60

    @property
    def service_level(self) -> float:
        """The share of the day's calls that are answered in time; 1 without calls."""
        return self._weighted("service_level", 1.0)

    @property
    def mean_wait(self) -> float:
        """The mean wait of the day's callers in seconds."""
        return self._weighted("mean_wait", 0.0)

    @property
    def occupancy(self) -> float:
        """The part of agents' time that is spent on calls."""
        on_calls = sum(slot.need.load for slot in self.slots) * self.minutes / 60
        return on_calls / self.agent_hours if self.agent_hours else 0.0

    def _weighted(self, name: str, without: float) -> float:
        if not self.calls:
            return without
        return sum(slot.calls * float(getattr(slot.need.queue, name)) for slot in self.slots) / self.calls


def minutes_of(intervals: Sequence[str]) -> float:
    """Return the length of an interval: the shortest step between clock times, else the day's part of numbers."""
    clocks = [CLOCK.fullmatch(label) for label in intervals]
    if len(intervals) > 1 and all(clocks):
        starts = sorted(int(found[1]) * 60 + int(found[2]) for found in clocks if found)
        return float(min(later - earlier for earlier, later in pairwise(starts)) or DAY_MINUTES)
    return DAY_MINUTES / max(1, len(intervals))


def plan(
    first: date, intervals: Sequence[str], minutes: float, calls: Sequence[Sequence[float]], wish: Wish
) -> list[DayPlan]:
    """Return the plan of every day of ``calls`` from ``first`` on.

    Raises Refused staffing.targets for a wish out of range and staffing.load for calls beyond any centre.
    """
    targets = wish.targets

    def slots(row: Sequence[float]) -> list[Slot]:
        pairs = zip(intervals, row, strict=True)
        return [_slot(interval, number, minutes, wish.handling, targets) for interval, number in pairs]

    return [DayPlan(first + timedelta(days=ahead), slots(row), minutes) for ahead, row in enumerate(calls)]


def _slot(interval: str, calls: float, minutes: float, handling: float, targets: Targets) -> Slot:
    try:
        # A ten-thousandth of a call needs nobody more; equal loads are reckoned once.
        return Slot(interval, calls, _need(round(calls, 4), minutes, handling, targets))
    except ValueError:
        raise Refused("staffing.load", interval=interval) from None


@lru_cache(maxsize=20_000)
def _need(calls: float, minutes: float, handling: float, targets: Targets) -> Need:
    return need(calls, minutes * 60, handling, targets)
