"""The queue behind one function: a job is a dotted path and JSON arguments, committed with the data (decision 8)."""

import json
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.utils import timezone
from django_q.brokers import get_broker
from django_q.models import OrmQ
from django_q.signing import SignedPackage

RUN = "keyuan.platform.jobs.runner.run"


def enqueue(path: str, /, *, run_at: datetime | None = None, **kwargs: Any) -> int:
    """Call the function at ``path`` with ``kwargs`` in the background, not before ``run_at``; return the message.

    Inside a transaction the job appears when it commits and never when it rolls back. It runs at least once: after a
    kill it runs again, so it must be idempotent. It is tried again with growing pauses when its failure can heal.
    Raises TypeError when an argument is not JSON.
    """
    return put(path, kwargs, attempt=1, run_at=run_at)


def put(path: str, kwargs: dict[str, Any], *, attempt: int, run_at: datetime | None = None) -> int:
    """Put one message into the queue."""
    if json.loads(json.dumps(kwargs)) != kwargs:
        raise TypeError(f"arguments of {path} change on their way through JSON")
    task = {
        "id": uuid4().hex,
        "name": path.removeprefix("keyuan.")[:100],
        "func": RUN,
        "args": (),
        "kwargs": {"path": path, "kwargs": kwargs, "attempt": attempt},
        "started": timezone.now(),
        "ack_failure": True,
    }
    message = OrmQ.objects.create(key=queue_name(), payload=SignedPackage.dumps(task), lock=run_at or timezone.now())
    return int(message.pk)


def queue_name() -> str:
    """Return the name under which our workers look for messages."""
    return str(get_broker().list_key)


def opened(message: OrmQ) -> dict[str, Any]:
    """Return path, kwargs and attempt of a waiting message; empty when it is not ours or was tampered with."""
    kwargs = message.task.get("kwargs")
    return kwargs if isinstance(kwargs, dict) and "path" in kwargs else {}
