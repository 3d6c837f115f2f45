"""Searching twenty thousand articles in Chinese (SRV-6)."""

from typing import Any

from benchmarks.running import Run, say


def measure(run: Run) -> dict[str, Any]:
    """Return milliseconds of every form of question; what was made is deleted afterwards."""
    found: dict[str, Any] = run.book.ask("knowing")
    say(
        f"  {found['articles']:,} articles, {found['terms']:,} terms: p50 {found['p50_ms']} ms, "
        f"p95 {found['p95_ms']} ms, slowest {found['slowest']} {found['slowest_p95_ms']} ms, "
        f"page p95 {found['page_p95_ms']} ms"
    )
    return found
