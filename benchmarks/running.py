"""One run: the book, the server it is served by, and the signed-in browsers."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.books import Book, Failed
from benchmarks.browser import Answer, Browser


@dataclass
class Run:
    """What a part gets to measure with. ``samples`` are different records of a kind, ``rounds`` repetitions of all."""

    book: Book
    db: str
    rounds: int = 3
    samples: int = 12
    seconds: float = 60.0
    rows: int = 50_000
    port: int = 0
    browsers: dict[str, Browser] = field(default_factory=dict)

    @property
    def password(self) -> str:
        """Return the password of the demo people."""
        lines = (self.book.folder / "sign-ins.txt").read_text(encoding="utf-8").splitlines()
        found = next((line.strip() for line in lines if line.startswith("Keyuan-")), "")
        if not found:
            raise Failed("only a demo book can be measured: sign-ins.txt of its data folder holds no password")
        return found

    def browser(self, staff_no: str) -> Browser:
        """Return the browser in which this person is signed in, signed in on first use."""
        if staff_no not in self.browsers:
            self.browsers[staff_no] = Browser(self.port).sign_in(staff_no, self.password)
        return self.browsers[staff_no]

    def leave(self) -> None:
        """Close every browser: the server is about to end."""
        for browser in self.browsers.values():
            browser.close()
        self.browsers.clear()


def rounds_of(run: Run, ask: Callable[[str], Answer], urls: Sequence[str]) -> list[list[float]]:
    """Ask for every address in each round and return the seconds; the first answer of all warms up and is left out."""
    ask(urls[0])
    found: list[list[float]] = []
    for _ in range(run.rounds):
        times = []
        for url in urls:
            answer = ask(url)
            if answer.status >= 400:
                raise Failed(f"{url} answered {answer.status}")
            times.append(answer.seconds)
        found.append(times)
    return found


def say(text: str) -> None:
    """Print a line at once."""
    print(text, flush=True)


def load_now() -> float:
    """Return how many processes wanted a processor over the last minute, ours among them."""
    return round(os.getloadavg()[0], 1)


Part = Callable[[Run], dict[str, Any]]
