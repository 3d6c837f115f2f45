"""The queue of work orders with two million of them, and taking the next one at fifty desks at once (SRV-1, SRV-3)."""

from typing import Any

from benchmarks.running import Run, say


def measure(run: Run) -> dict[str, Any]:
    """Return milliseconds of the queue's pages and of taking; what was made is deleted afterwards."""
    found: dict[str, Any] = run.book.ask("ordering")
    say(
        f"  {found['orders']:,} orders, {found['open']:,} open: p95 {found['p95_ms']} ms ({found['slowest']}); "
        f"{found['taken']} taken by {found['takers']} at once, {found['doubles']} doubles, {found['take_p95_ms']} ms"
    )
    return found
