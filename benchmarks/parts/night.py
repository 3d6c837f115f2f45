"""The night run: first over the whole book, then once more, when nothing may change (ANA-1, ANA-2, ANA-10)."""

from typing import Any

from benchmarks.books import Failed
from benchmarks.running import Run, say


def measure(run: Run) -> dict[str, Any]:
    """Return the seconds of both runs, of each step, and the most memory they took."""
    found: dict[str, Any] = run.book.ask("night")
    if found["again"]["changed"]:
        raise Failed(f"the second night changed {found['again']['changed']} rows")
    for name in ("first", "again"):
        one = found[name]
        say(f"  {name}: {one['seconds']} s, {one['changed']:,} rows written back")
    say(f"  {found['peak_mb']:,} MB at most")
    return found
