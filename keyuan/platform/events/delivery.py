"""Which delivery a handler is working on: its name stays the same when the event is delivered again."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event on its way to one handler: ``key`` is unique for ever, ``emitted_at`` when it happened."""

    key: str
    emitted_at: datetime


_current: ContextVar[Delivery] = ContextVar("delivery")


def current_delivery() -> Delivery:
    """Return the delivery that calls the present handler. Raises LookupError outside a handler."""
    return _current.get()


@contextmanager
def delivering(outbox_id: int, emitted_at: datetime) -> Iterator[None]:
    """Let handlers called in the block know which delivery they belong to.

    The moment is part of the key: a database that was put back to an older state hands out the same ids once more.
    """
    token = _current.set(Delivery(f"{outbox_id}-{int(emitted_at.timestamp() * 1_000_000)}", emitted_at))
    try:
        yield
    finally:
        _current.reset(token)
