"""The night that makes tasks by rule and rates the tiers over the whole book (CUS-13, CUS-14)."""

from typing import Any

from benchmarks.books import Failed
from benchmarks.running import Run, say


def measure(run: Run) -> dict[str, Any]:
    """Return seconds of the night, of the same night again, and of the tiers; the tasks made are deleted afterwards."""
    found: dict[str, Any] = run.book.ask("nights")
    if found["status"] != "done":
        raise Failed(f"the night ended as {found['status']}")
    say(f"  {found['seconds']} s for {found['made']:,} tasks, again {found['again_seconds']} s")
    say(f"  tiers {found['tier_seconds']} s")
    return found
