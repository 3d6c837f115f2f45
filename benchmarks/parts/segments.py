"""Segments: count and sample of a dozen conditions on the mart, and live membership checks (CUS-6)."""

from typing import Any

from benchmarks.running import Run, say


def measure(run: Run) -> dict[str, Any]:
    """Return milliseconds of each condition over the whole book and over a branch, and live checks a second."""
    found: dict[str, Any] = run.book.ask("segmenting", str(run.rounds))
    for name, one in found["whole"].items():
        say(f"  {name}: {one['ms']} ms for {one['total']:,} (branch {found['branch'][name]['ms']} ms)")
    say(f"  live: {found['live']['per_second']:,} checks/s in chunks, {found['live']['one_ms']} ms for one")
    return found
