"""What ``keyuan serve`` starts: pages on granian, live streams on uvicorn, jobs and schedules on a worker."""

import argparse
import importlib.util
import os
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from keyuan.config.supervisor import Child, Supervisor

#: The streams' own application, present once platform serves live updates.
LIVE_MODULE = "keyuan.config.asgi"
#: Seconds by which pages start before the rest, so that the first page does not share the processors with it.
LATER = 1.5


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


def is_free(host: str, port: int) -> bool:
    """Tell whether a server may listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def answers(host: str, port: int) -> bool:
    """Tell whether something accepts connections there."""
    target = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound
    try:
        with socket.create_connection((target, port), timeout=0.5):
            return True
    except OSError:
        return False


def has_live_streams() -> bool:
    """Tell whether platform offers the application of the live streams."""
    try:
        return importlib.util.find_spec(LIVE_MODULE) is not None
    except ModuleNotFoundError:
        return False


def web(options: Options) -> Child:
    """Return the server of pages: synchronous workers, each with a few threads."""
    flags = f"--interface wsgi --http 1 --log-level warning --respawn-failed-workers --port {options.port}"
    width = f"--workers {options.processes} --blocking-threads {options.threads}"
    words = [*flags.split(), *width.split(), "--host", options.host, "keyuan.config.wsgi:application"]
    return Child("web", [sys.executable, "-m", "granian", *words])


def live(options: Options) -> Child:
    """Return the server of live streams, one process on the next port."""
    flags = f"--lifespan off --log-level warning --timeout-graceful-shutdown 2 --port {options.port + 1}"
    words = [*flags.split(), "--host", options.host, f"{LIVE_MODULE}:application"]
    return Child("live", [sys.executable, "-m", "uvicorn", *words], delay=LATER)


def children(options: Options) -> list[Child]:
    """Return the programs to run for ``options``."""
    found = [web(options)]
    if has_live_streams():
        found.append(live(options))
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


def announcer(options: Options, sign_ins: Path, tell: Callable[[str], None]) -> Callable[[], None]:
    """Return a function that greets once, as soon as the server answers."""
    told: list[bool] = []

    def announce() -> None:
        if not told and answers(options.host, options.port):
            told.append(True)
            tell(greeting(options, sign_ins))

    return announce


def taken(options: Options) -> list[int]:
    """Return the ports that are needed and in use by others."""
    needed = [options.port, options.port + 1] if has_live_streams() else [options.port]
    return [port for port in needed if not is_free(options.host, port)]


def serve(arguments: list[str], var: Path) -> int:
    """Serve until told to stop; return 0, or 2 when a port is taken."""
    options = parse(arguments)
    for port in taken(options):
        sys.stderr.write(f"keyuan: port {port} on {options.host} is taken; choose others with --port\n")
        return 2
    os.environ["KEYUAN_LIVE_PORT"] = str(options.port + 1)
    if sys.stdout.isatty():
        # On a terminal the address and the sign-ins stay in sight; a log file gets a line for each request.
        os.environ.setdefault("KEYUAN_LOG_LEVEL", "WARNING")
    supervisor = Supervisor(children(options), say=say, grace=options.grace)
    supervisor.run(announcer(options, var / "sign-ins.txt", say))
    return 0
