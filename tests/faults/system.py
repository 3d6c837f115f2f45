"""A real system under test, started and kept running as a service manager would, on either database."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psycopg

from scripts.private_postgres import create, identity, program, tied
from tests.faults.processes import is_complete, kill, of_folder, roles, words

ROOT = Path(__file__).resolve().parents[2]
#: Seconds after which a service manager starts again what has died.
PAUSE = 0.2
#: Seconds that a process may take to die of a signal that it got already.
DYING = 5.0
#: Seconds that the first start may take, on a machine that has much else to do.
START = 180.0
PASSWORD_LINE = "密码"


class Keeper:
    """Starts one program and starts it again whenever it ends, until told to stop."""

    def __init__(self, command: list[str], log: Path, **options: object) -> None:
        self.command, self.log, self.options = command, log, options
        self.process: subprocess.Popen[bytes] | None = None
        self.starts = 0
        self._not_before = 0.0
        self._wanted = threading.Event()
        self._thread = threading.Thread(target=self._keep, daemon=True)

    @property
    def pid(self) -> int:
        """The process at the moment; it may have just died."""
        return self.process.pid if self.process else 0

    def start(self) -> None:
        """Start the program."""
        self._wanted.set()
        self._start()
        self._thread.start()

    def _start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen([*tied(), *self.command], stdout=log, stderr=log, **self.options)
        self.starts += 1

    def _keep(self) -> None:
        while self._wanted.is_set():
            self.process.wait()
            time.sleep(max(PAUSE, self._not_before - time.monotonic()))
            if self._wanted.is_set():
                self._start()

    def pause(self, until: float) -> None:
        """End the program by force and do not start it again before ``until`` (monotonic seconds)."""
        self._not_before = until
        self.process.kill()

    def stop(self, number: signal.Signals, seconds: float) -> bool:
        """Ask the program to end; tell whether it did so by itself in time."""
        self._wanted.clear()
        self.process.send_signal(number)
        try:
            self.process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return False
        return True


class System:
    """Pages, streams, workers and, where asked for, a database server of its own in ``folder``."""

    def __init__(self, folder: Path, *, database: str, port: int, customers: int) -> None:
        self.folder, self.port, self.customers = folder, port, customers
        self.var = folder / "var"
        self.base = f"http://127.0.0.1:{port}"
        self.postgres: Keeper | None = None
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("KEYUAN")},
            "KEYUAN_VAR": str(self.var),
            "KEYUAN_DEMO": "0",
            "KEYUAN_RATES": "0",
            "KEYUAN_LOG_LEVEL": "WARNING",
            "PYTHONPATH": str(ROOT),
        }
        self.environment.pop("DATABASE_URL", None)
        # Tests compile the translations of the tree once; here the product's own settings count.
        self.environment.pop("DJANGO_SETTINGS_MODULE", None)
        if database == "postgresql":
            self._make_cluster()
        self.server = Keeper(self.keyuan("serve", "--port", str(port)), folder / "serve.log", env=self.environment)

    def keyuan(self, *words: str) -> list[str]:
        """Return the command line of ``keyuan``."""
        return [sys.executable, "-m", "keyuan.config.cli", *words]

    def _make_cluster(self) -> None:
        cluster = self.folder / "cluster"
        cluster.mkdir(mode=0o700)
        # Whoever runs the server has to reach its folder.
        self.folder.chmod(0o711)
        data = create(cluster)
        # fsync and all else as delivered: what is acknowledged has to survive the server.
        options = ["-k", str(cluster), "-c", "listen_addresses=", "-c", "max_connections=60"]
        command = [program("postgres"), "-D", str(data), *options]
        self.postgres = Keeper(command, self.folder / "postgres.log", cwd=cluster, **identity())
        self.postgres.start()
        url = f"postgresql://keyuan@/postgres?host={cluster}"
        wait_for(lambda: answers(url), 30)
        with psycopg.connect(url, autocommit=True) as connection:
            found = connection.execute("SHOW data_directory").fetchone()
            if found != (str(data),):
                raise RuntimeError("another server answers")
            connection.execute("CREATE DATABASE keyuan")
        self.environment["DATABASE_URL"] = f"postgresql://keyuan@/keyuan?host={cluster}"

    def prepare(self, *, quick: bool = False) -> None:
        """Make the database and a demo book. A ``quick`` run spares its first night, which learns for minutes.

        Raises RuntimeError when there was no night to spare: then it has another name by now.
        """
        self.run("setup")
        self.run("demo", "--customers", str(self.customers))
        if quick and json.loads(self.inspect("unnight").stdout or "{}").get("taken") != 1:
            raise RuntimeError("no night waited behind the demo book")

    def run(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a ``keyuan`` command to its end."""
        done = subprocess.run(
            self.keyuan(*words), env=self.environment, cwd=ROOT, capture_output=True, text=True, check=False
        )
        if check and done.returncode:
            raise RuntimeError(f"keyuan {words[0]} ended with {done.returncode}: {done.stderr[-2000:]}")
        return done

    def inspect(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Look into the database from a process of its own."""
        command = [sys.executable, "-m", "tests.faults.inspector", *words]
        return subprocess.run(command, env=self.environment, cwd=ROOT, capture_output=True, text=True, check=False)

    def password(self) -> str:
        """Return the password of all people of the demo book."""
        return (self.var / "sign-ins.txt").read_text(encoding="utf-8").split()[-1]

    def roles(self) -> dict[str, list[int]]:
        """Return the processes by what they do."""
        return roles(self.server.pid, self.postgres.pid if self.postgres else None)

    def is_whole(self) -> bool:
        """Tell whether every process is there."""
        return is_complete(self.roles())

    def start(self) -> None:
        """Serve, and wait until everything is there."""
        self.server.start()
        wait_for(self.is_whole, START)

    def stop(self) -> list[str]:
        """End everything; return what was wrong about the end."""
        wrong = []
        if self.server.process is not None and not self.server.stop(signal.SIGTERM, 30):
            wrong.append("the supervisor did not end within 30 s")
        wrong += self._left_behind()
        if self.postgres is not None:
            self.postgres.stop(signal.SIGINT, 10)
        return wrong

    def _left_behind(self) -> list[str]:
        """Name the processes that outlive the system, and end them; those that are dying get a moment for it."""
        until = time.monotonic() + DYING
        while (left := self._lost()) and time.monotonic() < until:
            time.sleep(0.1)
        said = [f"left behind: {words(pid)[-120:]}" for pid in left]
        for pid in of_folder(self.var):
            kill(pid)
        return said

    def _lost(self) -> list[int]:
        """Return the processes that should have gone: all but a night, which runs by itself through a restart."""
        return [pid for pid in of_folder(self.var) if " night --date " not in words(pid)]

    def forget(self) -> None:
        """Remove everything from the disk."""
        shutil.rmtree(self.folder, ignore_errors=True)


def answers(url: str) -> bool:
    """Tell whether a PostgreSQL server takes connections."""
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def wait_for(condition, seconds: float) -> float:
    """Wait until ``condition`` holds; return how long it took. Raises TimeoutError."""
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > seconds:
            raise TimeoutError(f"not within {seconds:.0f} s")
        time.sleep(0.05)
    return time.monotonic() - began
