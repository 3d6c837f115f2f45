"""Runs web, live streams and worker as children: restarts what dies, ends all of it together (architecture §6)."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import FrameType

#: Seconds before the first restart; doubled at each further death, up to the longest.
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
#: A child that lived this many seconds counts as healthy again.
HEALTHY_AFTER = 60.0
TICK = 0.1


@dataclass
class Child:
    """One supervised program: its arguments, its process while it runs, and how often it died in a row.

    ``delay`` is how many seconds after the supervisor it starts.
    """

    name: str
    arguments: Sequence[str]
    delay: float = 0.0
    process: "subprocess.Popen[bytes] | None" = None
    started_at: float = 0.0
    restart_at: float = 0.0
    deaths: int = field(default=0)

    def start(self, now: float) -> None:
        """Start the program in a process group of its own, so that it can be ended with all that it started."""
        command = [sys.executable, "-m", "keyuan.config.child", str(os.getpid()), *self.arguments]
        self.process = subprocess.Popen(command, start_new_session=True)
        self.started_at = now

    def signal_group(self, number: signal.Signals) -> None:
        """Send ``number`` to the program and everything it started; a group that is gone is fine."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, number)
            except ProcessLookupError:
                return

    def is_running(self) -> bool:
        """Tell whether the program's first process is alive."""
        return self.process is not None and self.process.poll() is None

    def bury(self, now: float) -> int:
        """Clear away what a dead program left and plan its restart; return its exit status."""
        if self.process is None:
            return 0
        self.signal_group(signal.SIGKILL)
        status = self.process.wait()
        self.process = None
        self.deaths = 1 if now - self.started_at > HEALTHY_AFTER else self.deaths + 1
        self.restart_at = now + min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** (self.deaths - 1))
        return status


class Supervisor:
    """Keeps its children running until it is told to stop."""

    def __init__(self, children: Sequence[Child], *, say: Callable[[str], None], grace: float = 10.0) -> None:
        self.children = list(children)
        self.say = say
        self.grace = grace
        self.stopping = False

    def run(self, on_tick: Callable[[], None]) -> None:
        """Run until SIGINT, SIGTERM or SIGHUP, calling ``on_tick`` ten times a second; leaves no process behind."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)
        try:
            for child in self.children:
                child.restart_at = time.monotonic() + child.delay
            while not self.stopping:
                self.mend(time.monotonic())
                on_tick()
                time.sleep(TICK)
        finally:
            self.end()

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        if self.stopping:
            # Told twice: whoever asks does not want to wait for jobs in flight.
            self.grace = 0.0
        self.stopping = True

    def mend(self, now: float) -> None:
        """Bury children that died and start those whose pause is over."""
        for child in self.children:
            if child.process is None:
                if now >= child.restart_at:
                    child.start(now)
            elif not child.is_running():
                status = child.bury(now)
                self.say(f"{child.name} ended ({status}); starting it again in {child.restart_at - now:.1f} s")

    def end(self) -> None:
        """Ask every child to end, wait the grace, then end their groups by force."""
        for child in self.children:
            if child.is_running() and child.process is not None:
                child.process.terminate()
        began = time.monotonic()
        while any(child.is_running() for child in self.children) and time.monotonic() - began < self.grace:
            time.sleep(TICK)
        for child in self.children:
            child.bury(time.monotonic())
