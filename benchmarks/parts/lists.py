"""Every list: each order both ways, from the start and far in, with each filter that is offered, and each view."""

import statistics
from typing import Any

from benchmarks import figures
from benchmarks.browser import Browser
from benchmarks.running import Run, say

#: Milliseconds that any page of a list may take (SCL), and how many of the slowest are named.
TARGET, NAMED = 80.0, 25


def measure(run: Run) -> dict[str, Any]:
    """Return for each person and list the figures over all its addresses, and the slowest ones by name."""
    plan = run.book.ask("listings")
    people: dict[str, Any] = {}
    for name, person in plan["people"].items():
        browser = run.browser(person["staff_no"])
        people[name] = {key: _list(run, browser, visits) for key, visits in person["lists"].items() if visits}
        for key, found in people[name].items():
            slow = f", {found['slow']} above {TARGET:.0f}" if found["slow"] else ""
            say(f"  {name} · {key}: {found['count']} addresses, p95 {found['p95']} ms, most {found['most']} ms{slow}")
    return {"people": people}


def _list(run: Run, browser: Browser, visits: list[list[str]]) -> dict[str, Any]:
    """Measure one list; the figure of an address is the median of its rounds, after one that warms up."""
    medians: list[tuple[float, str]] = []
    for what, url in visits:
        answers = [browser.get(url, fragment=True) for _ in range(run.rounds + 1)]
        wrong = next((answer.status for answer in answers if answer.status != 200), 0)
        if wrong:
            medians.append((60.0, f"{what}: answered {wrong}"))
            continue
        medians.append((statistics.median(answer.seconds for answer in answers[1:]), what))
    medians.sort(reverse=True)
    found = figures.of_rounds([[seconds for seconds, _what in medians]])
    found["slow"] = sum(seconds * 1000 > TARGET for seconds, _what in medians)
    found["slowest"] = [[round(seconds * 1000, 1), what] for seconds, what in medians[:NAMED]]
    return found
