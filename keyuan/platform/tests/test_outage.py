"""Faults of the world: told from bugs, answered from memory, logged quietly (PLT-10, PLT-13)."""

import errno
import json
import logging
import sqlite3

import psycopg
import pytest
from django.db import IntegrityError, InterfaceError, OperationalError, ProgrammingError
from django.test import RequestFactory
from django.utils import translation

from keyuan.platform import outage
from keyuan.platform.faults import Fault, world_fault
from keyuan.platform.jobs import retry
from keyuan.platform.views.errors import broken


def of_sqlite(code, kind=OperationalError):
    cause = sqlite3.OperationalError("text")
    cause.sqlite_errorcode = code
    return wrapped(kind, cause)


def wrapped(kind, cause):
    error = kind("text")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize("error, fault", [
    (of_sqlite(sqlite3.SQLITE_BUSY), Fault.BUSY),
    (of_sqlite(sqlite3.SQLITE_BUSY_SNAPSHOT), Fault.BUSY),
    (of_sqlite(sqlite3.SQLITE_FULL), Fault.FULL),
    (of_sqlite(sqlite3.SQLITE_READONLY_DBMOVED), Fault.READ_ONLY),
    (of_sqlite(sqlite3.SQLITE_IOERR_WRITE), Fault.READ_ONLY),
    (of_sqlite(sqlite3.SQLITE_ERROR), None),
    (of_sqlite(sqlite3.SQLITE_CORRUPT), None),
    (of_sqlite(sqlite3.SQLITE_CONSTRAINT, IntegrityError), None),
    (wrapped(OperationalError, psycopg.OperationalError("connection refused")), Fault.AWAY),
    (wrapped(InterfaceError, psycopg.InterfaceError("the connection is closed")), Fault.AWAY),
    (wrapped(OperationalError, psycopg.errors.ConnectionTimeout("text")), Fault.AWAY),
    (wrapped(OperationalError, psycopg.errors.AdminShutdown("text")), Fault.AWAY),
    (wrapped(OperationalError, psycopg.errors.CannotConnectNow("text")), Fault.AWAY),
    (wrapped(OperationalError, psycopg.errors.TooManyConnections("text")), Fault.AWAY),
    (wrapped(OperationalError, psycopg.errors.DiskFull("text")), Fault.FULL),
    (wrapped(OperationalError, psycopg.errors.DeadlockDetected("text")), Fault.BUSY),
    (wrapped(ProgrammingError, psycopg.errors.UndefinedTable("text")), None),
    (OSError(errno.ENOSPC, "text"), Fault.FULL),
    (OSError(errno.EROFS, "text"), Fault.READ_ONLY),
    (FileNotFoundError(errno.ENOENT, "text"), None),
    (ValueError("text"), None),
    (None, None),
])  # fmt: skip
def test_faults_of_the_world_are_told_from_bugs(error, fault):
    assert world_fault(error) is fault


def failing(request, error=None):
    try:
        raise error or of_sqlite(sqlite3.SQLITE_FULL)
    except (OperationalError, ValueError):
        return broken(request)


def test_a_page_says_what_is_the_matter_and_when_to_come_back():
    request = RequestFactory().get("/customers/")
    request.request_id = "a1b2c3d4e5"

    response = failing(request)

    text = response.content.decode()
    assert (response.status_code, response["Retry-After"], response["Cache-Control"]) == (503, "10", "no-store")
    assert "系统磁盘空间已满" in text
    assert "A1B2C3D4" in text


@pytest.mark.parametrize("cookie, sentence", [
    ("en", "The disk of the system is full"),
    ("zh-hant", "空間"),
    ("", "系统磁盘空间已满"),
    ("xx", "系统磁盘空间已满"),
])  # fmt: skip
def test_it_speaks_the_language_of_the_browser(cookie, sentence):
    request = RequestFactory().get("/")
    request.COOKIES["language"] = cookie

    with translation.override("zh-hans"):
        assert sentence in failing(request).content.decode()


def test_what_was_typed_comes_back_to_be_sent_again():
    request = RequestFactory().post(
        "/customers/enter/?from=home", "&".join(["name=%3Cb%3E", "idempotency=attempt-1", "tags=1", "tags=2"]),
        content_type="application/x-www-form-urlencoded",
    )  # fmt: skip

    text = failing(request).content.decode()

    assert 'action="/customers/enter/?from=home"' in text
    assert '<input type="hidden" name="name" value="&lt;b&gt;">' in text
    assert text.count('name="tags"') == 2
    assert 'value="attempt-1"' in text


@pytest.mark.parametrize("body", ["username=10482&password=geheim-7", "name=x" + "x" * outage.MOST_TYPED])
def test_secrets_and_heaps_do_not_come_back(body):
    request = RequestFactory().post("/sign-in/", body, content_type="application/x-www-form-urlencoded")

    text = failing(request).content.decode()

    assert "geheim-7" not in text
    assert "<form" not in text
    assert "请返回上一页" in text


@pytest.mark.parametrize("path, headers", [
    ("/api/v1/customers", {}),
    ("/customers/1/field/", {"Accept": "application/json", "HX-Request": "true"}),
])  # fmt: skip
def test_programs_get_problem_details(path, headers):
    response = failing(RequestFactory().get(path, headers=headers))

    body = json.loads(response.content)
    assert (response.status_code, response["Content-Type"]) == (503, "application/problem+json")
    assert (body["status"], body["code"], body["error"]) == (503, "unavailable.full", body["detail"])


def test_a_bug_stays_a_bug():
    page = failing(RequestFactory().get("/"), ValueError("x"))
    program = failing(RequestFactory().get("/api/v1/customers"), ValueError("x"))

    assert (page.status_code, program.status_code) == (500, 500)
    assert json.loads(program.content)["code"] == "broken"


def test_a_storm_of_requests_is_one_line(caplog):
    outage.quiet.seen.clear()

    with caplog.at_level(logging.ERROR):
        for _ in range(50):
            failing(RequestFactory().get("/"))

    assert [record.levelname for record in caplog.records if "outage" in record.getMessage()] == ["ERROR"]
    assert outage.quiet.seen[Fault.FULL][1] == 49


def test_a_job_waits_the_world_out_and_gives_up_on_a_bug():
    from keyuan.platform import clock

    now = clock.now()
    pauses = [(retry.next_try(of_sqlite(sqlite3.SQLITE_FULL), attempt, now) - now).seconds for attempt in (1, 2, 3, 99)]

    assert pauses == [5, 20, 60, 60]
    assert retry.next_try(ValueError("x"), 1, now) is None
