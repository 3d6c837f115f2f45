"""The night of the clocks over the whole book, and its comparison with a replay (POL-2: at most two minutes)."""

from typing import Any

from benchmarks.books import Failed
from benchmarks.running import Run, say

#: What issue 5 asks of one night.
MOST_SECONDS = 120


def measure(run: Run) -> dict[str, Any]:
    """Return seconds of a night, of the same night again, of its comparison, and of a week made up for at once."""
    found: dict[str, Any] = run.book.ask("clocks")
    for part in ("first", "again", "compared", "week"):
        if found[part]["status"] != "done":
            raise Failed(f"{part} ended as {found[part]['status']}")
    if found["compared"]["differences"]:
        raise Failed(f"the replay differs in {found['compared']['differences']} steps")
    if found["first"]["seconds"] > MOST_SECONDS:
        raise Failed(f"the night took {found['first']['seconds']} s")
    for part in ("first", "week"):
        night = found[part]
        per = 100_000 * night["cpu_seconds"] / max(night["changed"], 1)
        say(
            f"  {part}: {night['seconds']} s for {night['changed']:,} of {found['policies']:,} policies,"
            f" {per:.0f} CPU s per 100,000, longest transaction {night['longest_ms']} ms"
        )
    say(f"  again {found['again']['seconds']} s, compared {found['compared']['seconds']} s")
    return found
