"""Making parts in worker processes: two at a time on two cores, handed over in order."""

import multiprocessing
import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import django

from keyuan.setup.demo.ground_rows import write_ground
from keyuan.setup.demo.part import Made, make_part
from keyuan.setup.demo.plan import PART, ROWS_A_CUSTOMER, Book
from keyuan.setup.demo.sinks import CopySink, FileSink, Out, Piece

#: The part that every other one stands on.
GROUND = -1
#: Parts made ahead of the writer.
AHEAD = 3


@dataclass(frozen=True, slots=True)
class Order:
    """What one worker makes: a part of a book, into a file or straight into a PostgreSQL database."""

    book: Book
    part: int
    series: tuple[str, int]
    path: Path | None = None
    conninfo: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A part that is made: where its rows are, and what else the loader is told."""

    path: Path | None
    pieces: tuple[Piece, ...]
    made: Made


def make(order: Order) -> Delivery:
    """Make one part."""
    sink = FileSink(order.path) if order.path else CopySink(order.conninfo)
    first = max(0, order.part) * PART * ROWS_A_CUSTOMER
    out = Out(sink, first)
    if order.part == GROUND:
        write_ground(out, order.book)
        made = Made([])
    else:
        made = make_part(order.book, order.part, out, order.series)
    sink.close()
    pieces = tuple(sink.pieces) if isinstance(sink, FileSink) else ()
    return Delivery(order.path, pieces, made)


def workers_for(book: Book) -> int:
    """Return how many processes make parts: one a core, none more than there are parts."""
    return max(1, min(os.cpu_count() or 1, book.parts))


def deliveries(orders: list[Order], workers: int) -> Iterator[Delivery]:
    """Yield the parts in order; without ``workers`` they are made here."""
    if not workers:
        yield from map(make, orders)
        return
    # Where it exists, fork spares every worker the start of Django.
    method = "fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn"
    context = multiprocessing.get_context(method)
    with ProcessPoolExecutor(workers, mp_context=context, initializer=django.setup) as pool:
        waiting: deque[Future[Delivery]] = deque()
        for order in orders:
            waiting.append(pool.submit(make, order))
            if len(waiting) >= workers + AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
