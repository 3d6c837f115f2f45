"""A book is backed up to a folder, an SFTP server and an S3 store while others write; every copy is proven, damage is
named; a kill leaves nothing that looks whole; on a new machine the restored book is served again (PLT-12)."""

import json
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import boto3
import httpx
import pytest

from keyuan.platform.backup import verifying
from keyuan.platform.backup.config import Place, Plan
from keyuan.platform.backup.faults import Flawed
from keyuan.platform.backup.keys import Recovery, read_recovery
from keyuan.platform.backup.manifest import read_head
from keyuan.platform.backup.verifying import Proof
from keyuan.platform.tests.sftp_host import USER, sftp_host
from tests.flows.machines import PAPER, Machine, kill, make_book, wait_for

CHECKS = ["signature", "bytes", "keys", "present", "files", "rows", "integrity", "audit", "sealed", "opened"]
#: Files that a proof opens at most.
OPENED = 50
#: As much as the paper takes in the vault: below it, the paper was not sent.


@dataclass
class Second:
    """What came of the second backup."""

    done: "subprocess.CompletedProcess[str]"
    stray: Path
    blob: int


def blob(folder):
    """The one file of the vault at a destination."""
    return next(path for path in (folder / "files").rglob("*") if path.is_file() and path.stat().st_size > 1000)


@dataclass
class Site:
    """A machine that was backed up to ``one`` (a folder), an SFTP server and a store."""

    folder: Path
    machine: Machine
    ids: dict[str, int]
    printed: str

    @property
    def recovery(self) -> Path:
        return self.machine.var / "backup-recovery.key"

    def copies(self):
        """Destination, state and error of every copy."""
        return self.machine.rows("SELECT destination, state, error FROM platform_backupcopy ORDER BY id")


def disk(folder, name):
    return {"name": name, "kind": "folder", "path": str(folder / name)}


def store(folder, endpoint):
    """A bucket with a secret in a file."""
    client = boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    client.create_bucket(Bucket="book")
    client.close()
    (folder / "secret").write_text("test\n")
    words = {"endpoint": endpoint, "bucket": "book", "access_key": "test", "secret_file": str(folder / "secret")}
    return {"name": "store", "kind": "s3", **words}


@pytest.fixture(scope="module")
def s3_endpoint():
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="module")
def site(tmp_path_factory, s3_endpoint):
    folder = tmp_path_factory.mktemp("backup")
    machine, ids = make_book(folder / "var")
    with sftp_host(folder / "sftp") as host:
        server = {
            "name": "server",
            "kind": "sftp",
            "host": "127.0.0.1",
            "port": host.port,
            "user": USER,
            "path": "/backups",
            "known_hosts": str(host.known_hosts),
            "password_file": str(host.password_file),
        }
        machine.send_to(disk(folder, "one"), server, store(folder, s3_endpoint))
        printed = machine.must("backup")
        yield Site(folder, machine, ids, printed)


def test_every_destination_gets_a_copy_that_is_proven_by_restoring_it(site):
    rows = site.machine.rows(
        "SELECT destination, state, opened_with, checks FROM platform_backupcopy WHERE run_id = 1 ORDER BY id"
    )

    kept = site.machine.rows("SELECT count(*) FROM platform_attachment")[0][0]
    assert kept > 1
    assert [row[:3] for row in rows] == [(name, "verified", "recovery") for name in ("one", "server", "store")]
    for row in rows:
        proven = {check["key"]: check for check in json.loads(row[3])}
        assert list(proven) == CHECKS
        assert (proven["files"]["count"], proven["files"]["of"]) == (kept, kept)
        assert proven["opened"]["count"] == min(kept, OPENED)
        assert proven["audit"]["links"] > 0
        assert proven["sealed"]["count"] > 100
    assert site.machine.rows("SELECT state FROM platform_backuprun WHERE id = 1") == [("done",)]
    assert not list((site.machine.var / "backup" / "work").iterdir())


def test_whoever_holds_the_store_alone_reads_nothing(site):
    stored = b"".join(path.read_bytes() for path in (site.folder / "one").rglob("*") if path.is_file())
    ring = json.loads((site.machine.var / "keyring.json").read_text())

    assert b"SQLite format 3" not in stored
    assert b"customers_customer" not in stored
    keys = (ring["audit_key"], ring["index_key"], *ring["data_keys"].values())
    assert not [key for key in keys if key.encode() in stored]


@pytest.fixture
def spoilt(site, tmp_path):
    """A copy of the first backup of the folder, to be spoilt; and a way to verify it."""
    shutil.copytree(site.folder / "one", tmp_path / "one")
    name = sorted(path.name for path in (tmp_path / "one" / "backups").iterdir())[0]
    recovery = read_recovery(site.recovery)

    def verify(recovery=recovery):
        verifying.verify(
            Place("one", "folder", {"path": str(tmp_path / "one")}),
            name,
            plan=Plan(),
            work=tmp_path,
            recovery=recovery,
            run_key=None,
            proof=Proof(),
            today=date(2026, 11, 24),
        )

    return tmp_path / "one" / "backups" / name, verify


