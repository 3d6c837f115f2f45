"""The real server, started as an operator would, and ended with everything it started."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException

from benchmarks.books import Book, Failed
from benchmarks.machine import ROOT

#: Seconds that a server may take to its first page before we give up.
LONGEST = 120


def free_port() -> int:
    """Return a port with a free neighbour, which the live streams take."""
    for port in range(8610, 8629, 2):
        try:
            for number in (port, port + 1):
                with socket.socket() as probe:
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    probe.bind(("127.0.0.1", number))
        except OSError:
            continue
        return port
    raise Failed("no free port between 8610 and 8629")


def first_page(port: int, process: "subprocess.Popen[bytes]") -> float:
    """Wait for the sign-in page; return the moment (perf_counter) at which its last byte had come."""
    ends = time.perf_counter() + LONGEST
    while time.perf_counter() < ends:
        if process.poll() is not None:
            raise Failed(f"the server ended with {process.returncode}")
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request("GET", "/sign-in/")
            answer = connection.getresponse()
            answer.read()
            connection.close()
        except (OSError, HTTPException):
            time.sleep(0.01)
            continue
        if answer.status == 200:
            return time.perf_counter()
        time.sleep(0.01)
    raise Failed("the server showed no page")


@contextmanager
def served(book: Book, *, processes: int = 2, worker: bool = True) -> Iterator[tuple[int, float]]:
    """Serve the book; yield the port and the seconds from the start of the program to its first page."""
    port = free_port()
    words = ["serve", "--port", str(port), "--processes", str(processes), *([] if worker else ["--no-worker"])]
    log = book.folder / "benchmark-server.log"
    with log.open("ab") as output:
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "keyuan.config.cli", *words],
            cwd=ROOT, env=book.environment, stdout=output, stderr=output, start_new_session=True,
        )  # fmt: skip
    try:
        yield port, first_page(port, process) - began
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
