"""Mail fetched from a real IMAP server and filed: new matters, answers, what is set aside (SRV-5)."""

import threading
import time

import pytest

from keyuan.customers.testing import make_customer
from keyuan.service.drivers.mail.inbox import Inbox, InboxError
from keyuan.service.models import Mail, OrderEntry, WorkOrder
from keyuan.service.services.mail.fetching import fetch
from keyuan.service.testing import MORNING
from keyuan.service.tests.mail.conftest import give_address
from keyuan.service.tests.mail.servers import letter

pytestmark = [pytest.mark.django_db, pytest.mark.network]


def run(mailbox):
    return fetch(mailbox.pk, lambda: MORNING)


def test_a_mail_becomes_a_work_order_once(postbox, make_mailbox, agent_actor):
    folder = postbox.folder()
    mailbox = make_mailbox(folder, postbox.port)
    customer = make_customer(agent_actor, "何静")
    give_address(customer, "he@example.org")
    postbox.put(folder, letter())

    first, second = run(mailbox), run(mailbox)

    order, mail = WorkOrder.objects.get(), Mail.objects.get()
    assert (first, second) == (1, 0)
    assert (order.title, order.contact_channel, order.customer_id) == ("保单查询", "EMAIL", customer.pk)
    assert (mail.status, mail.order_id, mail.raw_id is not None) == ("FILED", order.pk, True)
    assert mail.text == "请问我的保单什么时候到期？"
    assert b"Seen" not in b"".join(postbox.flags(folder))
    assert OrderEntry.objects.filter(order=order, kind="INBOUND").count() == 1


def test_a_server_that_tells_of_new_mail_is_waited_on_and_others_are_asked_again(postbox, make_mailbox):
    folder = postbox.folder()
    mailbox = make_mailbox(folder, postbox.port)
    postman = threading.Timer(0.5, postbox.put, (folder, letter()))
    postman.start()
    begun = time.monotonic()

    count = fetch(mailbox.pk, lambda: MORNING, seconds=8.0, waits=3.0)

    postman.join()
    mailbox.refresh_from_db()
    assert (count, Mail.objects.get().status, mailbox.last_error) == (1, "FILED", "")
    assert 2.5 < time.monotonic() - begun < 8


def test_a_server_that_breaks_off_the_waiting_is_simply_asked_again(postbox, make_mailbox):
    mailbox = make_mailbox(postbox.folder(), postbox.port)

    class Broken(Inbox):
        def wait(self, _seconds):
            raise InboxError("broken")

    class Silent(Inbox):
        def can_wait(self):
            return False

    counts = [fetch(mailbox.pk, lambda: MORNING, opener=opener, waits=5.0) for opener in (Broken, Silent)]

    mailbox.refresh_from_db()
    assert (counts, mailbox.last_error, mailbox.rests_until) == ([0, 0], "", None)
