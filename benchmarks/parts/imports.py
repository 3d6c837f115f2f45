"""Imports into an empty book: full persons, policies with their holders' keys, and a book without personal data."""

from typing import Any

from benchmarks.books import scratch
from benchmarks.running import Run, say

#: What is imported, and how many times the rows of a measurement: lighter rows come in larger files.
KINDS = {"persons": 1, "policies": 2, "generic": 2}


def measure(run: Run) -> dict[str, Any]:
    """Return for each kind rows a second of check and writing together, by the wall."""
    kinds: dict[str, Any] = {}
    with scratch(run.book) as book:
        book.tell("setup")
        for kind, times in KINDS.items():
            kinds[kind] = found = book.ask("importing", kind, str(run.rows * times))
            say(f"  {kind}: {found['rows_per_second']:,} rows/s by the wall, "
                f"{found['rows_per_processor_second']:,} by the processor, {found['created']:,} created")  # fmt: skip
    return {"kinds": kinds}
