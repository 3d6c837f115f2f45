"""Samples of how the system does: each minute, rolled up by hour and day, kept for 400 days (PLT-13, ANA-12)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from prometheus_client.metrics_core import Metric

from keyuan.platform.models.status_sample import StatusSample, SystemFact
from keyuan.platform.operations import machine, metrics, scrape
from keyuan.platform.operations.database import total_size
from keyuan.platform.operations.state import State, read_state

Level = StatusSample.Level
#: How long samples of each level are kept.
KEPT = {Level.MINUTE: timedelta(days=3), Level.HOUR: timedelta(days=400), Level.DAY: timedelta(days=400)}
SPAN = {Level.MINUTE: timedelta(minutes=1), Level.HOUR: timedelta(hours=1), Level.DAY: timedelta(days=1)}
#: Counts of a stretch, which add up.
SUMS = (
    "minutes", "requests", "errors", "seconds", "queries", "query_seconds", "slow_queries", "sign_in_failures",
    "jobs_failed",
)  # fmt: skip
#: States, of which a roll-up keeps the worst.
WORST = ("waiting_most", "waiting_seconds_most", "outbox_seconds_most", "unsealed_seconds_most", "streams_most")
#: States, of which it keeps the last.
LAST = ("database_bytes", "disk_free_bytes", "memory_used_bytes")


@dataclass(slots=True)
class Totals:
    """The counters of a machine at one moment."""

    counts: dict[str, float] = field(default_factory=dict)
    buckets: list[float] = field(default_factory=lambda: [0.0] * (len(metrics.BOUNDS) + 1))
    streams: float = 0.0


#: Metric → what it adds to.
COUNTED = {
    "keyuan_http_requests_total": "requests",
    "keyuan_errors_total": "errors",
    "keyuan_http_request_seconds_sum": "seconds",
    "keyuan_database_queries_total": "queries",
    "keyuan_database_seconds_total": "query_seconds",
    "keyuan_slow_queries_total": "slow_queries",
    "keyuan_sign_in_failures_total": "sign_in_failures",
}


def totals(found: Iterable[Metric]) -> Totals:
    """Sum the counters over their labels."""
    sums = Totals()
    bounds = [str(bound) for bound in metrics.BOUNDS] + ["+Inf"]
    cumulated = dict.fromkeys(bounds, 0.0)
    for sample in (sample for metric in found for sample in metric.samples):
        key = COUNTED.get(sample.name)
        if key:
            sums.counts[key] = sums.counts.get(key, 0.0) + sample.value
        elif sample.name == "keyuan_http_request_seconds_bucket":
            cumulated[sample.labels["le"]] += sample.value
        elif sample.name == "keyuan_jobs_total" and sample.labels["outcome"] == "parked":
            sums.counts["jobs_failed"] = sums.counts.get("jobs_failed", 0.0) + sample.value
        elif sample.name == "keyuan_live_streams":
            sums.streams += sample.value
    upto = [cumulated[bound] for bound in bounds]
    sums.buckets = [now - before for now, before in zip(upto, [0.0, *upto[:-1]], strict=True)]
    return sums


def grown(now: float, before: float) -> float:
    """Return how much a counter grew; one that is smaller than before began anew."""
    return now - before if now >= before else now


def take_sample(now: datetime) -> bool:
    """Keep how this machine did since its last sample (a job, every minute); False when this minute has one."""
    at = now.replace(second=0, microsecond=0)
    key = f"totals:{machine.HOST}"
    present = totals(scrape.counters())
    state = read_state(now)
    sizes = _sizes()
    with transaction.atomic():
        fact, _made = SystemFact.objects.get_or_create(key=key, defaults={"at": now})
        fact = SystemFact.objects.select_for_update().get(key=key)
        before: dict[str, Any] = fact.value
        _sample, made = StatusSample.objects.get_or_create(
            host=machine.HOST, level=Level.MINUTE, at=at, defaults=_figures(present, before, state) | sizes
        )
        if made:
            fact.value, fact.at = {"counts": present.counts, "buckets": present.buckets}, now
            fact.save()
    return made


def _figures(present: Totals, before: dict[str, Any], state: State) -> dict[str, Any]:
    counts = before.get("counts", present.counts)
    buckets = before.get("buckets", present.buckets)
    grew = {key: grown(value, counts.get(key, 0.0)) for key, value in present.counts.items()}
    whole = {key: value if key.endswith("seconds") else round(value) for key, value in grew.items()}
    return whole | {
        "buckets": [round(grown(now, then)) for now, then in zip(present.buckets, buckets, strict=True)],
        "waiting_most": state.waiting,
        "waiting_seconds_most": state.waiting_seconds,
        "outbox_seconds_most": state.outbox_seconds,
        "unsealed_seconds_most": state.unsealed_seconds,
        "streams_most": round(present.streams),
    }


def _sizes() -> dict[str, int]:
    disk, memory = machine.disk(), machine.memory()
    return {
        "database_bytes": total_size(),
        "disk_free_bytes": disk.free if disk else 0,
        "memory_used_bytes": memory.used if memory else 0,
    }


def start_of(level: str, moment: datetime) -> datetime:
    """Return the beginning of the stretch of ``level`` that ``moment`` lies in; days are those of the book's zone."""
    local = timezone.localtime(moment).replace(second=0, microsecond=0)
    if level == Level.MINUTE:
        return local
    return local.replace(minute=0) if level == Level.HOUR else local.replace(minute=0, hour=0)


def roll_up(now: datetime) -> int:
    """Bring hours and days up to date from the level below; return how many were written (a job, every hour)."""
    written = 0
    for level, finer in ((Level.HOUR, Level.MINUTE), (Level.DAY, Level.HOUR)):
        begin = start_of(level, now - SPAN[level])
        while begin <= now:
            written += _roll(level, finer, begin)
            begin += SPAN[level]
    return written


def _roll(level: str, finer: str, begin: datetime) -> int:
    parts = StatusSample.objects.filter(level=finer, at__gte=begin, at__lt=begin + SPAN[Level(level)]).order_by("at")
    by_host: dict[str, list[StatusSample]] = {}
    for part in parts:
        by_host.setdefault(part.host, []).append(part)
    for host, found in by_host.items():
        StatusSample.objects.update_or_create(host=host, level=level, at=begin, defaults=merged(found))
    return len(by_host)


def merged(parts: list[StatusSample]) -> dict[str, Any]:
    """Return the figures of a longer stretch from those of its parts."""
    figures: dict[str, Any] = {name: sum(getattr(part, name) for part in parts) for name in SUMS}
    figures |= {name: max(getattr(part, name) for part in parts) for name in WORST}
    figures |= {name: getattr(parts[-1], name) for name in LAST}
    figures["buckets"] = [sum(column) for column in zip(*(part.buckets for part in parts), strict=True)]
    return figures


def prune(now: datetime) -> int:
    """Forget samples older than their level is kept; return how many (a job, every night)."""
    return sum(_older(level, now - age).delete()[0] for level, age in KEPT.items())


def _older(level: str, moment: datetime) -> QuerySet[StatusSample]:
    return StatusSample.objects.filter(level=level, at__lt=moment)
