"""Pages of mail: mailboxes, log, thread, writing with undo (SRV-5)."""

import pytest

from keyuan.customers.testing import make_customer
from keyuan.organisation.testing import client_of, small_tree
from keyuan.platform import clock
from keyuan.platform.lists import FilterContext, lists
from keyuan.platform.lists.testing import assert_list_uses_indexes
from keyuan.service.models import BlockedSender, Mail, Mailbox, MailParty
from keyuan.service.rules.mail.letter import Party
from keyuan.service.services.mail.common import party_row
from keyuan.service.testing import make_order, open_desk
from keyuan.service.tests.mail.conftest import give_address

pytestmark = pytest.mark.django_db


def text_of(answer):
    return answer.content.decode()


@pytest.fixture
def seated():
    browser, actor = client_of("contact_centre", unit=small_tree().east)
    open_desk(actor)
    return browser, actor


@pytest.fixture
def thread(seated, make_mailbox, agent_actor):
    """An order of a customer with one mail, and the mailbox."""
    mailbox = make_mailbox()
    customer = make_customer(agent_actor, "何静")
    give_address(customer, "he@example.org")
    order = make_order(seated[1], customer.pk, now=clock.now(), contact_channel="EMAIL")
    mail = Mail.objects.create(
        mailbox=mailbox, status="FILED", order=order, at=clock.now(), subject="保单查询", text="何时到期？",
        html="<p>何时<b>到期</b>？</p>", message_id="<one@example.org>", created_at=clock.now(),
    )  # fmt: skip
    party_row(mail, MailParty.Role.SENDER, Party("he@example.org", "何女士"), clock.now()).save()
    party_row(mail, MailParty.Role.TO, Party("kefu@keyuan.example"), clock.now()).save()
    party_row(mail, MailParty.Role.CC, Party("son@example.org"), clock.now()).save()
    return order, mail, mailbox


def test_a_thread_shows_masked_addresses_and_an_answer_is_written_kept_sent_and_taken_back(seated, thread):
    browser, _actor = seated
    order, mail, _mailbox = thread

    shown = text_of(browser.get(f"/service/orders/{order.pk}/mails/"))
    begun = browser.post(f"/service/orders/{order.pk}/mails/begin/", {"kind": "REPLY_ALL", "mail": mail.pk})
    draft = Mail.objects.get(status="DRAFT")
    page = text_of(browser.get(begun.url))
    form = {"mailbox": draft.mailbox_id, "subject": draft.subject, "text": ""}
    people = {
        row.role: f"p{MailParty.objects.get(mail=mail, email_index=row.email_index).pk}" for row in draft.parties.all()
    }
    kept = browser.post(f"/service/mails/{draft.pk}/keep/", {**form, "text": "您好", "to": people["TO"]})
    empty = browser.post(begun.url, {**form, "to": people["TO"]})
    stranger = browser.post(begun.url, {**form, "text": "您好", "to": people["TO"], "more_cc": "who@other.example"})
    sent = browser.post(begun.url, {**form, "text": "您好，2030 年到期。", "to": people["TO"], "cc": people["CC"]})
    again = browser.post(begun.url, {**form, "text": "您好，2030 年到期。", "to": people["TO"], "cc": people["CC"]})

    queued = Mail.objects.get(pk=draft.pk)
    assert "he@example.org" not in shown
    assert "何女士" in shown
    assert "&gt; 何时到期？" in page
    assert kept.status_code == 200
    assert (empty.status_code, stranger.status_code) == (422, 422)
    assert "who@other.example" in text_of(stranger)
    assert "您好" in text_of(stranger)
    assert (sent.status_code, again.status_code) == (302, 302)
    assert queued.status == "QUEUED"
    assert queued.permit_id is not None
    assert order.number in queued.subject

    back = browser.post(f"/service/mails/{draft.pk}/take-back/")
    assert back.url == begun.url
    assert Mail.objects.get(pk=draft.pk).status == "DRAFT"
    assert browser.post(f"/service/mails/{draft.pk}/discard/").status_code == 302
    assert not Mail.objects.filter(pk=draft.pk).exists()


