"""How long a page waits for one statement of a database server that gives no sign (PLT-13).

A server that is stopped, or a network that swallows everything, breaks no connection: without a limit every thread of
the pages would hang until it is over, and nobody could be told so. Jobs wait as long as it takes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

#: Seconds that a page waits for one statement; what pages ask for takes milliseconds.
OF_PAGES = 20.0
patience: ContextVar[float | None] = ContextVar("patience", default=None)


@contextmanager
def impatient() -> Iterator[None]:
    """Wait for each statement of the block no longer than a page may."""
    mark = patience.set(OF_PAGES)
    try:
        yield
    finally:
        patience.reset(mark)
