"""What ``/metrics`` answers: the sums of the counters of this machine, and the state of the shared system."""

import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import structlog
from django.db import DatabaseError, InterfaceError, connection
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from keyuan import __version__
from keyuan.platform.operations import machine, metrics, slots
from keyuan.platform.operations.database import total_size
from keyuan.platform.operations.panels import SystemGauge, system_gauges
from keyuan.platform.operations.state import State, read_state

log = structlog.get_logger(__name__)
#: Seconds for which the state of the database is answered from memory: many may scrape, the database is asked once.
FRESH = 5.0


def counters() -> Iterable[Metric]:
    """Return the counters of all processes of this machine, summed."""
    metrics.instruments()
    try:
        files = [str(file) for file in slots.files()]
    except slots.NoRoom:
        return []
    merge: Any = MultiProcessCollector.merge
    return list(merge(files, accumulate=True))


class _Counters(Collector):
    def collect(self) -> Iterable[Metric]:
        return counters()


class _State(Collector):
    def __init__(self, now: datetime) -> None:
        self.now = now

    def collect(self) -> Iterator[Metric]:
        yield _build()
        yield from _machine()
        try:
            state, extras = _Kept.read(self.now)
        except (DatabaseError, InterfaceError) as error:
            log.warning("metrics.database", error=type(error).__name__)
            yield _gauge("database_up", "Whether the database answers", 0.0)
            return
        yield _gauge("database_up", "Whether the database answers", 1.0)
        yield from _queue(state)
        yield from extras


class _Kept:
    """The last state read, for a few seconds."""

    until = 0.0
    value: tuple[State, list[Metric]]

    @classmethod
    def read(cls, now: datetime) -> tuple[State, list[Metric]]:
        if time.monotonic() >= cls.until:
            cls.value = (read_state(now), [_extra(gauge, now) for gauge in system_gauges])
            cls.value[1].append(_gauge("database_bytes", "Size of the databases", float(total_size())))
            cls.until = time.monotonic() + FRESH
        return cls.value


def _gauge(name: str, text: str, value: float | None) -> Metric:
    family = GaugeMetricFamily(f"{metrics.PREFIX}_{name}", text)
    if value is not None:
        family.add_metric([], value)
    return family


def _extra(gauge: SystemGauge, now: datetime) -> Metric:
    value = gauge.read(now)
    if not isinstance(value, dict):
        return _gauge(gauge.key, gauge.help, value)
    family = GaugeMetricFamily(f"{metrics.PREFIX}_{gauge.key}", gauge.help, labels=[gauge.label])
    for name, one in value.items():
        family.add_metric([name], one)
    return family


def _build() -> Metric:
    family = GaugeMetricFamily(
        f"{metrics.PREFIX}_build_info", "Version that serves", labels=["version", "commit", "database"]
    )
    family.add_metric([__version__, machine.commit(), connection.vendor], 1.0)
    return family


def _machine() -> Iterator[Metric]:
    disk, memory = machine.disk(), machine.memory()
    if disk:
        yield _gauge("disk_free_bytes", "Room on the disk of the data folder", float(disk.free))
        yield _gauge("disk_bytes", "Size of the disk of the data folder", float(disk.total))
    if memory:
        yield _gauge("memory_used_bytes", "Memory of the machine in use", float(memory.used))
        yield _gauge("memory_bytes", "Memory of the machine", float(memory.total))
    started = CounterMetricFamily(f"{metrics.PREFIX}_uptime_seconds", "Since the start of the supervisor")
    started.add_metric([], machine.started_seconds_ago())
    yield started


def _queue(state: State) -> Iterator[Metric]:
    yield _gauge("queue_waiting", "Jobs due and waiting", float(state.waiting))
    yield _gauge("queue_waiting_seconds", "Age of the oldest due job", state.waiting_seconds)
    yield _gauge("queue_running", "Jobs at work", float(state.running))
    yield _gauge("queue_failed", "Jobs parked until somebody looks", float(state.failed))
    yield _gauge("workers", "Worker commands that gave a sign lately", float(state.workers))
    yield _gauge("outbox_waiting", "Events waiting for delivery", float(state.outbox))
    yield _gauge("outbox_waiting_seconds", "Age of the oldest event waiting for delivery", state.outbox_seconds)
    yield _gauge("outbox_parked", "Events parked until somebody looks", float(state.parked))
    yield _gauge("audit_unsealed_seconds", "Age of the oldest audit event not chained yet", state.unsealed_seconds)
    tracked = GaugeMetricFamily(
        f"{metrics.PREFIX}_tracked_jobs", "Watched jobs that may move", labels=["kind", "status"]
    )
    for (kind, status), count in state.tracked.items():
        tracked.add_metric([kind, status], float(count))
    imports = GaugeMetricFamily(f"{metrics.PREFIX}_imports", "Imports kept", labels=["stage"])
    for status, count in state.imports.items():
        imports.add_metric([status], float(count))
    yield from (tracked, imports)


def exposition(now: datetime) -> bytes:
    """Return everything in Prometheus' text format at ``now``, the true present."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Counters())
    registry.register(_State(now))
    return generate_latest(registry)
