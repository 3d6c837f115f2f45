"""Allocating 100,000 customers in bulk: planned, given, taken back (CUS-9; issue 4, item 4)."""

from typing import Any

from benchmarks.books import Failed
from benchmarks.running import Run, say

COUNT = 100_000


def measure(run: Run) -> dict[str, Any]:
    """Return the seconds of planning, giving and taking back; what was given is taken back."""
    found: dict[str, Any] = run.book.ask("allocating", str(COUNT))
    if found["given"] != found["placed"] or found["undone"] != found["given"]:
        raise Failed(f"planned {found['placed']}, gave {found['given']}, took back {found['undone']}")
    say(
        f"  {found['given']:,} given in {found['giving_seconds']} s after {found['planning_seconds']} s of planning,"
        f" taken back in {found['undo_seconds']} s"
    )
    return found
