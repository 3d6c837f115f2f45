"""Judging the quality of all records: nothing changes, weights move most, and everybody for the first time (CUS-11)."""

from typing import Any

from benchmarks.running import Run, say


def measure(run: Run) -> dict[str, Any]:
    """Return the seconds of three runs and the milliseconds of the board."""
    found: dict[str, Any] = run.book.ask("quality")
    for name in ("still", "moved", "first"):
        one = found[name]
        say(f"  {name}: {one['seconds']} s, {one['changed']:,} of {one['read']:,} changed")
    say(f"  board {found['board_ms']} ms")
    return found
