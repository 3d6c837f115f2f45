"""Watching the database statements of the present request or job: how many, how long, which were slow."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from keyuan.platform.operations import metrics, slow


class Watched(threading.local):
    """What the present thread did since its request or job began."""

    number = 0
    seconds = 0.0
    slow = 0
    route: Callable[[], str] = staticmethod(lambda: "")


watched = Watched()
Execute = Callable[..., Any]


@contextmanager
def watching(route: Callable[[], str]) -> Iterator[Watched]:
    """Count the statements of the block; ``route`` names it when that is asked for."""
    watched.number, watched.seconds, watched.slow, watched.route = 0, 0.0, 0, route
    try:
        yield watched
    finally:
        watched.route = lambda: ""


@dataclass(slots=True)
class Outcome:
    """What became of a job: done, retried or parked."""

    word: str = "done"


@contextmanager
def job_watched(path: str) -> Iterator[Outcome]:
    """Count and time the job at ``path``; the block says what became of it."""
    outcome = Outcome()
    began = time.perf_counter()
    with watching(lambda: path) as seen:
        yield outcome
    # A path that is not ours came from somebody who wrote into the queue: it must not become a label.
    name = path if path.startswith("keyuan.") else "other"
    metrics.count_job(job=name, outcome=outcome.word, seconds=time.perf_counter() - began)
    metrics.count_queries(route=name, number=seen.number, seconds=seen.seconds, slow=seen.slow)


def observed(execute: Execute, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Run one statement and time it."""
    began = time.perf_counter()
    try:
        return execute(sql, params, many, context)
    finally:
        took = time.perf_counter() - began
        watched.number += 1
        watched.seconds += took
        if took * 1000 >= settings.SLOW_QUERY_MS:
            watched.slow += 1
            slow.note(watched.route(), context["connection"].alias, sql, round(took * 1000))


def _attach(connection: BaseDatabaseWrapper, **_others: Any) -> None:
    if observed not in connection.execute_wrappers:
        connection.execute_wrappers.append(observed)


def connect() -> None:
    """Watch every connection of this process from its beginning."""
    connection_created.connect(_attach, dispatch_uid="keyuan.observed")
