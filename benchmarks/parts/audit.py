"""The audit trail under eight writers at once: events a second, none lost, and a sealer that keeps up (PLT-6)."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from benchmarks.books import scratch
from benchmarks.running import Run, say

WRITERS, SECONDS = 8, 20


def measure(run: Run) -> dict[str, Any]:
    """Return the figures of twenty seconds of writing into a scratch database, and of the sealing beside it."""
    with scratch(run.book) as book, ThreadPoolExecutor(WRITERS + 1) as pool:
        book.tell("setup")
        sealing = pool.submit(book.ask, "audit", "seal", str(SECONDS + 3))
        writing = [pool.submit(book.ask, "audit", "write", str(SECONDS), str(n)) for n in range(1, WRITERS + 1)]
        wrote = [writer.result() for writer in writing]
        sealed = sealing.result()
    events = sum(one["changes"] + one["looks"] for one in wrote)
    found = {
        "writers": WRITERS,
        "seconds": SECONDS,
        "events": events,
        "per_second": round(events / SECONDS, 1),
        "slowest_write_ms": max(one["slowest_ms"] for one in wrote),
        "lost": events - sealed["links"] - sealed["unsealed"] if not sealed["breach"] else events,
        "unsealed": sealed["unsealed"],
        "sealer": sealed,
    }
    say(f"  {found['per_second']} events/s, {found['lost']} lost, {sealed['sealed_afterwards']} sealed afterwards")
    return found
