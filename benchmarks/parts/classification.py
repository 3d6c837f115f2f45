"""Classifying the whole book: nothing moves, thresholds move many, and everybody for the first time (CUS-5)."""

from typing import Any

from benchmarks.running import Run, say


def measure(run: Run) -> dict[str, Any]:
    """Return the seconds of three runs, of a snapshot of the mart, of a preview and of the board's reads."""
    found: dict[str, Any] = run.book.ask("classification")
    for name in ("still", "moved", "first"):
        one = found[name]
        say(f"  {name}: {one['seconds']} s, {one['moved']:,} of {one['read']:,} moved, longest {one['longest_ms']} ms")
    say(f"  snapshot {found['mart_seconds']} s, preview {found['preview_seconds']} s, board {found['board_ms']} ms")
    return found
