"""Sure pairs merged in bulk and undone, over the whole book (CUS-8)."""

from typing import Any

from benchmarks.books import Failed
from benchmarks.running import Run, say

#: As many as issue 4 names; a small book gives fewer.
COUNT = 50_000


def measure(run: Run) -> dict[str, Any]:
    """Return merges a second by wall and by processor, and how long a chunk held the write lock; all is undone."""
    found: dict[str, Any] = run.book.ask("merging", str(COUNT))
    if found["left"]:
        raise Failed(f"{found['left']} merges were not undone")
    for name in ("merge", "undo"):
        one = found[name]
        say(f"  {name}: {one['per_second']:,}/s, {one['per_cpu_second']:,} a CPU second, lock {one['lock_ms']} ms")
    return found
