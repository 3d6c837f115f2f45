"""A batch query of 100,000 identifiers over the whole book, asked by a branch (CUS-4)."""

from typing import Any

from benchmarks.books import Failed
from benchmarks.running import Run, say

COUNT = 100_000


def measure(run: Run) -> dict[str, Any]:
    """Return seconds and identifiers a second; the question is deleted afterwards."""
    found: dict[str, Any] = run.book.ask("batching", str(COUNT))
    if found["status"] != "done":
        raise Failed(f"the batch query ended as {found['status']}")
    say(f"  {found['seconds']} s, {found['per_second']:,} identifiers/s, {found['matched']:,} matched")
    return found
