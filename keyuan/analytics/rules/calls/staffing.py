"""Agents for each interval of a forecast (ANA-14, domain.md §F.2)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from keyuan.analytics.rules.calls.running import Outcome
from keyuan.analytics.rules.staffing.erlang import Need, Targets, need
from keyuan.kernel.errors import Refused


@dataclass(frozen=True)
class Manned:
    """One interval: the calls expected on average, and who is needed for them."""

    day: date
    interval: str
    calls: float
    need: Need


def targets_of(*, share: float, seconds: float, shrinkage: float, handling_seconds: float) -> Targets:
    """Return what is promised. Raises Refused staffing.targets for numbers out of range."""
    try:
        targets = Targets(share=share, seconds=seconds, shrinkage=shrinkage)
        need(0, 1, handling_seconds, targets)
    except ValueError:
        raise Refused("staffing.targets") from None
    return targets


def manned(outcome: Outcome, handling_seconds: float, targets: Targets) -> Iterator[Manned]:
    """Yield the intervals of a forecast in order, each with its need.

    Means count here, not what is written for an interval: medians of quiet intervals are nought, their calls come.
    """
    seconds = outcome.series.interval_minutes * 60
    for ahead, row in enumerate(outcome.told.mean):
        day = outcome.until + timedelta(days=ahead + 1)
        for interval, calls in zip(outcome.series.intervals, row, strict=True):
            yield Manned(day, interval, float(calls), need(float(calls), seconds, handling_seconds, targets))
