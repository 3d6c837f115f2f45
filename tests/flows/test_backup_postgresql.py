"""PostgreSQL through pgBackRest: two repositories, each proven by a restore; a point in time; a new machine (PLT-12).

The configuration is that of ``deploy/pgbackrest``; only its paths are those of a temporary folder.
"""

import os
import re
import shlex
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest

from scripts.private_postgres import create, identity, is_available, program, tied
from tests.flows.machines import ROOT, Machine

pytestmark = pytest.mark.skipif(
    not (shutil.which("pgbackrest") and is_available()), reason="PostgreSQL and pgbackrest are not installed"
)
DEPLOY = ROOT / "deploy" / "pgbackrest"
RUN_AS = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []


def setting(line: str, folder: Path) -> str:
    """A line of the shipped configuration with paths of ``folder``."""
    for path, own in (
        ("/var/lib/pgbackrest", "repo1"),
        ("/srv/pgbackrest", "repo2"),
        ("/var/log/pgbackrest", "log"),
        ("/var/lib/postgresql/15/main", "data"),
        ("/var/run/postgresql", ""),
    ):
        line = line.replace(path, str(folder / own).rstrip("/"))
    return line.replace("pg1-user=postgres", "pg1-user=keyuan\npg1-database=postgres")


def configuration(folder: Path) -> Path:
    """Write what an operator would, from the shipped files; return the configuration's place."""
    text = "\n".join(setting(line, folder) for line in (DEPLOY / "pgbackrest.conf").read_text().splitlines())
    ciphers = "repo1-cipher-pass=first\nrepo2-cipher-pass=second\n"
    own = f"lock-path={folder}/lock\nspool-path={folder}/spool\n"
    path = folder / "pgbackrest.conf"
    path.write_text(text.replace("[global]", f"[global]\n{ciphers}{own}", 1))
    return path


