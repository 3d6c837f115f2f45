"""Every page of the URL map as an agent, a branch manager and head office; the 360° page with all its panels."""

import statistics
from typing import Any

from benchmarks import figures
from benchmarks.browser import Browser, lazy_parts
from benchmarks.running import Run, rounds_of, say

FIRST = "customers:customer"
TOGETHER = "customers:customer · all panels together"
#: Records of the kind whose target is told by percentiles.
MANY = 40


def measure(run: Run) -> dict[str, Any]:
    """Return for each person and kind of page its figures in milliseconds."""
    plan = run.book.ask("pages", str(MANY))
    people: dict[str, Any] = {}
    seen: set[str] = set()
    for name, person in plan["people"].items():
        browser = run.browser(person["staff_no"])
        kinds: dict[str, Any] = {}
        for stop in person["stops"]:
            if person["special"] and stop["kind"] in seen:
                continue
            found = _stop(run, browser, stop)
            if found:
                kinds[stop["kind"]] = found
        if not person["special"]:
            kinds |= _together(run, browser, next(s["urls"] for s in person["stops"] if s["kind"] == FIRST))
        seen |= set(kinds)
        people[name] = kinds
        middle = statistics.median(kind["p50"] for kind in kinds.values())
        say(f"  {name}: {len(kinds)} kinds of page, median {middle:.1f} ms")
    return {"people": people, "not_visited": plan["unknown"]}


def _stop(run: Run, browser: Browser, stop: dict[str, Any]) -> dict[str, Any] | None:
    """Measure one kind; None for an address that answers no GET (a button's), or leads elsewhere."""
    answered = browser.get(stop["urls"][0])
    if answered.status != 200:
        return None
    urls = stop["urls"] if stop["kind"].startswith(FIRST) else stop["urls"][: run.samples]
    if len(urls) == 1:
        urls = urls * run.samples
    sound = [url for url in urls if browser.get(url).status == 200] if len(set(urls)) > 1 else urls
    return figures.of_rounds(rounds_of(run, browser.get, sound)) if sound else None


def _together(run: Run, browser: Browser, urls: list[str]) -> dict[str, Any]:
    """Measure a 360° page with everything that it loads by itself, one request after the other."""
    rounds: list[list[float]] = []
    parts = 0
    for _ in range(run.rounds):
        times = []
        for url in urls:
            page = browser.get(url)
            lazy = lazy_parts(page, url)
            parts = max(parts, len(lazy))
            times.append(page.seconds + sum(browser.get(part, fragment=True).seconds for part in lazy))
        rounds.append(times)
    return {TOGETHER: figures.of_rounds(rounds) | {"requests": parts + 1}}
