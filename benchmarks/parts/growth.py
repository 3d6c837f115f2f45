"""Does a page cost the same in a book a hundred times as large? Pages at 14,000, at 140,000 and in the book at hand.

Every book is asked in the same way, one after the other. A kind of page counts by the median of its middle answers.
"""

import statistics
from collections.abc import Iterable
from contextlib import ExitStack
from typing import Any

from benchmarks.books import Book, opened
from benchmarks.parts import pages
from benchmarks.running import Run, say
from benchmarks.serving import served

SIZES = (14_000, 140_000)
LIMIT, NAMED = 1.3, 20
#: A page that costs so few milliseconds more has not grown: that much is noise.
NOTICEABLE = 2.0
Kinds = dict[tuple[str, str], float]


def measure(run: Run) -> dict[str, Any]:
    """Return for each size the median page, and the ratios from the smallest to the largest book."""
    sizes: dict[int, Kinds] = {}
    for customers in SIZES:
        with opened(run.db, customers, None) as book:
            sizes[customers] = _kinds(run, book)
    own = int(run.book.ask("size")["customers"])
    sizes[own] = _kinds(run, run.book)
    return compared(sizes)


def _kinds(run: Run, book: Book) -> Kinds:
    with ExitStack() as stack:
        port, _seconds = stack.enter_context(served(book))
        mine = Run(book, run.db, run.rounds, run.samples, port=port)
        stack.callback(mine.leave)
        say(f" {book.folder.name}:")
        people = pages.measure(mine)["people"]
    return {(person, kind): found["p50"] for person, kinds in people.items() for kind, found in kinds.items()}


def _median(times: Iterable[float]) -> float:
    return round(statistics.median(times), 2)


def compared(sizes: dict[int, Kinds]) -> dict[str, Any]:
    """Return the ratio of every kind of page that all books have, the median of them, and those beyond the limit."""
    small, large = sizes[min(sizes)], sizes[max(sizes)]
    common = sorted(set.intersection(*(set(kinds) for kinds in sizes.values())))
    ratios = {key: large[key] / small[key] for key in common}
    grown = [key for key in common if ratios[key] > LIMIT and large[key] - small[key] > NOTICEABLE]
    grown.sort(key=lambda key: ratios[key], reverse=True)
    found = {
        "kinds": len(common),
        "medians": {str(size): _median(kinds[key] for key in common) for size, kinds in sizes.items()},
        "sums": {str(size): round(sum(kinds[key] for key in common), 1) for size, kinds in sizes.items()},
        "median_ratio": round(statistics.median(ratios.values()), 3),
        "grown": [
            [*key, *(round(kinds[key], 1) for _size, kinds in sorted(sizes.items())), round(ratios[key], 2)]
            for key in grown[:NAMED]
        ],
        "grown_count": len(grown),
    }  # fmt: skip
    say(f"  median ratio {found['median_ratio']}, {len(grown)} of {len(common)} kinds above {LIMIT}")
    return found
