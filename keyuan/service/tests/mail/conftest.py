"""What tests of mail stand on: a real IMAP server, and a mailbox of the desk that reads a folder of it."""

import pytest

from keyuan.customers.models import ContactPoint
from keyuan.customers.services.child_rows import contact_columns
from keyuan.service.models import Category, Mailbox
from keyuan.service.services.mail.mailboxes import MailboxDraft, save_mailbox
from keyuan.service.testing import MORNING, clerk, open_desk
from keyuan.service.tests.mail.servers import SECRET, USER, Postbox


@pytest.fixture(scope="session")
def postbox():
    """One IMAP server for all tests; each has a folder of its own."""
    box = Postbox()
    try:
        box.wait()
        yield box
    finally:
        box.stop()


@pytest.fixture
def here(settings):
    """Servers of mail may stand on this machine."""
    settings.MAIL_ALLOWED = ["127.0.0.0/8"]


@pytest.fixture
def representative():
    return clerk()


@pytest.fixture
def make_mailbox(here, representative):
    """Make mailboxes that take what is there already."""

    def make(folder="INBOX", imap_port=1, smtp_port=1, **more):
        desk = open_desk(representative)
        category = Category.objects.get(code="CONSULT_POLICY").pk
        values = {
            "name": "客服邮箱", "address": "kefu@keyuan.example", "from_name": "客源客服", "imap_host": "127.0.0.1",
            "imap_port": imap_port, "imap_security": "none", "smtp_host": "127.0.0.1", "smtp_port": smtp_port,
            "smtp_security": "none", "username": USER, "password": SECRET, "folder": folder, "desk_id": desk.pk,
            "category_id": category, "takes_old": True,
        }  # fmt: skip
        boss = clerk("contact_centre_director", unit=desk.unit)
        made = save_mailbox(actor=boss, mailbox_id=None, draft=MailboxDraft(**values | more), now=MORNING)
        return Mailbox.objects.get(pk=made.pk)

    return make


def give_address(customer, address, *, verified=True):
    """Give a customer a mail address."""
    return ContactPoint.objects.create(
        customer=customer, kind="EMAIL", created_at=MORNING, verified_at=MORNING if verified else None,
        **contact_columns("EMAIL", address),
    )  # fmt: skip
