"""Contact permits a second: many at once, one by one, and by two processes (MKT-9)."""

from typing import Any

from benchmarks.running import Run, say


def measure(run: Run) -> dict[str, Any]:
    """Return permits a second in each way."""
    found: dict[str, Any] = run.book.ask("permitting")
    say(
        f"  {found['many_per_second']:,} a second at once, {found['one_per_second']:,} one by one "
        f"({found['one_ms']} ms), {found['writers_per_second']:,} by {found['writers']} processes"
    )
    return found
