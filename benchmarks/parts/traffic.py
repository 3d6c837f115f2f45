"""Mixed desk traffic: signed-in people of many posts at once, as fast as the server answers.

A handful of connections, each sending the next request when the last is answered, so that the server is always busy and
never drowned; a session is picked for each thing that somebody does. What a browser loads by itself is loaded as well.
One in twelve things done writes, by way of the pages; it is taken back afterwards.
"""

import json
import random
import re
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from urllib.parse import quote

from benchmarks import figures
from benchmarks.browser import Answer, Browser, lazy_parts
from benchmarks.running import Run, say

#: Requests under way at once.
CONNECTIONS = 8
WARM_UP = 5.0
CHINA = timezone(timedelta(hours=8))
DONE = re.compile(r'"(/customers/tasks/\d+/done/)"')
LISTS = (
    "/customers/", "/customers/?view=grace", "/customers/?view=birthday", "/customers/?x=1&sort=-premium",
    "/policies/", "/policies/?view=due", "/policies/?view=suspended", "/policies/?x=1&sort=-effective", "/claims/",
)  # fmt: skip


@dataclass
class Desk:
    """One signed-in session and what its person works on; a desk does one thing at a time."""

    browser: Browser
    work: dict[str, Any]
    seen: "Log"
    busy: threading.Lock = field(default_factory=threading.Lock)


@dataclass
class Log:
    """Every answer: kind and seconds; filled by all connections."""

    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failed: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    written: int = 0

    def note(self, kind: str, answer: Answer) -> Answer:
        """Keep one answer."""
        self.times[kind].append(answer.seconds)
        if answer.status >= 400:
            self.failed[f"{kind} {answer.status}"] += 1
        return answer


def open_customer(desk: Desk, dice: random.Random) -> None:
    """Open a customer, and what the page loads by itself."""
    url = f"/customers/{dice.choice(desk.work['customer'])}/"
    page = desk.seen.note("customer", desk.browser.get(url))
    for part in lazy_parts(page, url):
        desk.seen.note("panel of a customer", desk.browser.get(part, fragment=True))


def beside_list(desk: Desk, dice: random.Random) -> None:
    """Look at a customer beside the list."""
    url = f"/customers/{dice.choice(desk.work['customer'])}/?panel=1"
    desk.seen.note("customer beside the list", desk.browser.get(url, fragment=True))


def open_list(desk: Desk, dice: random.Random) -> None:
    """Open a list; half the time turn its page."""
    url = dice.choice(LISTS)
    page = desk.seen.note("list", desk.browser.get(url, fragment="?" in url))
    after = re.search(r'href="([^"]+after=[^"]+)"', page.text)
    if after and dice.random() < 0.5:
        desk.seen.note("next page of a list", desk.browser.get(after[1].replace("&amp;", "&"), fragment=True))


