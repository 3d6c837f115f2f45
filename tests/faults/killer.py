"""Ends processes of the system by force, at random moments, and measures how long it takes to be whole again."""

import random
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from statistics import median, quantiles

import httpx

from tests.faults.processes import kill
from tests.faults.system import System
from tests.faults.work import Work

#: Victim → how often it is chosen, relative to the others.
WEIGHTS = {
    "web": 2,
    "pages": 4,
    "live": 1,
    "worker": 2,
    "guard": 1,
    "pool": 5,
    "supervisor": 1,
    "command": 3,
    "database": 3,
    "backend": 2,
    "everything": 1,
}
#: A share of the kills falls while the system still recovers from the one before.
HASTY = 0.2
LONGEST = 120.0


@dataclass
class Score:
    """What was killed and how long the system took to be whole."""

    kills: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def spread(self) -> tuple[float, float, float]:
        """Return median, 95th percentile and maximum of the recovery time in seconds."""
        times = sorted(self.seconds) or [0.0]
        high = quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
        return median(times), min(high, times[-1]), times[-1]


class Killer:
    """Chooses and ends victims."""

    def __init__(self, system: System, work: Work, seed: int, *, pause: float) -> None:
        self.system, self.work, self.pause = system, work, pause
        self.chance = random.Random(seed)
        self.score = Score()

    def run(self, kills: int, *, seconds: float) -> None:
        """End ``kills`` processes, one after the other, or as many as ``seconds`` allow on a slow machine."""
        until = time.monotonic() + seconds
        while sum(self.score.kills.values()) < kills and time.monotonic() < until:
            time.sleep(self.chance.uniform(0.05, self.pause))
            if not self._strike():
                continue
            say(f"{sum(self.score.kills.values())}/{kills} {dict(self.score.kills)}")
            if self.chance.random() >= HASTY:
                self._recovered()
        self._recovered()

    def _strike(self) -> bool:
        there = {name: pids for name, pids in self.system.roles().items() if pids}
        there["command"] = list(self.work.commands)
        names = [name for name in WEIGHTS if there.get(name) or name == "everything"]
        name = self.chance.choices(names, [WEIGHTS[name] for name in names])[0]
        if name == "everything":
            self.score.kills[name] += 1
            order = ("supervisor", "web", "pages", "live", "worker", "guard", "pool", "command", "database")
            return [kill(pid) for role in order for pid in there.get(role, ())] != []
        done = kill(self.chance.choice(there[name]))
        self.score.kills[name] += done
        return done

    def _recovered(self) -> None:
        began = time.monotonic()
        while not (self.system.is_whole() and self._answers()):
            if time.monotonic() - began > LONGEST:
                self.score.wrong.append(f"not whole after {LONGEST:.0f} s: {shape(self.system)}")
                return
            time.sleep(0.05)
        self.score.seconds.append(time.monotonic() - began)

    def _answers(self) -> bool:
        """Tell whether a page that asks the database is answered."""
        try:
            answer = httpx.get(f"{self.system.base}/sign-in/", timeout=5)
        except httpx.TransportError:
            return False
        return answer.status_code == httpx.codes.OK


def shape(system: System) -> dict[str, int]:
    """Return how many processes there are of each kind."""
    return {name: len(pids) for name, pids in system.roles().items()}


def say(text: str) -> None:
    """Tell on a terminal how far it is."""
    if sys.stderr.isatty():
        print(text, file=sys.stderr, flush=True)
