"""Filing what came: threads, customers, loops, reports, spam, quarantine, replay and kill (SRV-5)."""

import hashlib
from datetime import timedelta
from email import message_from_bytes, policy

import pytest

from keyuan.customers.models import ContactPoint, Interaction
from keyuan.customers.testing import make_customer
from keyuan.kernel.errors import Conflict
from keyuan.organisation.testing import make_actor
from keyuan.platform.files import Attachment
from keyuan.service.drivers.mail.inbox import Fetched, InboxError, Standing
from keyuan.service.models import Mail, Mailbox, MailParty, OrderEntry, WorkOrder
from keyuan.service.rules.mail.letter import Party
from keyuan.service.rules.mail.threading import mark
from keyuan.service.services.mail import fetching, filing, sending
from keyuan.service.services.mail.common import new_message_id, party_row, seal_of
from keyuan.service.services.mail.deciding import mark_spam, release
from keyuan.service.services.mail.keeping import collect, erase
from keyuan.service.testing import MORNING
from keyuan.service.tests.mail.conftest import give_address
from keyuan.service.tests.mail.servers import letter
from keyuan.service.tests.mail.test_rules import report

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4 x"


class Shelf:
    """A folder that holds raw mails by UID; it breaks where it is told to."""

    def __init__(self, *raws, validity=1, first=1, breaks_at=None):
        self.mails = dict(enumerate(raws, first))
        self.validity, self.breaks_at = validity, breaks_at

    def __call__(self, _config):
        return self

    def open(self):
        return Standing(self.validity, max(self.mails, default=0) + 1)

    def close(self):
        pass

    def after(self, uid, _standing):
        return [number for number in sorted(self.mails) if number > uid]

    def first_since(self, _day, _standing):
        return 0

    def fetch(self, uid, most_bytes):
        if uid == self.breaks_at:
            raise InboxError("broken")
        raw = self.mails[uid]
        whole = len(raw) <= most_bytes
        return Fetched(uid, raw if whole else raw.split(b"\r\n\r\n")[0], len(raw), MORNING, whole)


def read(mailbox, *raws, now=MORNING, **more):
    """Let the mailbox read these mails behind what it read so far."""
    box = Mailbox.objects.get(pk=mailbox.pk)
    shelf = Shelf(*raws, validity=box.uid_validity or 1, first=box.last_uid + 1, **more)
    return fetching.fetch(mailbox.pk, lambda: now, opener=shelf)


@pytest.fixture
def mailbox(make_mailbox):
    return make_mailbox(acknowledgements={"zh-hans": "已收到，工单号 {number}。", "en": "Received as {number}."})


@pytest.fixture
def customer(agent_actor):
    found = make_customer(agent_actor, "何静")
    give_address(found, "he@example.org")
    return found


def latest():
    return Mail.objects.filter(is_out=False).latest("pk")


def test_a_new_matter_is_acknowledged_once_in_its_language_and_told_to_the_timeline(mailbox, customer):
    read(mailbox, letter("How is my policy?", Subject="Policy", Message_ID="<en@example.org>"))

    order, ack = WorkOrder.objects.get(), Mail.objects.get(is_out=True)
    assert (order.customer_id, order.status) == (customer.pk, "DISPATCHED")
    assert (ack.status, ack.kind, ack.is_automatic, ack.refers_to) == ("QUEUED", "ACK", True, "<en@example.org>")
    assert ack.text == f"Received as {order.number}."
    assert ack.permit_id is not None
    assert Interaction.objects.filter(customer=customer, kind="EMAIL", direction="IN").count() == 1


@pytest.mark.parametrize("by", ["reference", "token"])
def test_an_answer_goes_to_its_order_by_name_or_token_never_by_subject(mailbox, customer, by):
    read(mailbox, letter())
    order, first = WorkOrder.objects.get(), latest()
    headers = {"Subject": "另一个主题"}
    if by == "reference":
        headers["References"] = f"<x@other> {first.message_id}"
    else:
        headers["Subject"] = f"回复: {mark(order.number, seal_of(order.number))}"

    read(mailbox, letter("补充：保单号在附件。", **headers))
    read(mailbox, letter("同一主题，另一个人。", From="other@example.org"))
    read(mailbox, letter("伪造标记", Subject=f"[#{order.number}-0000000000]", From="evil@example.org"))

    assert Mail.objects.filter(order=order, is_out=False).count() == 2
    assert WorkOrder.objects.count() == 3
    assert Mail.objects.filter(kind="ACK").count() == 3


