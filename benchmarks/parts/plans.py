"""The plan of every query that any page sends: no large table read whole, nothing large sorted in memory."""

from typing import Any

from benchmarks.running import Run, say

SHOWN = 20


def measure(run: Run) -> dict[str, Any]:
    """Return how many statements were explained, and the faults with the page that sent them."""
    found: dict[str, Any] = run.book.ask("plans")
    say(f"  {found['addresses']:,} addresses, {found['statements']:,} statements, {len(found['faults'])} faults")
    for fault in found["faults"][:SHOWN]:
        say(f"  {fault['who']} · {fault['what']}: {fault['fault']}")
    return found
