"""What ``keyuan serve`` starts: pages on granian, live streams on uvicorn, jobs and schedules on a worker."""

import argparse
import importlib.util
import itertools
import os
import socket
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from keyuan.config import running, service
from keyuan.config.supervisor import FAREWELL, Child, Supervisor

#: The streams' own application, present once platform serves live updates.
LIVE_MODULE = "keyuan.config.asgi"
#: Seconds by which pages start before the rest, so that the first page does not share the processors with it.
LATER = 1.5
#: Connections that may wait in a socket while nobody takes them.
BACKLOG = 1024
#: Ticks between two signs of life to the service manager: five seconds.
BEATS = 50


@dataclass(frozen=True)
class Options:
    """Where and how wide to serve."""

    host: str
    port: int
    processes: int
    threads: int
    worker: bool
    grace: float


def parse(arguments: list[str], *, name: str = "serve") -> Options:
    """Read the arguments of ``keyuan serve`` or ``start``; a wrong one ends with status 2 and a sentence."""
    parser = argparse.ArgumentParser(prog=f"keyuan {name}", description="Serve pages and run background jobs.")
    parser.add_argument("--host", default=os.environ.get("KEYUAN_HOST", "127.0.0.1"), help="address to listen on")
    parser.add_argument(
        "--port", type=int, default=int(os.environ.get("KEYUAN_PORT", "8000")), help="port to listen on"
    )
    parser.add_argument("--processes", type=int, default=2, help="web processes (default 2)")
    parser.add_argument("--threads", type=int, default=4, help="threads in each of them (default 4)")
    parser.add_argument("--no-worker", action="store_true", help="leave background jobs to another machine")
    parser.add_argument("--grace", type=float, default=10.0, help="seconds that running work gets at the end")
    found = parser.parse_args(arguments)
    return Options(found.host, found.port, found.processes, found.threads, not found.no_worker, found.grace)


def has_live_streams() -> bool:
    """Tell whether platform offers the application of the live streams."""
    try:
        return importlib.util.find_spec(LIVE_MODULE) is not None
    except ModuleNotFoundError:
        return False


def web(options: Options, descriptors: Sequence[int]) -> Child:
    """Return the server of pages: synchronous workers, each with a few threads, on the sockets ``descriptors``."""
    words = [",".join(map(str, descriptors)), str(options.processes), str(options.threads)]
    command = [sys.executable, "-m", "keyuan.config.web", *words]
    return Child("web", command, sockets=descriptors, announces=options.processes, farewell=FAREWELL)


def live(descriptor: int) -> Child:
    """Return the server of live streams, one process on the socket ``descriptor``."""
    flags = f"--lifespan off --log-level warning --no-access-log --timeout-graceful-shutdown 2 --fd {descriptor}"
    command = [sys.executable, "-m", "uvicorn", *flags.split(), f"{LIVE_MODULE}:application"]
    return Child("live", command, delay=LATER, sockets=[descriptor], announces=1, farewell=FAREWELL)


@dataclass(frozen=True, slots=True)
class Sockets:
    """The listening sockets: for pages one, or one for each process; for streams one, where there are some."""

    pages: Sequence[socket.socket]
    streams: Sequence[socket.socket]

    def close(self) -> None:
        """Close all."""
        for one in (*self.pages, *self.streams):
            one.close()


def children(options: Options, sockets: Sockets) -> list[Child]:
    """Return the programs to run for ``options`` on ``sockets``."""
    found = [web(options, [one.fileno() for one in sockets.pages])]
    found += [live(one.fileno()) for one in sockets.streams]
    if options.worker:
        found.append(Child("worker", [sys.executable, "-m", "keyuan.config.cli", "worker"], delay=LATER))
    return found


def greeting(options: Options, sign_ins: Path) -> str:
    """Return what to tell when the first page can be had: the address, and the demo's sign-ins if there are any."""
    host = "127.0.0.1" if options.host in {"0.0.0.0", "::"} else options.host  # noqa: S104 - compared, not bound
    lines = [f"客源 Keyuan is ready: http://{host}:{options.port}/    (Ctrl-C ends it)"]
    if sign_ins.is_file():
        lines.append(sign_ins.read_text(encoding="utf-8").rstrip())
    return "\n".join(lines)


def say(text: str) -> None:
    """Print one line at once."""
    print(text, flush=True)


def announcer(supervisor: Supervisor, tell: Callable[[], None]) -> Callable[[], None]:
    """Return what the supervisor does at each tick: once the pages can be had, tell so; keep the watchdog quiet."""
    told: list[bool] = []
    beats = itertools.count()

    def tick() -> None:
        if not told and supervisor.children[0].is_ready():
            told.append(True)
            tell()
            service.notify("READY=1")
        if next(beats) % BEATS == 0:
            service.notify("WATCHDOG=1")

    return tick


def open_sockets(options: Options) -> Sockets:
    """Return the listening sockets of pages and streams: the service manager's, or our own. Raises `Taken`."""
    given = service.given_sockets()
    if given:
        return Sockets(given[:1], given[1:2])
    try:
        pages = service.listening_beside(options.host, options.port, BACKLOG, options.processes)
    except OSError as error:
        raise Taken(options.port) from error
    if not has_live_streams():
        return Sockets(pages, [])
    try:
        return Sockets(pages, [service.listening(options.host, options.port + 1, BACKLOG)])
    except OSError as error:
        Sockets(pages, []).close()
        raise Taken(options.port + 1) from error


class Taken(Exception):
    """A port is in use by somebody else."""


def serve(arguments: list[str], var: Path) -> int:
    """Serve until told to stop; return 0, or 2 when a port is taken."""
    options = parse(arguments)
    try:
        sockets = open_sockets(options)
    except Taken as error:
        sys.stderr.write(f"keyuan: port {error} on {options.host} is taken; choose others with --port\n")
        return 2
    os.environ["KEYUAN_LIVE_PORT"] = str(options.port + 1)
    if sys.stdout.isatty():
        # On a terminal the address and the sign-ins stay in sight; a log file gets a line for each request.
        os.environ.setdefault("KEYUAN_LOG_LEVEL", "WARNING")
    with running.Mark(var, options.port) as mark:
        supervisor = Supervisor(children(options, sockets), say=say, grace=options.grace, on_state=mark.write)
        supervisor.run(announcer(supervisor, lambda: say(greeting(options, var / "sign-ins.txt"))))
        service.notify("STOPPING=1")
    sockets.close()
    return 0