def look_up(desk: Desk, dice: random.Random) -> None:
    """Type into the search box; it asks twice while somebody types."""
    text = dice.choice(desk.work["typed"])
    for typed in (text[: max(1, len(text) // 2)], text):
        desk.seen.note("search box", desk.browser.get(f"/palette/?q={quote(typed)}", fragment=True))


def open_policy(desk: Desk, dice: random.Random) -> None:
    """Open a policy."""
    if desk.work["policy"]:
        url = f"/policies/{dice.choice(desk.work['policy'])}/"
        page = desk.seen.note("policy", desk.browser.get(url))
        for part in lazy_parts(page, url):
            desk.seen.note("panel of a policy", desk.browser.get(part, fragment=True))


def open_claim(desk: Desk, dice: random.Random) -> None:
    """Open a claim."""
    if desk.work["claim"]:
        desk.seen.note("claim", desk.browser.get(f"/claims/{dice.choice(desk.work['claim'])}/"))


def home(desk: Desk, _dice: random.Random) -> None:
    """Come back to the home page."""
    desk.seen.note("home", desk.browser.get("/customers/today/"))


def note_contact(desk: Desk, dice: random.Random) -> None:
    """Record a contact: the form, then what was said; who may not write opens the customer."""
    if not desk.work["writes"]:
        open_customer(desk, dice)
        return
    url = f"/customers/{dice.choice(desk.work['customer'])}/interactions/add/"
    desk.seen.note("form", desk.browser.get(url, fragment=True))
    fields = {"kind": "CALL", "direction": "OUT", "occurred_at": moment(minutes=-2), "summary": "量测往来，随后撤销"}
    desk.seen.note("write a contact", desk.browser.post(url, fields))
    desk.seen.written += 1


def arrange(desk: Desk, dice: random.Random) -> None:
    """Arrange a task and, where the page offers it, mark it as done; who may not write opens the customer."""
    if not desk.work["writes"]:
        open_customer(desk, dice)
        return
    base = f"/customers/{dice.choice(desk.work['customer'])}"
    fields = {"kind": "VISIT", "title": "量测任务，随后撤销", "due_at": moment(minutes=1500), "reason": ""}
    desk.seen.note("write a task", desk.browser.post(f"{base}/tasks/add/", fields))
    steps = desk.seen.note("panel of a customer", desk.browser.get(f"{base}/next/", fragment=True))
    task = DONE.findall(steps.text)
    desk.seen.written += 1
    if "量测任务" in steps.text and len(task) == 1:
        desk.seen.note("mark a task as done", desk.browser.post(task[0], {}))
        desk.seen.written += 1


#: What people do, and how often of a hundred times.
DEEDS: tuple[tuple[Callable[[Desk, random.Random], None], int], ...] = (
    (open_customer, 22),
    (beside_list, 10),
    (open_list, 20),
    (look_up, 18),
    (open_policy, 10),
    (open_claim, 3),
    (home, 9),
    (note_contact, 5),
    (arrange, 3),
)


def moment(*, minutes: int) -> str:
    """Return a moment as a form sends it."""
    return f"{datetime.now(CHINA) + timedelta(minutes=minutes):%Y-%m-%dT%H:%M}"


@contextmanager
def taken_back(run: Run) -> Iterator[None]:
    """Take back what is written inside, also what an earlier run that was killed left behind."""
    kept = Path(run.book.folder, "benchmark-marks.json")
    if not kept.is_file():
        kept.write_text(json.dumps(run.book.ask("desk", "marks")), encoding="ascii")
    try:
        yield
    finally:
        found = json.loads(kept.read_text(encoding="ascii"))
        gone = run.book.ask("desk", "undo", str(found["interaction"]), str(found["task"]))
        kept.unlink()
        say(f"  taken back: {gone['interactions']} contacts and {gone['tasks']} tasks of {gone['customers']} customers")


def work(desks: list[Desk], ends: float, seed: int) -> None:
    """Do one thing after the other at whichever desk is free, until ``ends``."""
    dice = random.Random(seed)
    deeds, weights = [deed for deed, _often in DEEDS], [often for _deed, often in DEEDS]
    while time.perf_counter() < ends:
        desk = dice.choice(desks)
        if desk.busy.acquire(blocking=False):
            try:
                dice.choices(deeds, weights)[0](desk, dice)
            finally:
                desk.busy.release()


def minute(desks: list[Desk], seconds: float, seed: int) -> float:
    """Let all connections work for so long; return how long it really was."""
    began = time.perf_counter()
    threads = [threading.Thread(target=work, args=(desks, began + seconds, seed * 100 + n)) for n in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - began


def measure(run: Run) -> dict[str, Any]:
    """Return requests a second, the figures of all answers and of each kind."""
    people = run.book.ask("desk", "plan")
    log = Log()
    desks = [
        Desk(Browser(run.port).sign_in(staff_no, run.password), person, log)
        for staff_no, person in people.items()
        for _ in range(person["sessions"])
        if person["customer"]
    ]
    with taken_back(run):
        minute(desks, min(WARM_UP, run.seconds), 1)
        log.times.clear()
        log.failed.clear()
        log.written = 0
        spent = time.process_time()
        took = minute(desks, run.seconds, 2)
        spent = time.process_time() - spent
    for desk in desks:
        desk.browser.close()
    everything = [seconds for times in log.times.values() for seconds in times]
    found = {
        "per_second": round(len(everything) / took, 1),
        "seconds": round(took, 1),
        "sessions": len(desks),
        "connections": CONNECTIONS,
        "failed": sum(log.failed.values()),
        "failures": dict(log.failed),
        "written": log.written,
        "load_generator_share": round(spent / took, 2),
        "all": figures.of_rounds([everything]),
        "kinds": {kind: figures.of_rounds([times]) for kind, times in sorted(log.times.items())},
    }
    middle, failed = found["all"], found["failures"] or "none failed"
    say(f"  {found['per_second']} requests/s, p50 {middle['p50']} ms, p95 {middle['p95']} ms, {failed}")
    return found