def flip(path):
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)


def cut(path):
    path.write_bytes(path.read_bytes()[:-7])


def rename_in_head(path):
    path.write_text(json.dumps(json.loads(path.read_text()) | {"name": "20200101T000000Z-aaaaaa"}))


def spoil_vault(path):
    flip(next(file for file in (path.parents[2] / "files").rglob("*") if file.is_file()))


@pytest.mark.parametrize("_case, part, damage, code", [
    ("a bit flipped", "keyuan.age.0000", flip, "altered"),
    ("an end cut off", "keyuan.age.0000", cut, "truncated"),
    ("a part lost", "keyuan.age.0000", Path.unlink, "missing"),
    ("contents changed", "contents.age", flip, "altered"),
    ("keys changed", "keys.age", flip, "altered"),
    ("another name in the head", "head.json", rename_in_head, "forged"),
    ("no head", "head.json", Path.unlink, "absent"),
    ("a file of the vault", "head.json", spoil_vault, "altered"),
])  # fmt: skip
def test_damage_is_found_and_named(spoilt, _case, part, damage, code):
    folder, verify = spoilt
    damage(folder / part)

    with pytest.raises(Flawed) as caught:
        verify()

    assert caught.value.code == f"backup.flaw.{code}"


def test_a_backup_in_the_place_of_another_is_found(spoilt):
    raw = (spoilt[0] / "head.json").read_bytes()

    with pytest.raises(Flawed) as caught:
        read_head(raw, "20990101T000000Z-bbbbbb", frozenset({json.loads(raw)["signer"]}))

    assert caught.value.code == "backup.flaw.swapped"


def test_keys_that_do_not_belong_are_named(site, spoilt):
    import pyrage

    _folder, verify = spoilt
    mine = read_recovery(site.recovery)
    other = (pyrage.x25519.Identity.generate(),)

    for recovery, code in (
        (Recovery(other, mine.signers), "old_key"),
        (Recovery(mine.identities, frozenset({"c29tZWJvZHk="})), "stranger"),
    ):
        with pytest.raises(Flawed) as caught:
            verify(recovery)
        assert caught.value.code == f"backup.flaw.{code}"


WRITER = """
import sqlite3, sys, time
book = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=20)
while True:
    book.execute("BEGIN IMMEDIATE")
    book.execute("INSERT INTO ledger (amount) VALUES (1)")
    book.execute("UPDATE total SET amount = amount + 1")
    book.execute("COMMIT")
    time.sleep(0.005)
"""


