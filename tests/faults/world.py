"""Faults of the world on a real system: ``python -m tests.faults.world --db postgresql`` (PLT-13).

PostgreSQL is frozen, then stopped, for half a minute; SQLite is held by another process for as long; as root, the data
folder lies on a small disk that is filled. Each time a form is sent meanwhile, and sent again when it is over.
"""

import argparse
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from secrets import token_hex

import httpx

from tests.faults.ledger import Ledger
from tests.faults.processes import below, tree
from tests.faults.system import System, wait_for
from tests.faults.work import HTMX, SHANGHAI, Work

SECONDS = 30.0
DISK = "400m"


@contextmanager
def frozen(system: System) -> Iterator[None]:
    """Stop every process of PostgreSQL where it stands."""
    pids = [system.postgres.pid, *below(system.postgres.pid, tree())]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    yield
    for pid in pids:
        os.kill(pid, signal.SIGCONT)


@contextmanager
def stopped(system: System) -> Iterator[None]:
    """Let no server answer: it is ended as often as it starts."""
    until = time.monotonic() + SECONDS
    system.postgres.pause(until)
    yield
    time.sleep(max(0.0, until - time.monotonic()))


@contextmanager
def held(system: System) -> Iterator[None]:
    """Hold the SQLite database from another process."""
    other = sqlite3.connect(system.var / "keyuan.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.execute("ROLLBACK")
    other.close()


@contextmanager
def filled(system: System) -> Iterator[None]:
    """Fill the disk of the data folder to the last byte."""
    ballast = system.folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 20, 4096, 1):
            while True:
                try:
                    if not file.write(b"\0" * size):
                        break
                except OSError:
                    break
    yield
    ballast.unlink()


def met(name: str, fault: Callable, system: System, work: Work) -> dict[str, object]:
    """Send a form during a fault and after it; return what was seen."""
    browser = work.browsers[0]
    text, token = f"联系 {token_hex(8)}", token_hex(16)
    when = f"{datetime.now(SHANGHAI):%Y-%m-%dT00:00}"
    form = {"kind": "CALL", "direction": "OUT", "occurred_at": when, "summary": text, "detail": "长" * 4000}
    form |= {"idempotency": token}
    address = f"/customers/{work.facts['others'][0]}/interactions/add/"
    lines = count_lines(system)
    with fault(system):
        began = time.monotonic()
        page = once(browser, address, form, {"Accept": "text/html"})
        waited = time.monotonic() - began
        program = once(browser, address, form, {"Accept": "application/json"})
        ready = httpx.get(f"{system.base}/health/ready", timeout=40).status_code
        alive = httpx.get(f"{system.base}/health/live", timeout=40).status_code
        time.sleep(max(0.0, SECONDS - (time.monotonic() - began)))
    over = time.monotonic()
    answer = browser.post(address, form, headers=HTMX)
    back = time.monotonic() - over
    wait_for(lambda: httpx.get(f"{system.base}/health/ready", timeout=10).status_code == httpx.codes.OK, 60)
    work.ledger.acknowledge("interaction", answer.tries, text=text)
    return {
        "fault": name,
        "page": f"{page.status_code} after {waited:.0f} s, Retry-After {page.headers.get('Retry-After')}",
        "kept": token in page.text and text in page.text,
        "program": f"{program.status_code} {program.headers.get('Content-Type')}",
        "ready, alive": f"{ready}, {alive}",
        "then": f"{answer.response.status_code} after {back:.1f} s",
        "lines in the log": count_lines(system) - lines,
    }


def once(browser, address: str, form: dict, headers: dict) -> httpx.Response:
    """Send a form a single time."""
    token = next(value for name, value in browser.client.cookies.items() if name.endswith("csrftoken"))
    data = {**form, "csrfmiddlewaretoken": token}
    return browser.client.post(address, data=data, headers={"Origin": browser.base, **headers})


def count_lines(system: System) -> int:
    """Return how long the log is."""
    return len(system.server.log.read_bytes().splitlines())


@contextmanager
def small_disk(folder: Path, *, wanted: bool) -> Iterator[None]:
    """Put a small disk under ``folder``, where we may."""
    if wanted:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(folder)], check=True)
    try:
        yield
    finally:
        if wanted:
            # Detached at once: what still ends holds it for a moment longer.
            subprocess.run(["umount", "--lazy", str(folder)], check=False)


def main() -> int:
    """Meet every fault that this machine can make; the status is 1 when the proof found something."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--db", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--port", type=int, default=8646)
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="keyuan-world-"))
    # PostgreSQL with its log would not fit; there the fault is the server's.
    on_disk = os.geteuid() == 0 and options.db == "sqlite"
    with small_disk(folder, wanted=on_disk):
        system = System(folder, database=options.db, port=options.port, customers=200)
        try:
            system.prepare()
            system.start()
            work = Work(system, Ledger(folder / "ledger.jsonl"), 1)
            work._browser("10006").get("/me/")
            faults = [("frozen", frozen), ("stopped", stopped)] if options.db == "postgresql" else [("held", held)]
            for name, fault in [*faults, *([("full", filled)] if on_disk else [])]:
                print(json.dumps(met(name, fault, system, work), ensure_ascii=False), flush=True)
            rest = system.inspect("quiet", "90").stdout
            proof = system.inspect("prove", str(folder / "ledger.jsonl"))
            print(rest, proof.stdout, proof.stderr[-1500:])
        finally:
            print(system.stop())
    return 0 if '"wrong": []' in proof.stdout else 1


if __name__ == "__main__":
    sys.exit(main())
