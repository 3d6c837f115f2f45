"""Reading the samples: percentiles, error rates and series for the system page and the technical KPIs (ANA-12)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from keyuan.kernel.actor import Actor
from keyuan.platform.models.status_sample import StatusSample
from keyuan.platform.operations.metrics import BOUNDS
from keyuan.platform.operations.sampling import SPAN, Level, merged, start_of
from keyuan.platform.permissions import SYSTEM_VIEW


@dataclass(frozen=True, slots=True)
class Point:
    """How the system did over one stretch; None where nothing was sampled. Times in milliseconds, rates in percent."""

    at: datetime
    sample: StatusSample | None

    @property
    def requests(self) -> int | None:
        """Answers given."""
        return self.sample.requests if self.sample else None

    @property
    def errors(self) -> int | None:
        """Answers that were unexpected errors."""
        return self.sample.errors if self.sample else None

    def percentile(self, share: float) -> int | None:
        """Return the response time that ``share`` of the answers kept below."""
        return percentile(self.sample.buckets, share) if self.sample else None


def percentile(buckets: Sequence[int], share: float) -> int | None:
    """Return milliseconds below which ``share`` of the counted answers lie, straight between the bounds of a class."""
    total = sum(buckets)
    if not total:
        return None
    wanted, seen = share * total, 0.0
    for at, count in enumerate(buckets):
        low = BOUNDS[at - 1] if at else 0.0
        high = BOUNDS[at] if at < len(BOUNDS) else BOUNDS[-1] * 2
        if count and seen + count >= wanted:
            return round((low + (high - low) * (wanted - seen) / count) * 1000)
        seen += count
    return None


def series(actor: Actor, level: str, length: int, now: datetime) -> list[Point]:
    """Return the last ``length`` stretches of ``level`` up to ``now``, oldest first, all machines together."""
    actor.require(SYSTEM_VIEW)
    span = SPAN[Level(level)]
    first = start_of(level, now) - span * (length - 1)
    found: dict[datetime, list[StatusSample]] = {}
    for sample in StatusSample.objects.filter(level=level, at__gte=first, at__lte=now).order_by("at"):
        found.setdefault(sample.at, []).append(sample)
    return [_point(first + span * at, found) for at in range(length)]


def _point(at: datetime, found: dict[datetime, list[StatusSample]]) -> Point:
    parts = found.get(at, [])
    return Point(at, StatusSample(at=at, **merged(parts)) if parts else None)


def recent(actor: Actor, now: datetime, minutes: int = 60) -> StatusSample | None:
    """Return the last hour as one sample; None when nothing was sampled."""
    actor.require(SYSTEM_VIEW)
    parts = list(StatusSample.objects.filter(level=Level.MINUTE, at__gt=now - timedelta(minutes=minutes), at__lte=now))
    return StatusSample(at=now, **merged(parts)) if parts else None


def error_rate(sample: StatusSample) -> float:
    """Return the share of answers that were unexpected errors, in percent."""
    return round(100 * sample.errors / sample.requests, 2) if sample.requests else 0.0
