"""A real worker, a real mail server, a kill between hand-over and answer: nothing is sent twice or lost (PLT-11)."""

import threading
from collections import Counter
from contextlib import contextmanager

import pytest

from keyuan.contact.models import Message, MessageProvider
from keyuan.contact.services.messages.queueing import Draft, send_many
from keyuan.contact.services.messages.runs import wake
from keyuan.contact.tests.messages.mailbox import mailbox
from keyuan.contact.tests.messages.making import make_provider, make_template, reachable
from keyuan.organisation.testing import make_actor
from keyuan.platform import clock
from keyuan.platform.jobs.tests.test_kill import Worker, wait_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.network]
COUNT = 12


def falls_silent_after(box, count):
    """Let the server take ``count`` letters, then say nothing until the event is set."""
    go_on = threading.Event()

    def answer(_address):
        if len(box.letters) > count:
            go_on.wait(20)
        return "250 OK"

    box.data = answer
    return go_on


def queue_to(port):
    """Queue letters to customers by the server at ``port``."""
    config = {"host": "127.0.0.1", "port": port, "security": "none", "from_address": "a@keyuan.example"}
    make_provider("EMAIL", "SMTP", config=config, connections=1)
    template, agent = make_template("EMAIL", subject="续期提醒"), make_actor("agent")
    customers = [reachable(agent, f"客户{n}", f"138123456{n:02}", f"c{n}@example.org") for n in range(COUNT)]
    drafts = [Draft(customer.pk, {"due_on": "2026-04-01"}) for customer in customers]
    send_many(actor=agent, template_id=template.pk, drafts=drafts, now=clock.now())


@contextmanager
def one_worker():
    """Run a worker until the block ends."""
    worker = Worker()
    try:
        yield worker
    finally:
        if worker.process.poll() is None:
            worker.stop()


def test_a_killed_worker_sends_nothing_twice_and_loses_nothing():
    with mailbox() as box:
        go_on = falls_silent_after(box, 5)
        queue_to(box.port)
        with one_worker() as worker:
            wait_for(lambda: len(box.letters) == 6)
            worker.kill()
        go_on.set()
        # The lease of the lost run ends by the clock; here it is ended by hand.
        MessageProvider.objects.update(run_until=clock.now())
        wake(clock.now())
        with one_worker():
            wait_for(lambda: not Message.objects.filter(status__in=("QUEUED", "SENDING")).exists())

    times = Counter(letter["To"] for letter in box.letters)
    doubt = Message.objects.get(status="UNKNOWN")
    assert set(times.values()) == {1}
    assert len(times) == COUNT
    assert (doubt.because, Message.objects.filter(status="SENT").count()) == ("interrupted", COUNT - 1)