def test_spam_is_released_and_its_sender_blocked_by_whoever_keeps_the_log(thread, seated):
    _order, mail, mailbox = thread
    browser, actor = client_of("contact_centre_director", unit=mailbox.desk.unit)
    Mail.objects.filter(pk=mail.pk).update(status="SPAM", because="rate")

    log = text_of(browser.get("/service/mails/?state=SPAM"))
    panel = text_of(browser.get(f"/service/mails/{mail.pk}/?panel=1"))
    without = browser.post(f"/service/mails/{mail.pk}/block/", {"reason": ""})
    browser.post(f"/service/mails/{mail.pk}/block/", {"reason": "广告"})
    blocked = text_of(browser.get("/service/mails/blocked/"))

    row = BlockedSender.objects.get()
    assert "保单查询" in log
    assert "何女士" in panel
    assert without.status_code == 302
    assert "he@example.org" not in blocked
    assert browser.post(f"/service/mails/blocked/{row.pk}/drop/").status_code == 302
    assert not BlockedSender.objects.exists()
    assert seated[0].get("/service/mails/").status_code == 403
    assert actor.id


def test_a_mailbox_is_set_up_and_its_password_never_shown(make_mailbox):
    box = make_mailbox()
    browser, _actor = client_of("contact_centre_director", unit=box.desk.unit)
    form = {
        "name": "理赔邮箱", "address": "claims@keyuan.example", "imap_host": "mail.keyuan.example", "imap_port": "993",
        "imap_security": "tls", "folder": "INBOX", "smtp_host": "mail.keyuan.example", "smtp_port": "465",
        "smtp_security": "tls", "desk": box.desk_id, "reopen_days": "14", "per_hour": "20", "most_mb": "25",
        "password": "very-secret", "username": "claims", "version": "0", "is_active": "on",
        "acknowledgement_zh_hans": "已收到，工单 {number}",
    }  # fmt: skip

    wrong = browser.post("/service/mailboxes/new/", {**form, "address": "not an address"})
    made = browser.post("/service/mailboxes/new/", form)
    found = Mailbox.objects.get(address="claims@keyuan.example")
    page = text_of(browser.get(f"/service/mailboxes/{found.pk}/"))
    listed = text_of(browser.get("/service/mailboxes/"))
    kept = browser.post(f"/service/mailboxes/{found.pk}/", {**form, "password": "", "version": found.version})

    assert wrong.status_code == 422
    assert made.status_code == 302
    assert found.password.equals("very-secret")
    assert found.acknowledgements == {"zh-hans": "已收到，工单 {number}"}
    assert "very-secret" not in page + listed
    assert kept.status_code == 302
    assert Mailbox.objects.get(pk=found.pk).password.equals("very-secret")


def test_whoever_shares_an_address_is_only_suggested(seated, thread, agent_actor):
    browser, actor = seated
    _order, mail, mailbox = thread
    other = make_customer(agent_actor, "何平", phone="13700001111")
    give_address(other, "he@example.org", verified=False)
    unknown = make_order(actor, None, now=clock.now(), contact_channel="EMAIL")
    Mail.objects.filter(pk=mail.pk).update(order=unknown)

    shown = text_of(browser.get(f"/service/orders/{unknown.pk}/mails/"))
    named = browser.post(f"/service/orders/{unknown.pk}/customer/{other.pk}/")
    twice = browser.post(f"/service/orders/{unknown.pk}/customer/{other.pk}/")

    unknown.refresh_from_db()
    assert "何平" in shown
    assert (named.status_code, twice.status_code) == (302, 302)
    assert unknown.customer_id == other.pk
    assert mailbox.pk


@pytest.mark.sqlite_only("plans are explained on SQLite; PostgreSQL has statistics")
@pytest.mark.parametrize("place", ["head", "east"])
def test_every_order_and_filter_of_the_log_uses_an_index(place, make_mailbox):
    make_mailbox()
    _browser, actor = client_of("contact_centre_director", unit=getattr(small_tree(), place))
    values = {"state": ("SPAM",), "at": ("2026-03-01", "2026-03-31")}

    assert_list_uses_indexes(lists["service-mails"], actor, FilterContext(actor, clock.today()), values, small=())
