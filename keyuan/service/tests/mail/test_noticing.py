"""Decisions mailed by themselves to customers who chose mail (SRV-4, SRV-5; domain.md C.1)."""

from datetime import timedelta

import pytest
from django.utils import translation

from keyuan.contact.models import Permit
from keyuan.contact.services.permits import Refusal
from keyuan.customers.testing import make_customer
from keyuan.platform.models import AuditEvent
from keyuan.service.forms.mail.notices import decision_text
from keyuan.service.models import Complaint, Mail, MailParty, OrderEntry, WorkOrder
from keyuan.service.rules.mail.choosing import Matter, chose_email
from keyuan.service.rules.mail.letter import Party
from keyuan.service.services import claiming, complaints, moving
from keyuan.service.services.mail import drafting, noticing, sending
from keyuan.service.services.mail.common import party_row
from keyuan.service.testing import MORNING, clerk, make_complaint, make_order, open_desk
from keyuan.service.tests.mail.conftest import give_address

pytestmark = pytest.mark.django_db
LATER = MORNING + timedelta(hours=1)
DECISION = complaints.Decision(
    "PARTLY", "经查，回访中未说明现金价值。", "保险法第一百一十六条", ("REVIEW", "MEDIATION")
)


@pytest.fixture
def customer(agent_actor):
    found = make_customer(agent_actor, "何静")
    give_address(found, "he@example.org")
    return found


@pytest.fixture
def handler(representative):
    person = clerk("complaint_handler")
    open_desk(person)
    return person


def resolve(actor, order):
    claiming.take(actor=actor, order_id=order.pk, now=MORNING)
    if order.kind == "COMPLAINT":
        complaints.decide(actor=actor, order_id=order.pk, decision=DECISION, now=MORNING)
    moving.resolve(actor=actor, order_id=order.pk, solution="您的保单于 2030 年到期。", now=MORNING)
    return order


def told(order, times=2):
    """Let the event arrive, more than once."""
    with translation.override("en"):
        made = [noticing.mail_decision(order.pk, decision_text, now=MORNING) for _time in range(times)]
    return made[0]


@pytest.mark.parametrize(
    "matter, expected",
    [
        (Matter("EMAIL"), True),
        (Matter("PHONE", "EMAIL"), True),
        (Matter("PHONE", "PHONE"), False),
        (Matter("EMAIL", capacity="SELF"), True),
        (Matter("EMAIL", "EMAIL", "PROXY"), False),
        (Matter("EMAIL", "EMAIL", "ANONYMOUS"), False),
    ],
)
def test_who_chose_mail(matter, expected):
    assert chose_email(matter) is expected


def test_the_decision_of_a_complaint_is_mailed_once_in_the_customers_language(customer, handler, make_mailbox):
    make_mailbox(signatures={"zh-hans": "客源保险 客户服务部"})
    order = resolve(handler, make_complaint(handler, customer.pk, contact_channel="EMAIL"))

    mail = told(order)

    row = Mail.objects.get()
    assert (row.kind, row.status, row.next_at - MORNING) == ("NOTICE", "QUEUED", timedelta(minutes=2))
    wanted = (order.number, "部分成立", "未说明现金价值", "第一百一十六条", "30 日内", "客户服务部")
    assert [text for text in wanted if text not in row.text] == []
    assert "上级机构核查" not in row.text
    assert Permit.objects.get(pk=mail.permit_id).purpose == "NOTICE"
    assert mail.parties.get().email.equals("he@example.org")
    assert OrderEntry.objects.filter(order=order, code="notice_queued").count() == 1
    assert AuditEvent.objects.filter(
        subject_kind="work_order", subject_id=order.pk, detail__contains=str(row.pk)
    ).exists()


def test_an_order_counts_as_told_when_the_letter_left_and_can_be_taken_back_before(customer, handler, make_mailbox):
    make_mailbox()
    order = resolve(handler, make_order(handler, customer.pk, contact_channel="EMAIL"))
    mail = told(order)

    back = drafting.take_back(actor=handler, mail_id=mail.pk, now=MORNING)
    words = drafting.Words(back.subject, back.text, to=drafting.addressed(back))
    drafting.send(actor=handler, mail_id=mail.pk, words=words, now=MORNING)
    sending.settle(_handed(mail.pk), _accepted(), [], [], LATER)

    fresh = WorkOrder.objects.get(pk=order.pk)
    assert "2030 年到期" in back.text
    assert (fresh.status, fresh.told_how, fresh.told_at) == ("TOLD", "EMAIL", LATER)
    assert told(order) is None
    assert Mail.objects.count() == 1


def _handed(mail_id):
    Mail.objects.filter(pk=mail_id).update(status="SENDING")
    return mail_id


def _accepted():
    return sending.Handed(sending.Outcome(sending.Result.ACCEPTED))


def test_somebody_unknown_hears_at_the_address_they_wrote_from(handler, make_mailbox):
    mailbox = make_mailbox()
    order = make_order(handler, contact_channel="EMAIL")
    asked = Mail.objects.create(
        mailbox=mailbox, status="FILED", order=order, at=MORNING, subject="保单查询", text="何时到期？",
        message_id="<one@example.org>", created_at=MORNING,
    )  # fmt: skip
    party_row(asked, MailParty.Role.SENDER, Party("who@example.org", "王先生"), MORNING).save()

    mail = told(resolve(handler, order))

    assert mail.parties.get().email.equals("who@example.org")
    assert (mail.permit_id, mail.refers_to, mail.answers_id) == (None, "<one@example.org>", asked.pk)


@pytest.mark.parametrize("why", ["nobody chose it", "no mailbox", "no address", "not allowed", "written already"])
def test_where_nothing_is_mailed_a_person_hears_of_it(why, customer, handler, make_mailbox, monkeypatch):
    if why != "no mailbox":
        make_mailbox()
    if why == "no address":
        customer.contact_points.filter(kind="EMAIL").delete()
    order = make_complaint(handler, customer.pk, contact_channel="PHONE" if why == "nobody chose it" else "EMAIL")
    if why == "not allowed":
        monkeypatch.setattr(noticing.letters, "allow", lambda **_asked: Refusal(None, ()))
    resolve(handler, order)
    if why == "written already":
        drafting.begin(actor=handler, order_id=order.pk, kind="NOTICE", now=MORNING)

    mail = told(order)

    codes = OrderEntry.objects.filter(order=order, code__startswith="notice_").values_list("code", flat=True)
    expected = {"no mailbox": "notice_no_mailbox", "no address": "notice_no_address", "not allowed": "notice_refused"}
    assert mail is None
    assert sorted(set(codes)) == ([expected[why]] if why in expected else [])
    assert Complaint.objects.get(pk=order.pk).decision == "PARTLY"