def test_an_answer_resumes_reopens_within_days_and_follows_later(mailbox, customer, representative):
    read(mailbox, letter())
    order = WorkOrder.objects.get()
    name = latest().message_id
    WorkOrder.objects.filter(pk=order.pk).update(status="CLOSED", is_open=False, pool_id=None, closed_at=MORNING)
    soon, late = MORNING + timedelta(days=13), MORNING + timedelta(days=40)

    read(mailbox, letter("还有问题", In_Reply_To=name), now=soon)
    order.refresh_from_db()
    reopened = (order.status, order.is_open, order.reopened)
    WorkOrder.objects.filter(pk=order.pk).update(status="CLOSED", is_open=False, pool_id=None, closed_at=MORNING)
    read(mailbox, letter("我在休假", In_Reply_To=name, Auto_Submitted="auto-replied"), now=late)
    order.refresh_from_db()
    quiet = (order.is_open, latest().status, latest().order_id)
    read(mailbox, letter("又一年", In_Reply_To=name), now=late)

    follow = WorkOrder.objects.exclude(pk=order.pk).get()
    assert reopened == ("DISPATCHED", True, 1)
    assert quiet == (False, "FILED", order.pk)
    assert follow.parent_id == order.pk


def test_customers_are_recognised_only_by_one_verified_address(mailbox, customer, agent_actor):
    twin = make_customer(agent_actor, "何平", phone="13700001111")
    give_address(twin, "he@example.org")
    unsure = make_customer(agent_actor, "何安", phone="13700002222")
    give_address(unsure, "an@example.org", verified=False)

    read(mailbox, letter(), letter(From="an@example.org"), letter(From='"某人" <nobody@example.org>'))

    rows = WorkOrder.objects.order_by("pk")
    assert [row.customer_id for row in rows] == [None, None, None]
    assert [row.caller_name for row in rows] == ["何女士", "a***@example.org", "某人"] or rows[2].caller_name == "某人"
    assert all(row.branch_id == mailbox.branch_id for row in rows)


def test_files_are_kept_by_the_rules_of_uploads_and_the_raw_mail_sealed(mailbox, customer):
    made = message_from_bytes(letter(), policy=policy.SMTP)
    made.add_attachment(PDF, "application", "pdf", filename="保单.pdf")
    made.add_attachment(b"MZ\x90", "application", "octet-stream", filename="virus.exe")

    read(mailbox, made.as_bytes())

    mail = latest()
    kept = list(Attachment.objects.filter(subject_kind="mail", subject_id=mail.pk).order_by("pk"))
    assert [row.name for row in kept if row.kind != "raw"] == ["保单.pdf"]
    assert [(item["name"], item["because"]) for item in mail.left_out] == [("virus.exe", "file.type")]
    assert mail.raw_id in [row.pk for row in kept]


def test_nothing_is_lost_or_doubled_when_a_run_breaks_or_uids_begin_anew(mailbox, customer):
    one, two, three = (letter(f"第{number}封", From=f"p{number}@example.org") for number in (1, 2, 3))

    fetching.fetch(mailbox.pk, lambda: MORNING, opener=Shelf(one, two, three, breaks_at=2))
    broken = Mailbox.objects.get(pk=mailbox.pk)
    between = (broken.last_uid, broken.last_error, broken.failures, broken.rests_until is not None, broken.run)
    Mail.objects.create(
        mailbox=mailbox, status="FETCHED", at=MORNING, uid_validity=1, uid=2, created_at=MORNING,
        digest=hashlib.sha256(two).hexdigest(), size=len(two),
    )  # fmt: skip  # as a kill leaves it: the row, and no raw mail yet
    fetching.fetch(mailbox.pk, lambda: MORNING, opener=Shelf(one, two, three))
    fetching.fetch(mailbox.pk, lambda: MORNING, opener=Shelf(three, two, one, validity=9, first=50))

    whole = Mailbox.objects.get(pk=mailbox.pk)
    assert between == (1, "broken", 1, True, "")
    assert (whole.uid_validity, whole.last_uid, whole.last_error) == (9, 52, "")
    assert Mail.objects.filter(is_out=False).count() == 3
    assert WorkOrder.objects.count() == 3


def test_two_runs_at_once_are_one(mailbox):
    Mailbox.objects.filter(pk=mailbox.pk).update(run="other", run_until=MORNING + timedelta(minutes=1))

    assert read(mailbox, letter()) == 0
    assert fetching.fetch(mailbox.pk, lambda: MORNING + timedelta(minutes=6), opener=Shelf(letter())) == 1


@pytest.mark.parametrize(
    "raw, status, because",
    [
        (letter(From="kefu@keyuan.example"), "IGNORED", "own"),
        (letter(Auto_Submitted="auto-generated"), "IGNORED", "automatic"),
        (letter(X_Spam_Flag="YES"), "SPAM", "flag"),
        (letter("大" * 600_000), "QUARANTINE", "size"),
        (report("he@example.org", "<unknown@keyuan.example>"), "IGNORED", "bounce_unknown"),
    ],
)
def test_what_is_not_a_matter_is_set_aside_and_answered_by_nobody(mailbox, raw, status, because):
    Mailbox.objects.filter(pk=mailbox.pk).update(most_mb=1)

    read(mailbox, raw)

    assert (latest().status, latest().because) == (status, because)
    assert not WorkOrder.objects.exists()
    assert not Mail.objects.filter(is_out=True).exists()


