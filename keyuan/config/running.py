"""The mark of a running ``keyuan serve`` in its data folder, by which ``keyuan restart`` finds it and hears the end."""

import argparse
import fcntl
import json
import os
import signal
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import IO, Any

#: Seconds that ``keyuan restart`` waits for the outcome.
PATIENCE = 300.0
STEP = 0.1
STATES = {"restarted": 0, "refused": 1}


def mark_path(var: Path, port: int) -> Path:
    """Return the file of the server on ``port``."""
    return var / f"serve-{port}.json"


class Mark:
    """The file of this server: process and state; locked for as long as the process lives, even to kill -9."""

    def __init__(self, var: Path, port: int) -> None:
        self._path = mark_path(var, port)
        self._file: IO[str] | None = None
        self._turn = 0

    def __enter__(self) -> "Mark":
        self._file = self._path.open("a+", encoding="ascii")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SystemExit(f"keyuan: another server of this folder holds {self._path.name}") from None
        self.write("serving")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, frames: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._path.unlink(missing_ok=True)
            self._file.close()

    def write(self, state: str) -> None:
        """Say what the server does now: serving, restarting, restarted or refused."""
        if self._file is not None:
            self._turn += 1
            self._file.seek(0)
            self._file.truncate()
            self._file.write(json.dumps({"pid": os.getpid(), "state": state, "turn": self._turn}))
            self._file.flush()


def running(path: Path) -> dict[str, Any]:
    """Return what the server behind ``path`` says of itself; empty when none runs."""
    try:
        with path.open(encoding="ascii") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                text = file.read()
                return dict(json.loads(text)) if text else {"turn": -1}
    except FileNotFoundError:
        return {}
    return {}


def parse(arguments: list[str]) -> argparse.Namespace:
    """Read the arguments of ``keyuan restart``."""
    parser = argparse.ArgumentParser(prog="keyuan restart", description="Replace what serves, without a gap.")
    parser.add_argument(
        "--port", type=int, default=int(os.environ.get("KEYUAN_PORT", "8000")), help="port of the server"
    )
    parser.add_argument("--patience", type=float, default=PATIENCE, help="seconds to wait for the outcome")
    return parser.parse_args(arguments)


def restart(arguments: list[str], var: Path) -> int:
    """Ask the server to replace its processes and wait; 0 done, 1 when the new version did not come up or none runs."""
    options = parse(arguments)
    path = mark_path(var, options.port)
    before = running(path)
    if "pid" not in before:
        sys.stderr.write(f"keyuan: no server of {var} runs on port {options.port}\n")
        return 1
    os.kill(int(before["pid"]), signal.SIGUSR1)
    until = time.monotonic() + options.patience
    while time.monotonic() < until:
        found = running(path)
        if not found:
            sys.stderr.write("keyuan: the server ended meanwhile\n")
            return 1
        if int(found["turn"]) > int(before["turn"]) and found.get("state") in STATES:
            return _told(str(found["state"]))
        time.sleep(STEP)
    sys.stderr.write("keyuan: the server takes longer than expected; it goes on by itself\n")
    return 1


def _told(state: str) -> int:
    if STATES[state]:
        sys.stderr.write("keyuan: the new version did not come up; the old one serves on. See the log.\n")
    else:
        sys.stdout.write("keyuan: everything was replaced\n")
    return STATES[state]
