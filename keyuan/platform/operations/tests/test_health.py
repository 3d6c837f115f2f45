"""Probes say whether this instance can serve, and tell strangers nothing more (PLT-13)."""

from ipaddress import ip_network

import pytest
from django.db import DatabaseError
from django.test import Client

from keyuan.platform.operations import health

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    """Ask anew in each test."""
    monkeypatch.setattr(health.watcher, "_at", 0.0)
    monkeypatch.setattr(health, "FRESH", 0.0)
    health.keyring.ring()


def broken():
    raise DatabaseError("connection to 10.0.0.7 as keyuan failed")


def test_liveness_touches_no_database(django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = Client(headers={"host": "any.name.example"}).get("/health/live")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
def test_head_is_answered_without_a_body(path):
    answer = Client().head(path)

    assert (answer.status_code, answer.content) == (200, b"")


def test_readiness_names_each_check_to_this_machine():
    answer = Client().get("/health/ready")

    expected = {"database": "ok", "migrations": "ok", "keys": "ok", "disk": "ok", "queue": "late"}
    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "checks": expected})


def test_a_failed_check_is_503_and_its_name_is_not_for_strangers(monkeypatch):
    monkeypatch.setitem(health.CHECKS, "database", broken)

    near = Client().get("/health/ready")
    stranger = Client(REMOTE_ADDR="203.0.113.9").get("/health/ready")

    assert (near.status_code, near.json()["checks"]["database"]) == (503, "failed")
    assert (stranger.status_code, stranger.json()) == (503, {"status": "unavailable"})


def test_a_key_ring_that_is_gone_is_not_made_anew(settings, tmp_path):
    settings.KEYRING_PATH = tmp_path / "keyring.json"

    answer = Client().get("/health/ready")

    assert (answer.status_code, answer.json()["checks"]["keys"]) == (503, "failed")
    assert not settings.KEYRING_PATH.exists()


@pytest.mark.parametrize("_case, setting, value", [
    ("the folder cannot be written", "VAR_DIR", "/proc/absent"),
    ("too little room", "DISK_LEAST_BYTES", 1 << 60),
])  # fmt: skip
def test_a_disk_that_takes_nothing_is_a_reason_to_go_elsewhere(_case, setting, value, settings):
    setattr(settings, setting, value)

    assert Client().get("/health/ready").json()["checks"]["disk"] == "failed"


def test_a_database_that_hangs_does_not_hang_who_asks(monkeypatch):
    go_on = health.threading.Event()
    monkeypatch.setattr(health, "LONGEST", 0.2)
    monkeypatch.setitem(health.CHECKS, "database", lambda: go_on.wait(10) and health.OK)
    watcher = health.Watcher()

    found = watcher.ask()

    assert (found.is_ready, dict(found.checks)) == (False, {"database": "failed"})
    go_on.set()


@pytest.mark.parametrize("_case, meta, networks, token, status", [
    ("this machine", {}, "", "", 200),
    ("a stranger", {"REMOTE_ADDR": "203.0.113.9"}, "", "", 404),
    ("a proxy on this machine that says for whom", {"HTTP_X_FORWARDED_FOR": "203.0.113.9"}, "", "", 404),
    ("a named network", {"REMOTE_ADDR": "10.1.2.3"}, "10.1.0.0/16", "", 200),
    ("another network than the named one", {}, "10.1.0.0/16", "", 404),
    ("who knows the token", {"REMOTE_ADDR": "203.0.113.9", "HTTP_AUTHORIZATION": "Bearer s3cret"}, "", "s3cret", 200),
    ("who knows another token", {"REMOTE_ADDR": "203.0.113.9", "HTTP_AUTHORIZATION": "Bearer no"}, "", "s3cret", 404),
    ("an empty token is none", {"REMOTE_ADDR": "203.0.113.9", "HTTP_AUTHORIZATION": "Bearer "}, "", "", 404),
])  # fmt: skip
def test_metrics_are_for_named_networks_and_holders_of_the_token(_case, meta, networks, token, status, settings):
    settings.METRICS_NETWORKS = [ip_network(networks)] if networks else []
    settings.METRICS_TOKEN = token

    assert Client(**meta).get("/metrics").status_code == status


def test_metrics_count_answers_and_statements_by_route():
    Client().get("/sign-in/")

    text = Client().get("/metrics").content.decode()

    assert 'keyuan_http_requests_total{method="GET",route="organisation:sign-in",status="2xx"}' in text
    assert 'keyuan_http_request_seconds_bucket{le="0.05",route="organisation:sign-in"}' in text
    assert 'keyuan_database_queries_total{route="organisation:sign-in"}' in text
    assert "keyuan_database_up 1.0" in text
    assert "keyuan_queue_waiting 0.0" in text


def test_the_sign_in_page_answers_head():
    assert Client().head("/sign-in/").status_code == 200
