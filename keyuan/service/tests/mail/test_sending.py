"""Mail sent through a real SMTP server: once, whatever is killed; what each answer of the server does (SRV-5)."""

from datetime import timedelta

import pytest

from keyuan.contact.models import Permit
from keyuan.contact.services.messages import letters
from keyuan.contact.services.messages.letters import Handed, Outcome, Result
from keyuan.contact.tests.messages.mailbox import mailbox as mail_server
from keyuan.customers.models import ContactPoint
from keyuan.customers.testing import make_customer
from keyuan.kernel.errors import Conflict, Refused
from keyuan.organisation.testing import small_tree
from keyuan.service.models import Mail, Mailbox, OrderEntry, WorkOrder
from keyuan.service.selectors.mail.mails import sending_mailboxes
from keyuan.service.services.mail import drafting, sending
from keyuan.service.services.mail.deciding import settle_doubt, try_again
from keyuan.service.services.mail.mailboxes import try_mailbox
from keyuan.service.testing import MORNING, clerk, make_complaint, make_order
from keyuan.service.tests.mail.conftest import give_address

pytestmark = [pytest.mark.django_db, pytest.mark.network]
LATER = MORNING + timedelta(seconds=10)


@pytest.fixture
def order(representative, make_mailbox, agent_actor):
    make_mailbox(signatures={"zh-hans": "客源保险 客户服务部"})
    customer = make_customer(agent_actor, "何静")
    give_address(customer, "he@example.org")
    return make_order(representative, customer.pk, contact_channel="EMAIL")


def write(actor, order, text="您好，2030 年到期。", **more):
    draft = drafting.begin(actor=actor, order_id=order.pk, kind="NEW", now=MORNING)
    words = drafting.Words(draft.subject, text, to=drafting.addressed(draft), **more)
    return drafting.send(actor=actor, mail_id=draft.pk, words=words, now=MORNING)


def run(now=LATER, **more):
    return sending.send_due(lambda: now, **more)


def test_an_answer_leaves_after_ten_seconds_once_and_is_the_first_response(order, representative):
    sent = write(representative, order)
    with mail_server() as server:
        Mailbox.objects.update(smtp_port=server.port)
        early, first, second = run(MORNING), run(), run()

    (letter,) = server.letters
    order.refresh_from_db()
    row = Mail.objects.get(pk=sent.pk)
    assert (early, first, second) == (0, 1, 0)
    assert (row.status, row.sent_at, row.attempts) == ("SENT", LATER, 1)
    assert letter["Message-ID"] == row.message_id
    assert letter["To"] == "he@example.org"
    assert order.number in letter["Subject"]
    assert order.responded_at == LATER
    assert Permit.objects.get(pk=row.permit_id).state == "USED"
    assert OrderEntry.objects.filter(order=order, kind="REPLY", code="mail_sent").count() == 1


def test_what_was_taken_back_does_not_leave_and_gives_its_permit_back(order, representative):
    sent = write(representative, order)

    drafting.take_back(actor=representative, mail_id=sent.pk, now=MORNING)

    assert run() == 0
    assert Permit.objects.get().state == "CANCELLED"
    again = drafting.send(
        actor=representative, mail_id=sent.pk, now=MORNING,
        words=drafting.Words(sent.subject, "改过了", to=drafting.addressed(Mail.objects.get(pk=sent.pk))),
    )  # fmt: skip
    assert again.status == "QUEUED"


def test_a_run_that_is_killed_sends_nothing_twice(order, representative):
    sent = write(representative, order)

    def killed(*_args, **_more):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(deliver=killed)
    between = Mail.objects.get(pk=sent.pk).status
    at_once = run(LATER + timedelta(minutes=1))
    after = run(LATER + timedelta(minutes=11))
    doubtful = Mail.objects.get(pk=sent.pk)
    settle_doubt(actor=representative, mail_id=sent.pk, went_out=True, reason="客户已收到", now=MORNING)

    assert (between, at_once, after) == ("SENDING", 0, 0)
    assert (doubtful.status, doubtful.because) == ("UNKNOWN", "lost")
    assert Mail.objects.get(pk=sent.pk).status == "SENT"
    with pytest.raises(Conflict):
        settle_doubt(actor=representative, mail_id=sent.pk, went_out=False, reason="x", now=MORNING)


@pytest.mark.parametrize(
    "answer, status, because",
    [
        ("451 4.3.0 later", "QUEUED", "later"),
        ("550 5.1.1 unknown", "FAILED", "bad_address"),
        ("554 5.7.1 policy", "FAILED", "refused"),
    ],
)
def test_what_the_server_answers_is_tried_again_or_shown(order, representative, answer, status, because):
    sent = write(representative, order)
    with mail_server() as server:
        server.recipient = lambda _address: answer
        Mailbox.objects.update(smtp_port=server.port)
        run()

    row = Mail.objects.get(pk=sent.pk)
    assert (row.status, row.because, server.letters) == (status, because, [])
    assert (row.next_at > LATER) is (status == "QUEUED")
    assert OrderEntry.objects.filter(order=order, code="mail_failed").exists() is (status == "FAILED")
    assert ContactPoint.objects.get(kind="EMAIL").invalid_reason == ("RETURNED" if because == "bad_address" else "")
    if status == "FAILED":
        assert try_again(actor=representative, mail_id=sent.pk, now=LATER).status == "QUEUED"