def test_a_flood_goes_to_spam_and_is_released_one_by_one(mailbox, customer):
    Mailbox.objects.filter(pk=mailbox.pk).update(per_hour=2)
    boss = make_actor("contact_centre_director", unit=mailbox.desk.unit)

    read(mailbox, *(letter(f"第{number}封") for number in range(4)))
    spam = list(Mail.objects.filter(status="SPAM").order_by("pk"))
    mark_spam(actor=boss, mail_id=spam[0].pk, reason="广告", whole_domain=True, now=MORNING)
    read(mailbox, letter("再来", From="third@example.org"))
    blocked = latest()
    release(actor=boss, mail_id=spam[0].pk, now=MORNING)

    assert [row.because for row in spam] == ["rate", "rate"]
    assert (blocked.status, blocked.because) == ("SPAM", "blocked")
    assert Mail.objects.get(pk=spam[0].pk).status == "FILED"
    with pytest.raises(Conflict):
        release(actor=boss, mail_id=spam[0].pk, now=MORNING)


def test_what_cannot_be_read_waits_sealed_and_is_read_again(mailbox, customer, monkeypatch):
    boss = make_actor("contact_centre_director", unit=mailbox.desk.unit)
    real = filing.parse
    monkeypatch.setattr(filing, "parse", lambda raw: (_ for _ in ()).throw(ValueError("x")))
    read(mailbox, letter())
    aside = latest()
    monkeypatch.setattr(filing, "parse", real)

    release(actor=boss, mail_id=aside.pk, now=MORNING)

    assert (aside.status, aside.because) == ("QUARANTINE", "unreadable")
    assert Mail.objects.get(pk=aside.pk).status == "FILED"


def test_a_bounce_is_put_to_the_mail_that_was_sent_and_the_address_marked(mailbox, customer):
    read(mailbox, letter())
    order = WorkOrder.objects.get()
    sent = Mail.objects.create(
        mailbox=mailbox, is_out=True, status="SENT", order=order, at=MORNING, subject="答复", created_at=MORNING,
        message_id=new_message_id(mailbox),
    )  # fmt: skip
    party_row(sent, MailParty.Role.TO, Party("he@example.org"), MORNING).save()

    read(mailbox, report("he@example.org", sent.message_id))
    read(mailbox, report("he@example.org", sent.message_id) + b"\r\n")

    sent.refresh_from_db()
    assert (sent.status, sent.code, sent.parties.get().is_bounced) == ("BOUNCED", "5.1.1", True)
    assert ContactPoint.objects.get(customer=customer, kind="EMAIL").invalid_reason == "RETURNED"
    assert OrderEntry.objects.filter(order=order, code="mail_bounced").count() == 1
    assert Mail.objects.filter(because="bounce", order=order).count() == 2


def test_a_customers_mails_are_handed_out_and_taken_out(mailbox, customer):
    read(mailbox, letter())
    WorkOrder.objects.update(is_open=False, closed_on=MORNING.date())

    tables = collect(customer.pk)
    counts = erase(customer.pk, True, MORNING)

    assert [row["text"] for row in tables["mails"] if not row["is_out"]] == ["请问我的保单什么时候到期？"]
    assert counts["mail"] == 2
    assert set(Mail.objects.values_list("text", flat=True)) == {""}
    assert not Attachment.objects.filter(subject_kind="mail").exists()
    assert not MailParty.objects.exists()


def test_an_answer_to_the_address_that_names_the_order_needs_no_other_sign(mailbox, customer):
    read(mailbox, letter())
    order = WorkOrder.objects.get()
    Mailbox.objects.update(plus_addresses=True)
    sent = Mail.objects.select_related("mailbox", "order").get(is_out=True)
    address = sending.reply_to_of(sent)

    read(mailbox, letter(To=f"客服 <{address}>", Subject="另外一问"))
    read(mailbox, letter(To=address.replace(seal_of(order.number), "0" * 10), Subject="伪造"))

    came = Mail.objects.filter(is_out=False).order_by("pk")
    to = [row.parties.get(role="TO").email.equals("kefu@keyuan.example") for row in came[:2]]
    assert address == f"kefu+{order.number.lower()}-{seal_of(order.number)}@keyuan.example"
    assert [row.order_id == order.pk for row in came] == [True, True, False]
    assert to == [True, True]
