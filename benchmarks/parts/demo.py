"""Loading a demo book into an empty database."""

import time
from typing import Any

from benchmarks.books import scratch
from benchmarks.running import Run, say

CUSTOMERS = 70_000


def measure(run: Run) -> dict[str, Any]:
    """Return seconds and customers a second, each with contracts, payments, timeline and everything else."""
    with scratch(run.book) as book:
        book.tell("setup")
        began = time.perf_counter()
        book.tell("demo", "--customers", str(CUSTOMERS))
        seconds = time.perf_counter() - began
    say(f"  {CUSTOMERS:,} customers in {seconds:.1f} s")
    return {"customers": CUSTOMERS, "seconds": round(seconds, 1), "per_second": round(CUSTOMERS / seconds)}
