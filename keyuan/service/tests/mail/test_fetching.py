"""Mail fetched from a real IMAP server and filed: new matters, answers, what is set aside (SRV-5)."""

import pytest

from keyuan.customers.testing import make_customer
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
