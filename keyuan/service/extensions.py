"""Where other contexts hang into the service desk."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from keyuan.kernel.actor import Actor
from keyuan.kernel.registry import Registry
from keyuan.service.rules.improvement import Figure


@dataclass(frozen=True, slots=True)
class QueueItem:
    """Something that waits elsewhere: its number, what it is, about whom, by when, where to go."""

    number: str
    subject: str
    customer_id: int | None
    state: str
    due_at: datetime | None
    url: str


@dataclass(frozen=True, slots=True)
class QueueSource:
    """Work of another context that the desk sees beside its own (decision 23).

    ``items(actor, limit, now)`` returns what is open in the actor's reach, the most urgent first.
    """

    key: str
    label: Any
    permission: str
    items: Callable[[Actor, int, datetime], list[QueueItem]]
    order: int = 0


queue_sources: Registry[QueueSource] = Registry()


@dataclass(frozen=True, slots=True)
class Indicator:
    """What improvement is measured by (SRV-11): ``unit`` in words, whether less is better.

    ``measure(about, since, until)`` gives the figure of a period; ``about`` may hold category (code), unit and
    product (ids). Every context above may add its own.
    """

    key: str
    label: Any
    unit: Any
    less_is_better: bool
    measure: Callable[[Mapping[str, Any], datetime, datetime], Figure]


indicators: Registry[Indicator] = Registry()
