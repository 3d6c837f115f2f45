"""From the start of the programs to the last byte of the first page, with cold processes."""

import statistics
from typing import Any

from benchmarks.running import Run, say
from benchmarks.serving import served


def measure(run: Run) -> dict[str, Any]:
    """Return the seconds of each start and their median."""
    seconds = []
    for _ in range(run.rounds):
        with served(run.book) as (_port, took):
            seconds.append(round(took, 2))
    say(f"  {seconds} s")
    return {"seconds": seconds, "median": statistics.median(seconds)}
