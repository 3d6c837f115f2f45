"""Faults of the world met by real requests: a clear page, nothing lost, and all is well when it is over (PLT-13)."""

import errno
import json
import os
import signal
import sqlite3
from datetime import timedelta

import pytest
from django.db import close_old_connections, connection
from django.utils import timezone
from django_q.models import OrmQ

from keyuan.customers.models import Interaction
from keyuan.customers.testing import make_customer
from keyuan.organisation.testing import client_of
from keyuan.platform import clock, postgresql
from keyuan.platform.files import vault
from keyuan.platform.jobs import enqueue, schedules
from keyuan.platform.jobs.timetable import seed
from keyuan.platform.jobs.watch import Watch
from keyuan.platform.models import Attachment, AuditEvent, ScheduledTask

pytestmark = pytest.mark.django_db(transaction=True)


HTMX = {"HX-Request": "true"}


@pytest.fixture
def agent():
    client, actor = client_of("agent")
    client.raise_request_exception = False
    client.get("/me/")
    return client, actor


@pytest.fixture
def address(agent):
    return f"/customers/{make_customer(agent[1], '周国栋').pk}/interactions/add/"


def form(text="谈续保", **more):
    now = clock.now().strftime("%Y-%m-%dT00:00")
    return {"kind": "CALL", "direction": "OUT", "occurred_at": now, "summary": text, "idempotency": "a-1", **more}


def run(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone() if cursor.description else None


def send(client, address, **more):
    """Send a form as a browser does."""
    body = "&".join(f"{name}={value}" for name, value in form(**more).items())
    return client.post(address, body, content_type="application/x-www-form-urlencoded")


def told(response, sentence):
    """Tell whether a page says what is the matter and keeps what was typed."""
    text = response.content.decode()
    kept = 'name="summary" value="谈续保"' in text and 'name="idempotency" value="a-1"' in text
    return (response.status_code, response.get("Retry-After"), sentence in text, kept)


def counted():
    return Interaction.objects.count(), AuditEvent.objects.filter(subject_kind="interaction").count()


@pytest.mark.sqlite_only("one writer at a time")
def test_a_database_that_another_process_holds(agent, address):
    run("PRAGMA busy_timeout = 200")
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    busy = send(agent[0], address)
    read = agent[0].get("/customers/")
    other.execute("ROLLBACK")
    other.close()
    again = send(agent[0], address)

    assert told(busy, "系统繁忙") == (503, "10", True, True)
    assert (read.status_code, again.status_code, counted()) == (200, 302, (1, 1))


@pytest.mark.sqlite_only("a limit of pages stands for a full disk")
def test_a_full_disk(agent, address):
    run("VACUUM")
    pages = run("PRAGMA page_count")[0]
    run(f"PRAGMA max_page_count = {pages}")
    long = "长" * 4000

    full = send(agent[0], address, detail=long)
    run("PRAGMA max_page_count = 1073741823")
    again = send(agent[0], address, detail=long)

    assert told(full, "磁盘空间已满") == (503, "10", True, True)
    assert (again.status_code, counted()) == (302, (1, 1))
    assert run("PRAGMA integrity_check") == ("ok",)


@pytest.mark.sqlite_only("PostgreSQL has its own word for it")
def test_a_disk_that_takes_no_writes(agent, address):
    run("PRAGMA query_only = 1")

    refused = send(agent[0], address)
    run("PRAGMA query_only = 0")
    again = send(agent[0], address)

    assert told(refused, "磁盘无法写入") == (503, "10", True, True)
    assert (again.status_code, counted()) == (302, (1, 1))


@pytest.mark.postgresql_only("a server that ends its connections")
def test_connections_that_died_are_replaced(agent, address):
    connection.ensure_connection()
    pid = run("SELECT pg_backend_pid()")[0]
    with connection.copy().cursor() as other:
        other.execute("SELECT pg_terminate_backend(%s)", [pid])

    broken = send(agent[0], address)
    # What the beginning of every real request does.
    close_old_connections()
    again = send(agent[0], address)

    assert told(broken, "数据库暂时无法连接") == (503, "10", True, True)
    assert (again.status_code, counted()) == (302, (1, 1))


@pytest.mark.postgresql_only("a server that is stopped where it stands")
def test_a_server_that_gives_no_sign(agent, address, monkeypatch):
    monkeypatch.setattr(postgresql, "OF_PAGES", 1.0)
    pid = run("SELECT pg_backend_pid()")[0]
    os.kill(pid, signal.SIGSTOP)

    silent = send(agent[0], address)
    os.kill(pid, signal.SIGCONT)
    close_old_connections()
    again = send(agent[0], address)

    assert told(silent, "数据库暂时无法连接") == (503, "10", True, True)
    assert (again.status_code, counted()) == (302, (1, 1))


@pytest.mark.postgresql_only("a database that is set to take no writes")
def test_a_server_that_takes_no_writes(agent, address):
    run("SET default_transaction_read_only = on")

    refused = send(agent[0], address)
    run("SET default_transaction_read_only = off")
    again = send(agent[0], address)

    assert told(refused, "磁盘无法写入") == (503, "10", True, True)
    assert (again.status_code, counted()) == (302, (1, 1))


def test_a_full_disk_under_the_files(agent, address, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(vault.os, "fsync", full)
    before = kept_files()

    response = agent[0].post(
        address.replace("interactions", "files"), {"kind": "other", "file": upload()}, headers=HTMX
    )

    assert "存储空间不足" in json.loads(response["HX-Trigger"])["toast"][0]["text"]
    assert not Attachment.objects.exists()
    assert kept_files() == before


def kept_files():
    return {path for path in vault.folder().rglob("*") if path.is_file()}


def upload():
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("a.txt", b"text")


def test_a_clock_set_back_lets_nothing_wait(monkeypatch):
    ahead = timedelta(days=3)
    real = timezone.now
    watch = Watch()
    watch._lead += ahead.total_seconds()
    monkeypatch.setattr(timezone, "now", lambda: real() + ahead)
    seed(clock.now())
    enqueue("keyuan.platform.jobs.tests.workload.add", series="clock")
    monkeypatch.setattr(timezone, "now", real)
    waiting = OrmQ.objects.get()
    assert waiting.lock > real() + timedelta(days=2)

    watch._follow_clock()

    assert OrmQ.objects.get().lock <= real()
    late = ScheduledTask.objects.filter(is_active=True, next_at__gt=real() + ahead)
    monthly = [task.key for task in late if task.cron.split()[2] == "*" and task.cron.split()[4] == "*"]
    assert (len(schedules) > 0, monthly) == (True, [])


def test_a_clock_that_was_ahead_does_not_keep_sessions_alive(agent, monkeypatch):
    real = clock.wall
    monkeypatch.setattr(clock, "wall", lambda: real() + timedelta(minutes=10))
    assert agent[0].get("/me/").status_code == 200
    monkeypatch.setattr(clock, "wall", real)
    assert agent[0].get("/me/").status_code == 200

    seen = agent[0].session["seen"]

    assert abs(seen - real().timestamp()) < 60


def test_a_clock_that_jumps_days_ahead_ends_sessions_and_asks_to_sign_in(agent, monkeypatch):
    real = clock.wall
    monkeypatch.setattr(clock, "wall", lambda: real() + timedelta(days=2))

    assert agent[0].get("/me/").status_code == 302
