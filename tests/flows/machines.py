"""A machine with a book of its own: made, backed up, broken and restored by commands, as an operator would."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.shelf import shelved

ROOT = Path(__file__).resolve().parents[2]
#: What would lead a command to the database or the data of this test run.
FOREIGN = {"KEYUAN_TEST_VAR", "KEYUAN_TEST_PGDATA", "DATABASE_URL", "KEYUAN_VAR", "DJANGO_SETTINGS_MODULE"}
SETTINGS = "keyuan.config.settings"
PAPER = "保单复印件".encode() * 20_000


@dataclass(frozen=True, slots=True)
class Machine:
    """A data folder and its commands."""

    var: Path
    database_url: str = ""

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in FOREIGN}
        own = {"KEYUAN_VAR": str(self.var), "DJANGO_SETTINGS_MODULE": SETTINGS, "KEYUAN_LOG_LEVEL": "WARNING"}
        own["KEYUAN_BACKUP_DESTINATIONS"] = str(self.var / "backup.json")
        return kept | own | ({"DATABASE_URL": self.database_url} if self.database_url else {})

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        """Begin a ``keyuan`` command in a process group of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "keyuan.config.cli", *arguments],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run a ``keyuan`` command to its end."""
        process = self.start(*arguments)
        out, err = process.communicate(timeout=240)
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)

    def must(self, *arguments: str) -> str:
        """Run a command that has to succeed; return what it printed."""
        done = self.run(*arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def ask(self, code: str) -> Any:
        """Run Python inside this installation; ``answer`` is what it leaves there."""
        program = f"import django; django.setup()\nimport json\n{code}\nprint('\\n' + json.dumps(answer))"
        command = [sys.executable, "-c", program]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False, timeout=240
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Return what a query finds in the embedded book."""
        with closing(sqlite3.connect(self.var / "keyuan.sqlite3", timeout=20)) as connection:
            return connection.execute(statement).fetchall()

    def send_to(self, *places: dict[str, Any], **rest: Any) -> None:
        """Write the file of destinations."""
        body = {"destination": list(places), **rest}
        self.var.mkdir(parents=True, exist_ok=True)
        (self.var / "backup.json").write_text(json.dumps(body))


MAKE = """
import io
from keyuan.customers.models import ContactPoint
from keyuan.kernel.actor import system_actor
from keyuan.platform import clock
from keyuan.platform.audit.sealer import seal_all
from keyuan.platform.files import store
from keyuan.platform.subjects import Subject
contact = ContactPoint.objects.filter(phone__isnull=False).order_by("pk").first()
from tests.flows.machines import PAPER
kept = store(actor=system_actor("test"), subject=Subject("customer", contact.customer_id), name="paper.txt",
             file=io.BytesIO(PAPER), now=clock.now())
seal_all(clock.now())
answer = {"contact": contact.pk, "customer": contact.customer_id, "file": kept.pk}
"""


def make_book(var: Path, database_url: str = "") -> tuple[Machine, dict[str, int]]:
    """Make a machine with a small demo book, a file and a sealed trail; return it and the ids of its records."""
    machine = Machine(var, database_url)
    if database_url:
        fill(machine)
    else:
        shelved("small-book", lambda folder: fill(Machine(folder)), var)
    return machine, machine.ask(MAKE)


def fill(machine: Machine) -> None:
    """Make the small demo book on a machine."""
    machine.must("migrate", "--verbosity", "0")
    machine.must("demo", "--customers", "150", "--seed", "5", "--as-of", "2026-11-24")


def copy_of(machine: Machine, var: Path) -> Machine:
    """Return another machine with the same book, at rest."""
    shutil.copytree(machine.var, var)
    return Machine(var)


def kill(process: "subprocess.Popen[str]") -> None:
    """End a command and all it started, at once."""
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def wait_for(condition: Any, seconds: float = 60) -> None:
    """Wait until ``condition()`` holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.005)
