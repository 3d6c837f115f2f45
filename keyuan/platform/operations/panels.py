"""What contexts add to the system page and to the metrics."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from keyuan.kernel.actor import Actor
from keyuan.kernel.registry import Registry


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a panel; ``tone`` is ok, warn or bad where the value is a state, else empty."""

    label: Any
    value: Any
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """What a card of the system page shows now: a state (tone and words), facts, and where to read more."""

    facts: Sequence[Fact]
    tone: str = ""
    state: Any = ""
    url: str = ""
    url_label: Any = ""


@dataclass(frozen=True, slots=True)
class SystemPanel:
    """A card of the system page: ``build(actor, now)`` reads it quickly and offline; ``permission`` may hide it."""

    key: str
    title: Any
    build: Callable[[Actor, datetime], Panel]
    order: int = 0
    permission: str | None = None


@dataclass(frozen=True, slots=True)
class SystemGauge:
    """A figure of ``/metrics`` named ``keyuan_<key>``: ``read(now)`` is one cheap query; None leaves it out.

    With ``label`` it gives a value for each of a few names.
    """

    key: str
    help: str
    read: Callable[[datetime], float | dict[str, float] | None]
    label: str = field(default="")


system_panels: Registry[SystemPanel] = Registry()
system_gauges: Registry[SystemGauge] = Registry()