def test_a_server_that_is_away_or_closed_to_us_costs_no_letter(order, representative, settings):
    sent = write(representative, order)

    run()
    away = Mail.objects.get(pk=sent.pk)
    settings.MAIL_ALLOWED = []
    Mail.objects.filter(pk=sent.pk).update(next_at=LATER)
    run()

    assert (away.status, away.because) == ("QUEUED", "later")
    assert Mail.objects.get(pk=sent.pk).code == "address"


def test_a_refused_copy_does_not_stop_the_others(order, representative):
    sent = write(representative, order, cc=["boss@keyuan.example"])
    with mail_server() as server:
        server.recipient = lambda address: "550 5.1.1 no" if address.startswith("boss") else "250 OK"
        Mailbox.objects.update(smtp_port=server.port)
        run()

    parties = {row.role: row.is_bounced for row in Mail.objects.get(pk=sent.pk).parties.all()}
    assert len(server.letters) == 1
    assert Mail.objects.get(pk=sent.pk).status == "SENT"
    assert parties == {"TO": False, "CC": True}


def test_a_withdrawn_permit_stops_the_mail(order, representative):
    sent = write(representative, order)
    letters.give_back(Mail.objects.get(pk=sent.pk).permit_id, note="withdrawn", now=MORNING)

    assert run(deliver=lambda *_a, **_m: Handed(Outcome(Result.ACCEPTED))) == 0
    assert Mail.objects.get(pk=sent.pk).status == "CANCELLED"


def test_the_written_answer_of_a_complaint_tells_it(make_mailbox, representative, agent_actor):
    make_mailbox()
    customer = make_customer(agent_actor, "何静")
    give_address(customer, "he@example.org")
    order = make_complaint(representative, customer.pk)
    WorkOrder.objects.filter(pk=order.pk).update(status="RESOLVED")
    draft = drafting.begin(actor=representative, order_id=order.pk, kind="NOTICE", now=MORNING)
    words = drafting.Words(draft.subject, "您的投诉已作出处理决定。", to=drafting.addressed(draft))
    drafting.send(actor=representative, mail_id=draft.pk, words=words, now=MORNING)

    run(deliver=lambda *_a, **_m: Handed(Outcome(Result.ACCEPTED, code="250")))

    order.refresh_from_db()
    assert (order.status, order.told_how, order.told_at) == ("TOLD", "EMAIL", LATER)


def test_a_mailbox_is_tried_at_both_servers(postbox, make_mailbox, representative, settings):
    box = make_mailbox("INBOX", postbox.port)
    boss = clerk("contact_centre_director", unit=box.desk.unit)
    with mail_server() as server:
        Mailbox.objects.update(smtp_port=server.port, smtp_security="none")
        no_user = try_mailbox(actor=boss, mailbox_id=box.pk, now=MORNING)
        Mailbox.objects.update(folder="nowhere")
        no_folder = try_mailbox(actor=boss, mailbox_id=box.pk, now=MORNING)
    settings.MAIL_ALLOWED = []
    closed = try_mailbox(actor=boss, mailbox_id=box.pk, now=MORNING)

    assert no_user["imap"] == ""
    assert no_folder["imap"] == "folder"
    assert (closed["imap"], closed["smtp"]) == ("address", "connect") or closed["imap"] == "address"


def test_a_program_that_asks_twice_under_one_key_sends_one_mail(order, representative):
    words = drafting.Words("", "您好")

    first, second = (
        drafting.answer(
            actor=representative, order_id=order.pk, kind="NEW", answers_id=None, words=words, key="k-1", now=MORNING
        )
        for _time in range(2)
    )  # fmt: skip

    assert (first.pk, first.status) == (second.pk, "QUEUED")
    assert Mail.objects.count() == 1


def test_answers_leave_from_a_mailbox_of_the_orders_own_units(order, representative):
    tree = small_tree()
    places = {"west": tree.west, "east": tree.east, "head": tree.head}
    Mailbox.objects.all().delete()
    made = {
        name: Mailbox.objects.create(
            name=name, address=f"{name}@keyuan.example", imap_host="m", smtp_host="m", **unit.level_ids()
        )
        for name, unit in places.items()
    }
    WorkOrder.objects.filter(pk=order.pk).update(**tree.east.level_ids())

    draft = drafting.begin(actor=representative, order_id=order.pk, kind="NEW", now=MORNING)
    offered = [box.name for box in sending_mailboxes(WorkOrder.objects.get(pk=order.pk))]
    words = drafting.Words(draft.subject, "您好", to=drafting.addressed(draft), mailbox_id=made["west"].pk)
    with pytest.raises(Refused, match=r"mail\.no_mailbox"):
        drafting.send(actor=representative, mail_id=draft.pk, words=words, now=MORNING)

    assert offered == ["east", "head"]
    assert draft.mailbox_id == made["east"].pk
