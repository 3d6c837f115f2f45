"""The counters: what they are called, and how the rest of the program adds to them.

Processes share them through files in ``METRICS_DIR`` (multi-process mode of prometheus_client, one file set for each
`slots` number). Labels are routes, job paths and classes of this program, never anything that a person typed.
"""

import os
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from prometheus_client import Counter, Gauge, Histogram, values

from keyuan.platform.operations import slots

#: Upper bounds in seconds of the classes of response times.
BOUNDS = (0.005, 0.01, 0.02, 0.03, 0.05, 0.08, 0.1, 0.15, 0.2, 0.3, 0.5, 1.0, 2.0, 5.0, 10.0)
JOB_BOUNDS = (0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0, 30.0, 60.0, 300.0)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
PREFIX = "keyuan"


@dataclass(frozen=True, slots=True)
class Instruments:
    """Everything that is counted."""

    requests: Counter
    seconds: Histogram
    queries: Counter
    query_seconds: Counter
    slow: Counter
    errors: Counter
    jobs: Counter
    job_seconds: Histogram
    sign_in_failures: Counter
    streams: Gauge
    live_lag: Histogram


@lru_cache(maxsize=1)
def instruments() -> Instruments:
    """Return the counters of this process; made at first use, so that commands which count nothing leave no files."""
    try:
        slots.mine()
    except slots.NoRoom:
        values.ValueClass = values.MutexValue
    else:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(settings.METRICS_DIR)
        made: Any = values.MultiProcessValue
        values.ValueClass = made(process_identifier=slots.mine)
    return Instruments(
        requests=_counter("http_requests", "Answers by route, method and class of status", "route", "method", "status"),
        seconds=Histogram(
            "http_request_seconds", "Response times", ["route"], namespace=PREFIX, registry=None, buckets=BOUNDS
        ),
        queries=_counter("database_queries", "Statements sent to the database", "route"),
        query_seconds=_counter("database_seconds", "Time spent in the database", "route"),
        slow=_counter("slow_queries", "Statements slower than the threshold", "route"),
        errors=_counter("errors", "Requests that ended in an unexpected error", "route"),
        jobs=_counter("jobs", "Runs of background jobs", "job", "outcome"),
        job_seconds=Histogram(
            "job_seconds", "Duration of background jobs", ["job"], namespace=PREFIX, registry=None, buckets=JOB_BOUNDS
        ),
        sign_in_failures=_counter("sign_in_failures", "Refused sign-ins", "reason"),
        streams=Gauge(
            "live_streams", "Open live streams", ["kind"], namespace=PREFIX, registry=None, multiprocess_mode="livesum"
        ),
        live_lag=Histogram(
            "live_lag_seconds", "Time from announcing to telling open browsers", namespace=PREFIX, registry=None,
            buckets=BOUNDS,
        ),
    )  # fmt: skip


def _counter(name: str, text: str, *labels: str) -> Counter:
    return Counter(name, text, labels, namespace=PREFIX, registry=None)


def count_request(*, route: str, method: str, status: int, seconds: float) -> None:
    """Count an answer."""
    known = instruments()
    shown = route or "none"
    known.requests.labels(shown, method if method in METHODS else "other", f"{status // 100}xx").inc()
    known.seconds.labels(shown).observe(seconds)
    if status >= 500:
        known.errors.labels(shown).inc()


def count_queries(*, route: str, number: int, seconds: float, slow: int) -> None:
    """Count the statements of one request or job."""
    known = instruments()
    known.queries.labels(route or "none").inc(number)
    known.query_seconds.labels(route or "none").inc(seconds)
    if slow:
        known.slow.labels(route or "none").inc(slow)


def count_job(*, job: str, outcome: str, seconds: float) -> None:
    """Count a run of a job: done, retried or parked."""
    known = instruments()
    known.jobs.labels(job, outcome).inc()
    known.job_seconds.labels(job).observe(seconds)


def count_sign_in_failure(reason: str) -> None:
    """Count a refused sign-in: wrong (name, password or code) or locked."""
    instruments().sign_in_failures.labels(reason).inc()


def count_stream(by: int, kind: str = "browser") -> None:
    """Count a live stream in (1) or out (-1): a browser of staff, or a guest's."""
    instruments().streams.labels(kind).inc(by)


def observe_live_lag(seconds: float) -> None:
    """Note how long an announcement took to reach the streams, the rest of its transaction included."""
    instruments().live_lag.observe(seconds)