class Cluster:
    """A private cluster that archives its log; everything of it stands in one folder that its owner may write."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.data = folder, create(folder)
        self.config = configuration(folder)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        options = [
            line.replace("pgbackrest ", f"pgbackrest --config={self.config} ").replace(" = ", "=").replace("'", "")
            for line in (DEPLOY / "postgresql.conf").read_text().splitlines()
            if line and not line.startswith("#")
        ]
        options += ["listen_addresses=", "fsync=off", "max_connections=20"]
        words = [word for option in options for word in ("-c", option)]
        command = [*tied(), program("postgres"), "-D", str(self.data), "-k", str(self.folder), *words]
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(command, cwd=self.folder, stdout=log, stderr=log, **identity())
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                with psycopg.connect(self.url("postgres")) as connection:
                    (data,) = connection.execute("SHOW data_directory").fetchone()
                    (recovering,) = connection.execute("SELECT pg_is_in_recovery()").fetchone()
                assert data == str(self.data)
                if not recovering:
                    return
            except psycopg.OperationalError:
                assert self.process.poll() is None, (self.folder / "server.log").read_text()[-2000:]
            time.sleep(0.1)
        raise AssertionError("the cluster did not start")

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(timeout=60)

    def url(self, name: str = "keyuan") -> str:
        return f"postgresql://keyuan@/{name}?host={self.folder}"

    def value(self, query: str):
        with psycopg.connect(self.url(), autocommit=True) as connection:
            for statement in query.split("; "):
                cursor = connection.execute(statement)
            return cursor.fetchone()[0]

    def backrest(self, *words: str) -> str:
        done = subprocess.run(
            [*RUN_AS, "pgbackrest", f"--config={self.config}", "--stanza=keyuan", *words],
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@contextmanager
def running_cluster():
    folder = Path(tempfile.mkdtemp(prefix="keyuan-pgbr-"))
    cluster = Cluster(folder)
    for name in ("repo1", "repo2", "log", "lock", "spool", "scratch"):
        (folder / name).mkdir()
        if os.geteuid() == 0:
            os.chown(folder / name, 65534, 65534)
    cluster.start()
    try:
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


MAKE = """
import io
from keyuan.customers.testing import make_customer
from keyuan.organisation.testing import make_actor
from keyuan.platform import clock
from keyuan.platform.audit.sealer import seal_all
from keyuan.platform.files import store
from keyuan.platform.subjects import Subject
agent = make_actor("agent")
customer = make_customer(agent, "陈建国", phone="13700009999")
paper = io.BytesIO(b"paper" * 999)
store(actor=agent, subject=Subject("customer", customer.pk), name="paper.txt", file=paper, now=clock.now())
seal_all(clock.now())
answer = customer.pk
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A machine on the cluster, with one backup in both repositories and at two destinations."""
    with ExitStack() as stack:
        cluster = stack.enter_context(running_cluster())
        with psycopg.connect(cluster.url("postgres"), autocommit=True) as connection:
            connection.execute("CREATE DATABASE keyuan")
        cluster.backrest("stanza-create")
        folder = tmp_path_factory.mktemp("pg")
        machine = Machine(folder / "var", cluster.url())
        machine.send_to(
            *({"name": name, "kind": "folder", "path": str(folder / name)} for name in ("one", "two")),
            postgresql={
                "stanza": "keyuan",
                "repos": [1, 2],
                "config": str(cluster.config),
                "run_as": RUN_AS,
                "server": program("postgres"),
                "scratch": str(cluster.folder / "scratch"),
            },
        )
        machine.must("migrate", "--verbosity", "0")
        machine.ask(MAKE)
        machine.must("backup")
        yield cluster, machine, folder


def test_both_repositories_hold_a_backup_that_was_restored_and_compared(site):
    cluster, _machine, _folder = site

    with psycopg.connect(cluster.url()) as connection:
        found = connection.execute("SELECT destination, state, checks FROM platform_backupcopy ORDER BY id").fetchall()

    assert [row[:2] for row in found] == [("one", "verified"), ("two", "verified")]
    for number, (_name, _state, checks) in enumerate(found, 1):
        proven = {check["key"]: check for check in checks}
        assert proven["postgresql"]["repo"] == number
        assert proven["rows"]["tables"] > 50
        assert proven["audit"]["links"] > 0
        assert proven["sealed"]["count"] > 0
        assert proven["opened"]["count"] == 1
    assert not list((cluster.folder / "scratch").iterdir())


def test_repositories_hold_nothing_in_plain(site):
    cluster, _machine, _folder = site

    for name in ("repo1", "repo2"):
        stored = b"".join(path.read_bytes() for path in (cluster.folder / name).rglob("*") if path.is_file())
        assert len(stored) > 1_000_000
        assert b"customers_customer" not in stored


def test_a_moment_before_the_mistake_comes_back(site):
    cluster, _machine, _folder = site
    cluster.value("CREATE TABLE rehearsal AS SELECT 1 AS id; SELECT 1")
    moment = cluster.value("SELECT now()::text")
    time.sleep(0.1)
    cluster.value("DROP TABLE rehearsal; SELECT 1")
    cluster.value("SELECT pg_switch_wal()::text")
    cluster.backrest("check")
    cluster.stop()

    cluster.backrest("--repo=2", "--delta", "--type=time", f"--target={moment}", "--target-action=promote", "restore")
    cluster.start()

    assert cluster.value("SELECT id FROM rehearsal") == 1


def test_a_new_machine_gets_files_and_keys_from_us_and_the_cluster_from_pgbackrest(site, tmp_path):
    cluster, machine, folder = site
    new = Machine(tmp_path / "var", cluster.url())

    printed = new.must("restore", "--from", str(folder / "one"), "--recovery", str(machine.var / "backup-recovery.key"))
    hint = shlex.split(re.search(r"run=(.*)", printed)[1])
    assert hint[:2] == ["pgbackrest", "--stanza=keyuan"]
    cluster.stop()
    cluster.backrest(*hint[2:])
    cluster.start()

    assert cluster.value("SELECT to_regclass('rehearsal') IS NULL")
    proven = new.must("backup", "check", "--all-files")
    assert [line.split('"')[3] for line in proven.splitlines() if line.startswith("{")] == ["audit", "sealed", "opened"]
