"""Webhooks through a real worker that is killed: everything arrives, and what arrives twice bears one id (PLT-14)."""

import time
from collections import Counter

import pytest
from standardwebhooks.webhooks import Webhook

from keyuan.api.models import WebhookDelivery
from keyuan.api.services import webhook_endpoints as services
from keyuan.api.services.webhook_announcing import announce
from keyuan.api.tests.receiver import receiving
from keyuan.customers.events import CustomersChanged
from keyuan.customers.testing import make_customer
from keyuan.organisation.testing import NOW, make_actor, small_tree
from keyuan.platform import clock
from keyuan.platform.jobs.tests.test_kill import Worker, wait_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.network]
COUNT = 60


@pytest.fixture
def worker(monkeypatch):
    monkeypatch.setenv("KEYUAN_WEBHOOKS_ALLOWED", "127.0.0.0/8")
    started = []

    def start():
        started.append(Worker())
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.stop()


def test_a_killed_worker_loses_no_event(worker, settings):
    settings.WEBHOOKS_ALLOWED = ["127.0.0.0/8"]
    with receiving() as receiver:
        receiver.answer = lambda _request: time.sleep(0.1) or (200, {}, b"")
        contents = services.EndpointContents(name="总账", url=receiver.url())
        admin = make_actor("administrator", unit=small_tree().head)
        customer = make_customer(make_actor("agent"), "张三")
        _endpoint, secret = services.add_endpoint(actor=admin, contents=contents, now=NOW, wall=clock.wall())
        for number in range(COUNT):
            event = CustomersChanged((customer.pk,), "UPDATE")
            announce(event, key=str(number), occurred_at=NOW, now=clock.now(), wall=clock.wall())
        first = worker()
        wait_for(lambda: len(receiver.received) >= 10)

        first.kill()
        cut = len(receiver.received)
        assert cut < COUNT
        worker()
        wait_for(lambda: not WebhookDelivery.objects.exclude(status="TAKEN").exists())

        times = Counter(receiver.ids)
        assert len(times) == COUNT
        # Only what was under way, or not yet written down, at the kill came twice.
        assert len(receiver.received) - COUNT <= 20
        assert {Webhook(secret).verify(one.body, one.headers)["type"] for one in receiver.received} == {
            "customer.updated"
        }
