"""A PostgreSQL cluster of one's own in a temporary folder, on a Unix socket only, gone afterwards (PLT-2)."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

#: Where Debian keeps the server's programs, which it does not put on PATH.
DEBIAN = Path("/usr/lib/postgresql")
#: A test cluster need not survive a power cut.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off", "max_connections=40")
NOBODY = 65534


@dataclass(frozen=True)
class Cluster:
    """A running private cluster: its ``DATABASE_URL`` and the data folder that proves that it is ours."""

    url: str
    data: Path


def program(name: str) -> str | None:
    """Return the path of a PostgreSQL program, on PATH or in Debian's newest version folder."""
    folders = sorted(DEBIAN.glob("*/bin"), key=lambda folder: int(folder.parent.name.split(".")[0]))
    found = shutil.which(name) or next((str(path / name) for path in reversed(folders) if (path / name).exists()), None)
    # initdb looks for its neighbours beside the real file, not beside a link to it.
    return os.path.realpath(found) if found else None


def is_available() -> bool:
    """Tell whether a cluster can be made here."""
    return bool(program("initdb") and program("postgres"))


def identity() -> dict[str, object]:
    """Return the arguments that make a child an ordinary user: PostgreSQL refuses to run as root."""
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}


def tied() -> list[str]:
    """Return the words before a command that end it when we are killed; interrupted, a server stops at once."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "INT"] if setpriv else []


def create(folder: Path) -> Path:
    """Make an empty cluster in ``folder``; return its data folder."""
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
    data = folder / "data"
    command = [
        program("initdb"),
        "-D",
        str(data),
        "-U",
        "keyuan",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
        "-N",
    ]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, **identity())
    if done.returncode:
        raise RuntimeError("initdb failed: " + done.stderr.strip())
    return data


def wait_until_ours(url: str, data: Path, server: "subprocess.Popen[bytes]") -> None:
    """Wait for the server to answer and make sure that it is the one just started, before anybody changes anything."""
    for _ in range(300):
        try:
            with psycopg.connect(url) as connection:
                row = connection.execute("SHOW data_directory").fetchone()
        except psycopg.OperationalError:
            if server.poll() is not None:
                raise RuntimeError("the private PostgreSQL server did not start") from None
            time.sleep(0.1)
        else:
            if row is None or row[0] != str(data):
                raise RuntimeError(f"another server answers: {row}")
            return
    raise RuntimeError("the private PostgreSQL server did not answer within 30 s")


@contextmanager
def private_cluster() -> Iterator[Cluster]:
    """Run a private cluster for the length of the block."""
    folder = Path(tempfile.mkdtemp(prefix="keyuan-pg-"))
    data = create(folder)
    options = [word for option in FAST for word in ("-c", option)]
    command = [*tied(), program("postgres"), "-D", str(data), "-k", str(folder), "-c", "listen_addresses=", *options]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, **identity())
    try:
        wait_until_ours(f"postgresql://keyuan@/postgres?host={folder}", data, server)
        yield Cluster(f"postgresql://keyuan@/keyuan?host={folder}", data)
    finally:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(timeout=10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        shutil.rmtree(folder, ignore_errors=True)
