"""Runs web, live streams and worker as children: restarts what dies, replaces all without a gap, ends all together.

Listening sockets are opened here and handed down: while a child is restarted or replaced, who connects waits a moment
in the socket instead of being refused (PLT-13, docs/operations.md).
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from types import FrameType

#: Seconds before the first restart; doubled at each further death, up to the longest.
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
#: A child that lived this many seconds counts as healthy again.
HEALTHY_AFTER = 60.0
TICK = 0.1
#: Seconds in which a successor must be ready; otherwise the old one stays and the replacement is refused.
READY_WITHIN = 90.0
#: Seconds during which an old child asks its clients, with each answer, to connect anew.
FAREWELL = 2.0
#: Asks a child to send its clients away gently; SIGTERM follows.
LEAVE = signal.SIGUSR1


@dataclass
class Child:
    """One supervised program: its arguments, its process while it runs, and how often it died in a row.

    ``delay`` is how many seconds after the supervisor it starts. ``sockets`` are descriptors it gets under the same
    numbers. ``announces`` is how many of its processes write a byte to ``KEYUAN_READY_FD`` once they can serve; such
    a child is replaced by starting its successor first. ``farewell`` is how long ``LEAVE`` works before SIGTERM.
    """

    name: str
    arguments: Sequence[str]
    delay: float = 0.0
    sockets: Sequence[int] = ()
    announces: int = 0
    farewell: float = 0.0
    process: "subprocess.Popen[bytes] | None" = None
    started_at: float = 0.0
    restart_at: float = 0.0
    deaths: int = field(default=0)
    _heard: int = 0
    _pipe: int = -1

    def start(self, now: float) -> None:
        """Start the program in a process group of its own, so that it can be ended with all that it started."""
        command = [sys.executable, "-m", "keyuan.config.child", str(os.getpid()), *self.arguments]
        self._close_pipe()
        self._heard = 0
        if not self.announces:
            self.process = subprocess.Popen(command, start_new_session=True, pass_fds=self.sockets)
        else:
            self._pipe, write_end = os.pipe()
            os.set_blocking(self._pipe, False)
            environment = {**os.environ, "KEYUAN_READY_FD": str(write_end)}
            descriptors = (*self.sockets, write_end)
            self.process = subprocess.Popen(command, start_new_session=True, pass_fds=descriptors, env=environment)
            os.close(write_end)
        self.started_at = now

    def is_ready(self) -> bool:
        """Tell whether every process that announces itself has done so; the others are ready when they run."""
        if self._pipe >= 0:
            with suppress(BlockingIOError):
                self._heard += len(os.read(self._pipe, 64))
        return self.is_running() and self._heard >= self.announces

    def signal_group(self, number: signal.Signals) -> None:
        """Send ``number`` to the program and everything it started; a group that is gone is fine."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, number)
            except ProcessLookupError:
                return

    def ask_to_end(self) -> None:
        """Send SIGTERM to the program itself, which ends what it started."""
        if self.is_running() and self.process is not None:
            self.process.terminate()

    def is_running(self) -> bool:
        """Tell whether the program's first process is alive."""
        return self.process is not None and self.process.poll() is None

    def bury(self, now: float) -> int:
        """Clear away what a dead program left and plan its restart; return its exit status."""
        self._close_pipe()
        if self.process is None:
            return 0
        self.signal_group(signal.SIGKILL)
        status = self.process.wait()
        self.process = None
        self.deaths = 1 if now - self.started_at > HEALTHY_AFTER else self.deaths + 1
        self.restart_at = now + min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** (self.deaths - 1))
        return status

    def _close_pipe(self) -> None:
        if self._pipe >= 0:
            os.close(self._pipe)
            self._pipe = -1


class NotReady(Exception):
    """A successor did not come up: what runs stays."""