def begin_writing(book):
    """Four processes that add to a ledger and to its total in one transaction each."""
    with closing(sqlite3.connect(book)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE ledger (id INTEGER PRIMARY KEY, amount INTEGER)")
        connection.execute("CREATE TABLE total AS SELECT 0 AS amount")
        connection.commit()
    return [subprocess.Popen([sys.executable, "-c", WRITER, str(book)]) for _ in range(4)]


@pytest.fixture(scope="module")
def second(site):
    """A backup is killed while it is sent; then, while four write, another one meets a destination that fails."""
    folder, machine = site.folder, site.machine
    sent = blob(folder / "one").stat().st_ino
    before = len(list((folder / "one" / "backups").iterdir()))
    killed = machine.start("backup")
    wait_for(lambda: len(list((folder / "one" / "backups").iterdir())) > before)
    kill(killed)
    stray = folder / "one" / "files" / "aa" / ("aa" + "0" * 38)
    stray.parent.mkdir(exist_ok=True)
    stray.write_bytes(b"of a backup that is gone")
    (folder / "blocked").write_text("a file where a folder should be")
    lost = {"name": "lost", "kind": "folder", "path": str(folder / "blocked" / "below")}
    keep = {"daily": 1, "weekly": 0, "monthly": 0}
    machine.send_to(lost, disk(folder, "one"), keep=keep)
    writers = begin_writing(machine.var / "keyuan.sqlite3")
    try:
        done = machine.run("backup")
    finally:
        for writer in writers:
            writer.kill()
            writer.wait()
    return Second(done, stray, sent)


def test_one_destination_that_fails_stops_no_other_and_is_named(site, second):
    done = second.done

    assert done.returncode == 1, done.stdout + done.stderr
    assert site.copies()[-2:] == [("lost", "failed", "backup.unreachable"), ("one", "verified", "")]
    assert "lost" in done.stderr
    assert site.machine.rows("SELECT state FROM platform_backuprun ORDER BY id") == [
        ("done",),
        ("interrupted",),
        ("partial",),
    ]
    told = site.machine.rows("SELECT DISTINCT code FROM platform_notice WHERE kind = 'backup'")
    assert told == [("backup.notice_failed",)]


def test_the_vault_is_not_sent_a_second_time(site, second):
    assert blob(site.folder / "one").stat().st_ino == second.blob


def test_old_and_half_copies_and_files_nobody_needs_are_removed(site, second):
    left = list((site.folder / "one" / "backups").iterdir())

    assert [(folder / "head.json").is_file() for folder in left] == [True]
    assert not second.stray.exists()
    kept = site.machine.rows("SELECT count(*) FROM platform_attachment")[0][0]
    assert len([path for path in (site.folder / "one" / "files").rglob("*") if path.is_file()]) == kept
    assert not list((site.machine.var / "files").glob(".held-*"))
    assert not list((site.machine.var / "backup" / "work").iterdir())


@pytest.fixture(scope="module")
def new_machine(site, second, tmp_path_factory):
    """Only the backup and the recovery key reach it; its first restore is killed, the second one comes through."""
    folder = tmp_path_factory.mktemp("new")
    shutil.copy2(site.recovery, folder / "recovery.key")
    new = Machine(folder / "var")
    words = ("restore", "--from", str(site.folder / "one"), "--recovery", str(folder / "recovery.key"))
    killed = new.start(*words)
    wait_for(lambda: list(folder.glob(".var.restoring-*/keyuan.sqlite3")))
    kill(killed)
    assert not (new.var / "keyuan.sqlite3").exists()
    return new, new.must(*words), words


def test_a_restored_book_is_of_one_moment(site, new_machine):
    new, printed, _words = new_machine

    rows, total = new.rows("SELECT (SELECT count(*) FROM ledger), (SELECT amount FROM total)")[0]
    written = site.machine.rows("SELECT count(*) FROM ledger")[0][0]
    assert rows == total
    assert 0 < rows < written
    assert [f"· {key}" in printed for key in (*CHECKS[:3], "files", "migrated", "audit", "sealed", "opened")] == [
        True
    ] * 8
    assert [path.name for path in new.var.parent.iterdir() if path.name.startswith(".var")] == []
    restored = new.rows("SELECT detail FROM platform_auditevent WHERE actor_name = 'keyuan restore'")
    assert len(restored) == 1


def test_a_book_is_not_overwritten_by_mistake(new_machine):
    new, _printed, words = new_machine

    again = new.run(*words)

    assert again.returncode == 1
    assert "--replace" in again.stderr


FIND = """
import datetime
from keyuan.customers.models import ContactPoint
from keyuan.customers.selectors import customers_visible_to
from keyuan.organisation.selectors.actors import actor_by_staff_no
actor = actor_by_staff_no("10482", datetime.date(2026, 11, 24))
reach = customers_visible_to(actor, now=datetime.datetime(2026, 11, 24, tzinfo=datetime.UTC))
contact = ContactPoint.objects.filter(customer__in=reach, phone__isnull=False).order_by("pk").first()
from keyuan.platform.files import vault
from keyuan.platform.models import Attachment
kept = Attachment.objects.get(name="paper.txt")
plain = b"".join(vault.read(kept.storage_name, bytes(kept.wrapped_key)))
import hashlib
answer = {"customer": contact.customer_id, "contact": contact.pk, "phone": contact.phone.open_audited(),
          "paper": hashlib.sha256(plain).hexdigest()}
"""


def test_the_restored_book_is_served_signed_in_to_and_revealed(site, new_machine):
    import hashlib

    new, _printed, _words = new_machine
    known = site.machine.ask(FIND)
    password = (site.machine.var / "sign-ins.txt").read_text().split()[-1]
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = new.start("start", "--port", str(port), "--processes", "1", "--no-worker")
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30, trust_env=False) as browser:
            wait_for(lambda: answers(browser))
            token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', browser.get("/sign-in/").text)[1]
            entered = browser.post(
                "/sign-in/", data={"username": "10482", "password": password, "csrfmiddlewaretoken": token}
            )
            headers = {"X-CSRFToken": browser.cookies["csrftoken"]}
            path = f"/customers/{known['customer']}/reveal/contact/{known['contact']}/"
            revealed = browser.post(path, data={"reason": "drill"}, headers=headers)
    finally:
        kill(server)

    assert entered.status_code == 302
    assert revealed.json() == {"value": known["phone"]}
    assert new.ask(FIND)["paper"] == hashlib.sha256(PAPER).hexdigest()
    new.must("audit", "verify")


def answers(browser):
    try:
        return browser.get("/sign-in/").status_code == 200
    except httpx.TransportError:
        return False
