"""Who listens to what: filled by the ``handlers`` modules of the contexts when the system starts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from keyuan.kernel.registry import Registry
from keyuan.platform.events.event import Event

H = TypeVar("H", bound=Callable[..., None])


@dataclass(frozen=True, slots=True)
class Handler:
    """One function that is told about one kind of event; ``key`` is its dotted path.

    ``wanted`` is asked when an event is emitted, in its transaction: False spares the row where nobody would listen.
    """

    key: str
    event: type[Event]
    call: Callable[[Any], None]
    wanted: Callable[[Any], bool] | None = None


handlers: Registry[Handler] = Registry()


def handles(event: type[Event], *, wanted: Callable[[Any], bool] | None = None) -> Callable[[H], H]:
    """Register the decorated function for ``event``. It is called at least once per event, so it must be idempotent
    (see `once`, `current_delivery`), in a job, outside any transaction. ``wanted`` as in `Handler`."""

    def decorate(function: H) -> H:
        handlers.add(Handler(f"{function.__module__}.{function.__qualname__}", event, function, wanted))
        return function

    return decorate


def handlers_of(event: type[Event]) -> list[Handler]:
    """Return who listens to ``event``."""
    return [handler for handler in handlers if handler.event is event]
