"""Opening boards, an indicator and the plan as management, a branch and the service desk: all ≤ 300 ms (ANA-12).

They read what a night kept: run ``--only night`` over the book before.
"""

from typing import Any

from benchmarks import figures
from benchmarks.browser import Browser
from benchmarks.running import Run, rounds_of, say

BOARDS = "/analytics/boards/"
#: The people of every demo book: head office, the customer-resource manager of a branch, the head of a service desk.
PEOPLE = {"management": "10001", "branch": "10006", "service": "10009"}
PATHS = (
    *(f"{BOARDS}{board}/?length={length}" for board in ("management", "branch", "customers", "service", "sales")
      for length in ("month", "rolling")),
    f"{BOARDS}indicators/new_premium/?length=rolling",
    f"{BOARDS}indicators/second_purchase/?length=year",
    f"{BOARDS}plan/",
)  # fmt: skip


def measure(run: Run) -> dict[str, Any]:
    """Return the milliseconds of each person over every board; nothing for a book without a night."""
    found: dict[str, Any] = {}
    for name, staff_no in PEOPLE.items():
        browser = run.browser(staff_no)
        if not _is_counted(browser):
            say("  no night has counted this book's boards: run --only night first")
            return {}
        found[name] = figures.of_rounds(rounds_of(run, browser.get, PATHS))
        say(f"  {name}: {found[name]['p50']:.0f} ms, 95 % within {found[name]['p95']:.0f} ms")
    return found


def _is_counted(browser: Browser) -> bool:
    """Tell whether there are figures: the file of a board exists only then."""
    return browser.get(f"{BOARDS}sales/file.csv").status == 200
