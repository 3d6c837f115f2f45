"""A request sent twice is done once, whatever happens between the two: races and a process that dies (PLT-14)."""

import threading

import pytest
from django.db import connection

from keyuan.api.testing import Program
from keyuan.api.v1 import customers as endpoints
from keyuan.customers.models import Customer
from keyuan.organisation.testing import small_tree
from keyuan.platform import replays
from keyuan.platform.models import Replay

pytestmark = pytest.mark.django_db(transaction=True)
PERSON = {"name": "张晓明", "contacts": [{"kind": "MOBILE", "value": "13800138000"}]}


class Killed(BaseException):
    """Stands for the end of the process: nothing in between may catch it."""


def test_a_process_that_dies_before_the_commit_leaves_nothing(monkeypatch):
    program = Program("customer_resource_manager", unit=small_tree().team_a)

    def die(**_facts):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(replays, "keep_answer", die)
        with pytest.raises(Killed):
            program.post("/customers", PERSON, idempotency_key="one")
    assert (Customer.objects.count(), Replay.objects.count()) == (0, 0)
    answer = program.post("/customers", PERSON, idempotency_key="one")

    assert (answer.status_code, Customer.objects.count(), Replay.objects.count()) == (201, 1, 1)


def test_two_at_once_do_it_once(monkeypatch):
    """On PostgreSQL the second is told that the first one runs; on SQLite it waits and gets the first one's answer."""
    program = Program("customer_resource_manager", unit=small_tree().team_a)
    inside, proceed = threading.Event(), threading.Event()
    enter = endpoints.enter_customer
    answers = {}

    def slow(**facts):
        inside.set()
        proceed.wait(10)
        return enter(**facts)

    def send(name):
        answers[name] = program.post("/customers", PERSON, idempotency_key="one")
        connection.close()

    monkeypatch.setattr(endpoints, "enter_customer", slow)
    first = threading.Thread(target=send, args=("first",))
    first.start()
    assert inside.wait(10)
    second = threading.Thread(target=send, args=("second",))
    second.start()
    if connection.vendor == "postgresql":
        second.join(10)
    proceed.set()
    first.join(20)
    second.join(20)

    assert answers["first"].status_code == 201
    assert Customer.objects.count() == 1
    if connection.vendor == "postgresql":
        assert (answers["second"].status_code, answers["second"].json()["code"]) == (409, "replay.running")
    else:
        assert answers["second"].content == answers["first"].content
