"""Every form of the search box, hits and misses, for an agent, a branch and head office (CUS-4).

Measured twice: what the box shows while typing (``/palette/``) and the page of results (``/customers/search/``).
"""

from functools import partial
from typing import Any
from urllib.parse import quote

from benchmarks import figures
from benchmarks.running import Run, rounds_of, say

FACES = {"box": "/palette/?q=", "results": "/customers/search/?q="}
COUNT = 30


def measure(run: Run) -> dict[str, Any]:
    """Return for each person, face and form the figures in milliseconds."""
    plan = run.book.ask("searches", str(COUNT))
    people: dict[str, Any] = {}
    for name, person in plan["people"].items():
        browser = run.browser(person["staff_no"])
        ask = partial(browser.get, fragment=True)
        people[name] = {
            face: {
                form: figures.of_rounds(rounds_of(run, ask, [base + quote(text) for text in typed]))
                for form, typed in person["forms"].items()
            }
            for face, base in FACES.items()
        }
        worst = max((found["p95"], form) for form, found in people[name]["box"].items())
        say(f"  {name}: {len(people[name]['box'])} forms, slowest p95 {worst[0]:.1f} ms ({worst[1]})")
    return {"people": people}
