"""Events: stored with the change, delivered at least once, retried, parked (decision 7)."""

import threading
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.db import connections, transaction
from django.utils import timezone

from keyuan.platform.events import Event, emit, in_events_of, once
from keyuan.platform.events.dispatcher import HELD_FOR, dispatch, has_due, retry_parked, sweep_keys
from keyuan.platform.events.registry import Handler, handlers
from keyuan.platform.jobs.drain import drain
from keyuan.platform.models import HandledKey, OutboxEvent

pytestmark = pytest.mark.django_db


@dataclass(frozen=True, slots=True)
class PolicyLapsed(Event):
    """An event for these tests."""

    on: date
    reason: str = ""


@pytest.fixture
def heard(monkeypatch):
    """Two listeners: one notes, the other does what the test puts into ``second``."""
    log = []
    behaviour = {"second": lambda event: None}
    first = Handler("first", PolicyLapsed, log.append)

    def listen(event):
        behaviour["second"](event)

    second = Handler("second", PolicyLapsed, listen)
    monkeypatch.setattr(handlers, "_items", {"first": first, "second": second})
    return log, behaviour


def tell(ids=(1, 2)):
    with transaction.atomic():
        emit(PolicyLapsed(ids, on=date(2026, 3, 8), reason="arrears"))


def test_every_handler_hears_of_an_event_as_it_was_told(heard):
    tell()

    assert OutboxEvent.objects.count() == 2
    assert dispatch() == 2
    assert heard[0] == [PolicyLapsed((1, 2), on=date(2026, 3, 8), reason="arrears")]
    assert not OutboxEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_event_needs_a_transaction_and_falls_with_it(heard):
    with pytest.raises(RuntimeError):
        emit(PolicyLapsed((1,), on=date(2026, 3, 8)))
    with transaction.atomic():
        emit(PolicyLapsed((1,), on=date(2026, 3, 8)))
        transaction.set_rollback(True)

    assert not has_due(timezone.now())


def test_an_event_carries_a_thousand_ids_and_no_more():
    assert len(in_events_of(list(range(2001)))) == 3
    with pytest.raises(ValueError, match="1000"):
        PolicyLapsed(tuple(range(1001)), on=date(2026, 3, 8))


def test_a_fact_added_since_takes_its_default(heard):
    tell()
    OutboxEvent.objects.update(payload={"ids": [1], "on": "2026-03-08", "gone": 1})

    dispatch()

    assert heard[0] == [PolicyLapsed((1,), on=date(2026, 3, 8), reason="")]


def test_a_failure_of_one_handler_does_not_concern_the_other(heard):
    def broken(event):
        raise LookupError("张三")

    heard[1]["second"] = broken
    tell()
    dispatch()

    parked = OutboxEvent.objects.get()
    assert (len(heard[0]), parked.handler, parked.status) == (1, "second", "parked")
    assert "LookupError" in parked.error
    assert "张三" not in parked.error


def test_a_failure_that_heals_is_delivered_again_after_a_pause(heard):
    def busy(event):
        raise OSError

    heard[1]["second"] = busy
    tell()
    dispatch()
    waiting = OutboxEvent.objects.get()
    assert (waiting.status, waiting.attempts) == ("pending", 1)
    assert waiting.due_at > timezone.now() + timedelta(seconds=10)

    heard[1]["second"] = heard[0].append
    OutboxEvent.objects.update(due_at=timezone.now())
    dispatch()

    assert len(heard[0]) == 2


def test_a_parked_event_is_delivered_when_someone_retries_it(heard):
    tell()
    OutboxEvent.objects.filter(handler="first").update(status="parked")
    dispatch()
    parked = OutboxEvent.objects.get()

    assert retry_parked(parked.pk)
    assert not retry_parked(parked.pk)
    drain()

    assert len(heard[0]) == 1


def test_a_delivery_whose_worker_died_is_repeated(heard):
    tell()
    OutboxEvent.objects.update(due_at=timezone.now() + HELD_FOR)
    assert dispatch() == 0

    OutboxEvent.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    assert dispatch() == 2


@pytest.mark.django_db(transaction=True)
def test_two_dispatchers_deliver_each_event_once(heard):
    for number in range(20):
        tell((number,))

    def work():
        dispatch()
        connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(event.ids for event in heard[0]) == [(number,) for number in range(20)]


@pytest.mark.django_db(transaction=True)
def test_a_key_is_new_once_and_again_after_a_rollback():
    with transaction.atomic():
        assert once("claim-17")
        transaction.set_rollback(True)
    with transaction.atomic():
        assert once("claim-17")
        assert not once("claim-17")
    with pytest.raises(RuntimeError):
        once("claim-17")


def test_old_keys_are_forgotten():
    HandledKey.objects.create(key="old", handled_at=timezone.now() - timedelta(days=31))
    HandledKey.objects.create(key="new", handled_at=timezone.now())

    assert sweep_keys() == 1
    assert HandledKey.objects.get().key == "new"