class Supervisor:
    """Keeps its children running until it is told to stop."""

    def __init__(
        self,
        children: Sequence[Child],
        *,
        say: Callable[[str], None],
        grace: float = 10.0,
        on_state: Callable[[str], None] = lambda _state: None,
    ) -> None:
        self.children = list(children)
        self.say = say
        self.grace = grace
        self.on_state = on_state
        self.stopping = False
        self.asked_to_replace = False
        #: Processes on their way in or out, which nobody mends but everybody ends.
        self.passing: list[Child] = []
        self._replacing: Iterator[None] | None = None

    def run(self, on_tick: Callable[[], None]) -> None:
        """Run until SIGINT or SIGTERM, calling ``on_tick`` ten times a second; leaves no process behind.

        SIGUSR1 replaces the children one after the other; so does SIGHUP, which ends all on a terminal that closes.
        """
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        signal.signal(signal.SIGHUP, self._stop if sys.stdin is not None and sys.stdin.isatty() else self._replace)
        signal.signal(signal.SIGUSR1, self._replace)
        try:
            for child in self.children:
                child.restart_at = time.monotonic() + child.delay
            while not self.stopping:
                self.mend(time.monotonic())
                self.advance()
                on_tick()
                time.sleep(TICK)
        finally:
            self.end()

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        if self.stopping:
            # Told twice: whoever asks does not want to wait for jobs in flight.
            self.grace = 0.0
        self.stopping = True

    def _replace(self, _number: int, _frame: FrameType | None) -> None:
        self.asked_to_replace = True

    def mend(self, now: float) -> None:
        """Bury children that died and start those whose pause is over."""
        for child in self.children:
            if child.process is None:
                if now >= child.restart_at:
                    child.start(now)
            elif not child.is_running():
                status = child.bury(now)
                self.say(f"{child.name} ended ({status}); starting it again in {child.restart_at - now:.1f} s")

    def advance(self) -> None:
        """Go one step on with replacing the children, when that was asked for."""
        if self._replacing is None and self.asked_to_replace:
            self.asked_to_replace = False
            self._replacing = self._replaced()
            self.on_state("restarting")
        if self._replacing is None:
            return
        try:
            next(self._replacing)
        except StopIteration:
            self._replacing = None
            self.say("everything was replaced")
            self.on_state("restarted")
        except NotReady as error:
            self._replacing = None
            self.say(f"{error} did not come up: what runs stays as it is")
            self.on_state("refused")

    def _replaced(self) -> Iterator[None]:
        """Replace every child in turn, a step at a time. Raises `NotReady` when a successor does not come up."""
        for at, old in enumerate(self.children):
            if old.announces:
                fresh = replace(old, process=None, deaths=0, _pipe=-1, _heard=0)
                yield from self._welcome(fresh)
                self.children[at] = fresh
                self.passing.append(old)
                yield from self._see_off(old)
                self.passing.remove(old)
            else:
                # Taken from among those that are mended, so that its end is not taken for a death.
                self.children[at] = idle = replace(old, process=None, deaths=0, restart_at=float("inf"))
                self.passing.append(old)
                yield from self._see_off(old)
                self.passing.remove(old)
                idle.restart_at = 0.0

    def _welcome(self, fresh: Child) -> Iterator[None]:
        self.passing.append(fresh)
        fresh.start(time.monotonic())
        until = fresh.started_at + READY_WITHIN
        while not fresh.is_ready():
            if not fresh.is_running() or time.monotonic() > until:
                self.passing.remove(fresh)
                fresh.bury(time.monotonic())
                raise NotReady(fresh.name)
            yield
        self.passing.remove(fresh)

    def _see_off(self, old: Child) -> Iterator[None]:
        if old.farewell:
            old.signal_group(LEAVE)
            until = time.monotonic() + old.farewell
            while time.monotonic() < until:
                yield
        old.ask_to_end()
        until = time.monotonic() + max(self.grace, 30.0)
        while old.is_running() and time.monotonic() < until:
            yield
        old.bury(time.monotonic())

    def end(self) -> None:
        """Ask every child to end, wait the grace, then end their groups by force."""
        everybody = [*self.children, *self.passing]
        for child in everybody:
            child.ask_to_end()
        began = time.monotonic()
        while any(child.is_running() for child in everybody) and time.monotonic() - began < self.grace:
            time.sleep(TICK)
        for child in everybody:
            child.bury(time.monotonic())
