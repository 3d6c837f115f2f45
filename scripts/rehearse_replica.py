"""Rehearse a streaming replica on two private clusters: make it, read from it, lose the primary, promote it (PLT-13).

``python -m scripts.rehearse_replica`` does what ``docs/operations.md`` tells, with the program's own tables, and prints
how long each step took. Nothing but two temporary folders is touched.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from scripts.private_postgres import create, identity, program, tied

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60.0
Server = subprocess.Popen  # type: ignore[type-arg]  # of bytes, which nobody reads


def url_of(folder: Path, database: str = "keyuan") -> str:
    """Return the address of the cluster whose socket stands in ``folder``."""
    return f"postgresql://keyuan@/{database}?host={folder}"


def until(what: str, condition: Callable[[], bool]) -> float:
    """Wait for ``condition``; return the seconds it took. Raises RuntimeError after a minute."""
    began = time.monotonic()
    while time.monotonic() - began < PATIENCE:
        try:
            if condition():
                return time.monotonic() - began
        except psycopg.OperationalError:
            time.sleep(0.05)
        time.sleep(0.05)
    raise RuntimeError(f"waited in vain: {what}")


def value(folder: Path, sql: str, database: str = "keyuan") -> object:
    """Return the one value that ``sql`` asks for."""
    with psycopg.connect(url_of(folder, database), autocommit=True) as connection:
        row = connection.execute(sql).fetchone()
        return row[0] if row else None


@contextmanager
def cluster_folder(name: str) -> Iterator[Path]:
    """Make a folder that an ordinary user may write, and remove it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix=f"keyuan-{name}-"))
    if os.geteuid() == 0:
        os.chown(folder, 65534, 65534)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def start(folder: Path) -> "Server":
    """Start the cluster in ``folder``/data on its own socket, with what production has: every commit on disk."""
    options = ("listen_addresses=", "wal_level=replica", "max_wal_senders=5", "hot_standby=on", "max_connections=40")
    words = [word for option in options for word in ("-c", option)]
    command = [*tied(), str(program("postgres")), "-D", str(folder / "data"), "-k", str(folder), *words]
    with (folder / "log").open("wb") as log:
        server = Server(command, cwd=folder, stdout=log, stderr=log, **identity())
    try:
        until("the cluster answers", lambda: value(folder, "SELECT 1", "postgres") == 1)
    except RuntimeError as error:
        stop(server)
        raise RuntimeError((folder / "log").read_text(encoding="utf-8")[-2000:]) from error
    return server


def stop(server: "Server", number: signal.Signals = signal.SIGINT) -> None:
    """End a cluster and wait for it."""
    if server.poll() is None:
        server.send_signal(number)
        server.wait(timeout=30)


def copy(primary: Path, replica: Path) -> None:
    """Make the replica: a base backup that streams, with the settings that let it follow (``-R``)."""
    # Beside the server: Debian puts a wrapper of that name on PATH, which looks for clusters of its own.
    backup = Path(str(program("initdb"))).with_name("pg_basebackup")
    command = [
        str(backup), "--dbname", url_of(primary, "postgres"), "--pgdata", str(replica / "data"),
        "--write-recovery-conf", "--wal-method=stream", "--create-slot", "--slot=replica1", "--checkpoint=fast",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=replica, capture_output=True, text=True, check=False, **identity())
    if done.returncode:
        raise RuntimeError(f"pg_basebackup failed: {done.stderr.strip()}")


def keyuan(folder: Path, var: Path, *words: str) -> None:
    """Run a command of the program on the cluster in ``folder``."""
    environment = {**os.environ, "DATABASE_URL": url_of(folder), "KEYUAN_VAR": str(var)}
    command = [sys.executable, "-m", "keyuan.config.cli", *words]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)


def rehearse(say: Callable[[str], None]) -> None:
    """Go through it. Raises when a step does not come out as told."""
    with cluster_folder("primary") as primary, cluster_folder("replica") as replica, cluster_folder("var") as var:
        create(primary)
        first = start(primary)
        second: Server | None = None
        try:
            value(primary, "SELECT 1", "postgres")
            with psycopg.connect(url_of(primary, "postgres"), autocommit=True) as connection:
                connection.execute("CREATE DATABASE keyuan")
            keyuan(primary, var, "migrate")
            began = time.monotonic()
            copy(primary, replica)
            second = start(replica)
            say(f"replica made and started in {time.monotonic() - began:.1f} s")
            follow(primary, replica, say)
            lose(first, replica, var, say)
        finally:
            # The replica first: a primary waits for it to have heard everything.
            if second is not None:
                stop(second)
            stop(first)


def follow(primary: Path, replica: Path, say: Callable[[str], None]) -> None:
    """Write on the primary, read on the replica; writing there is refused."""
    with psycopg.connect(url_of(primary), autocommit=True) as connection:
        connection.execute("INSERT INTO platform_handledkey VALUES ('rehearsal', now())")
    seen = "SELECT count(*) = 1 FROM platform_handledkey WHERE key = 'rehearsal'"
    say(f"a row was readable on the replica after {until('the row', lambda: bool(value(replica, seen))):.2f} s")
    try:
        value(replica, "DELETE FROM platform_handledkey RETURNING 1")
    except psycopg.errors.ReadOnlySqlTransaction:
        say("writing on the replica is refused")
    else:
        raise RuntimeError("the replica took a write")


def lose(first: "Server", replica: Path, var: Path, say: Callable[[str], None]) -> None:
    """Kill the primary, promote the replica, go on with the program on it."""
    first.kill()
    first.wait()
    began = time.monotonic()
    if value(replica, "SELECT pg_promote(true, 60)") is not True:
        raise RuntimeError("the replica was not promoted")
    keyuan(replica, var, "migrate", "--check")
    with psycopg.connect(url_of(replica), autocommit=True) as connection:
        connection.execute("INSERT INTO platform_handledkey VALUES ('afterwards', now())")
    if value(replica, "SELECT count(*) FROM platform_handledkey") != 2:
        raise RuntimeError("a row is missing after the promotion")
    say(f"promoted, checked and written to within {time.monotonic() - began:.1f} s of the primary's end; no row lost")


if __name__ == "__main__":
    rehearse(lambda text: print(text, flush=True))
