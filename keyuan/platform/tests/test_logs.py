"""The log says what happened under which request, never about whom (PLT-13)."""

import json
import logging

import pytest
import structlog

from keyuan.kernel.actor import Actor, ActorKind
from keyuan.platform import logs
from keyuan.platform.permissions import JOBS_VIEW

ACTOR = Actor(ActorKind.STAFF, 7, "王芳", permissions=frozenset({JOBS_VIEW}))


@pytest.fixture
def lines(capsys):
    """Log as the running system does; gives the lines written since, as JSON."""
    root, before = logging.getLogger(), logging.getLogger().handlers[:]
    level = root.level
    logs.configure(as_json=True)
    structlog.contextvars.clear_contextvars()
    yield lambda: [json.loads(line) for line in capsys.readouterr().err.splitlines() if line.startswith("{")]
    root.handlers = before
    root.setLevel(level)


def test_our_events_are_json_with_the_bound_id(lines):
    logs.bind(request_id="r-1")
    structlog.get_logger("keyuan.test").info("policy.lapsed", policy_id=17)

    (line,) = lines()
    assert (line["event"], line["policy_id"], line["request_id"], line["level"]) == ("policy.lapsed", 17, "r-1", "info")


def test_an_exception_is_its_class_and_its_places(lines):
    try:
        raise LookupError("张三 13800001402")
    except LookupError:
        logging.getLogger("django.request").exception("Internal Server Error: %s", "/x/")

    (line,) = lines()
    assert line["exception"] == "LookupError"
    assert "test_logs.py" in line["places"][0]
    assert "13800001402" not in json.dumps(line, ensure_ascii=False)


@pytest.mark.django_db
def test_a_request_is_logged_by_its_route_without_what_was_searched(lines, as_actor):
    response = as_actor(ACTOR).get("/jobs/?q=13800001402")

    line = next(line for line in lines() if line["event"] == "request")
    assert (line["route"], line["status"], line["request_id"]) == ("platform:jobs", 200, response["X-Request-Id"])
    assert "13800001402" not in json.dumps(line)
