"""Direct debit: two people, the file, answers taken once, strays kept out, sums to the fen (POL-3)."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keyuan.customers.testing import entering
from keyuan.kernel.errors import Refused
from keyuan.organisation.testing import client_of, make_actor, small_tree
from keyuan.platform.jobs.chunks import run_job
from keyuan.platform.models import AuditEvent
from keyuan.policies.models import DebitBatch, DebitLine, DebitStray, Instalment, Payment, SuspenseItem
from keyuan.policies.rules.debit_files import OutLine, read_file, write_file
from keyuan.policies.services.debits.batches import cancel_batch, file_of, make_batch, release_batch
from keyuan.policies.services.debits.results import take_results
from keyuan.policies.services.payments import PaymentDraft, record_payment
from keyuan.policies.testing import NOW, TODAY, make_policy, make_product

ACCOUNT = "6222020200012345678"
ONE = 1_286_000
DAY = date(2026, 3, 16)
lines = st.lists(
    st.builds(OutLine, st.just(0), st.from_regex(r"[0-9]{10,19}", fullmatch=True), st.text(max_size=12),
              st.integers(1, 10**12), st.from_regex(r"[A-Z0-9]{1,20}", fullmatch=True)),
    max_size=8,
)  # fmt: skip


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(lines, st.data())
def test_whatever_was_sent_can_be_answered_line_by_line(made, data):
    sent = [OutLine(number, one.account, one.holder, one.amount, one.policy_no) for number, one in enumerate(made, 1)]
    holders = [one.holder.encode("utf-8", "replace").decode() for one in sent]
    sent = [
        OutLine(
            one.number, one.account, holder.encode("gb18030", "replace").decode("gb18030"), one.amount, one.policy_no
        )
        for one, holder in zip(sent, holders, strict=True)
    ]

    out = write_file("DD1", DAY, sent).decode("gb18030").split("\r\n")
    codes = [data.draw(st.sampled_from(["0000", "3001"])) for _ in sent]
    answer = [out[0], *(f"{one.number}|{one.amount}|{code}|x" for one, code in zip(sent, codes, strict=True))]
    found = read_file("\n".join(answer).encode("gb18030"))

    assert (found.head.count, found.head.amount) == (len(sent), sum(one.amount for one in sent))
    assert [(one.number, one.amount, one.code) for one in found.lines] == [
        (one.number, one.amount, code) for one, code in zip(sent, codes, strict=True)
    ]
    assert found.unread == ()


@pytest.mark.parametrize("_case, content, code", [
    ("nothing", b"", "debit.no_head"),
    ("a table", b"a,b\n1,2", "debit.no_head"),
    ("no such day", b"H|DD1|20260230|0|0", "debit.no_head"),
    ("not text", b"H|DD1|20260316|0|0\n\xff\xff\xff", "debit.not_text"),
    ("a line is missing", b"H|DD1|20260316|2|200\n1|100|0000|", "debit.head_disagrees"),
    ("a fen is missing", b"H|DD1|20260316|1|101\n1|100|0000|", "debit.head_disagrees"),
])  # fmt: skip
def test_files_that_are_not_the_banks_are_refused(_case, content, code):
    with pytest.raises(Refused) as refusal:
        read_file(content)

    assert (refusal.value.code, refusal.value.field) == (code, "file")


@pytest.fixture
def agent():
    return make_actor("agent")


@pytest.fixture
def maker():
    return make_actor("management", unit=small_tree().head)


@pytest.fixture
def other():
    return make_actor("compliance", unit=small_tree().head)


def owing(agent, **draft):
    """A contract whose second premium fell due on 1 March and is taken from an account."""
    policy = make_policy(agent, product=draft.pop("product", None) or make_product(), debit_account=ACCOUNT, **draft)
    first = PaymentDraft(amount=ONE, paid_on=TODAY)
    record_payment(actor=entering(agent), policy_id=policy.pk, draft=first, now=NOW)
    return policy


def worked_off(job):
    while job.status in job.LIVE:
        run_job(job.pk, job.step)
        job.refresh_from_db()
    assert job.status == "done", job.error
    return job


def batch_of(maker, other=None, now=NOW):
    batch, job = make_batch(actor=maker, collect_on=TODAY, due_until=TODAY, now=now)
    worked_off(job)
    batch.refresh_from_db()
    if other is not None:
        batch = release_batch(actor=other, batch_id=batch.pk, version=batch.version, now=now)
    return batch


def sent(maker, batch):
    name, content = file_of(actor=maker, batch_id=batch.pk, version=batch.version, now=NOW)
    batch.refresh_from_db()
    return name, content.decode("gb18030").strip().split("\r\n")


def answered(maker, batch, rows):
    amount = sum(int(row.split("|")[1]) for row in rows if row.split("|")[1].isdigit())
    content = "\n".join([f"H|{batch.batch_no}|20260316|{len(rows)}|{amount}", *rows]).encode("gb18030")
    file, job = take_results(actor=maker, batch_id=batch.pk, name="answer.txt", content=content, now=NOW)
    if job is not None:
        worked_off(job)
    batch.refresh_from_db()
    return file


@pytest.mark.django_db
def test_a_batch_goes_from_one_person_over_another_to_the_bank_and_back(agent, maker, other):
    product = make_product()
    paid, refused = owing(agent, product=product), owing(agent, product=product)
    batch = batch_of(maker, other)
    _name, rows = sent(maker, batch)

    file = answered(maker, batch, [f"1|{ONE}|0000|成功", f"2|{ONE}|3001|余额不足"])

    assert rows[0] == f"H|{batch.batch_no}|20260316|2|{2 * ONE}"
    assert ACCOUNT in rows[1]
    assert (file.paid, file.failed, file.kept_out) == (1, 1, 0)
    assert (batch.state, batch.paid_count, batch.paid_amount) == ("DONE", 1, ONE)
    payment = Payment.objects.get(reference=f"DD {batch.batch_no} 1")
    assert (payment.policy_id, payment.amount, payment.instalment_number) == (paid.pk, ONE, 2)
    second = Instalment.objects.filter(number=2).order_by("policy_id").values_list("policy_id", "status")
    assert dict(second) == {paid.pk: "PAID", refused.pk: "DUE"}
    assert AuditEvent.objects.filter(subject_kind="debit_batch", subject_id=batch.pk).count() >= 4


@pytest.mark.django_db
def test_the_same_answer_twice_and_doubled_lines_settle_once(agent, maker, other):
    owing(agent)
    batch = batch_of(maker, other)
    sent(maker, batch)
    rows = [f"1|{ONE}|0000|", f"1|{ONE}|0000|", f"7|{ONE}|0000|", "what is this|x|y|z", f"1|{ONE - 1}|0000|"]

    first = answered(maker, batch, rows)
    again = answered(maker, batch, rows)
    late = answered(maker, batch, [f"1|{ONE}|3001|"])

    assert (first.pk, first.paid, first.kept_out) == (again.pk, 1, 4)
    reasons = list(DebitStray.objects.filter(file=first).order_by("place").values_list("reason", flat=True))
    assert reasons == ["DOUBLE", "UNKNOWN", "UNREAD", "DOUBLE"]
    assert list(late.strays.values_list("reason", flat=True)) == ["ANSWERED"]
    assert Payment.objects.filter(reference__startswith="DD").count() == 1


@pytest.mark.django_db
def test_a_premium_waits_for_one_bank_at_a_time_and_is_free_again_when_a_batch_is_cancelled(agent, maker):
    owing(agent)
    first = batch_of(maker)
    second = batch_of(maker)
    cancel_batch(actor=maker, batch_id=first.pk, version=first.version, now=NOW)

    third = batch_of(maker)

    assert (first.lines_count, second.lines_count, third.lines_count) == (1, 0, 1)


@pytest.mark.django_db
def test_money_that_nothing_owes_any_more_goes_to_suspense(agent, maker, other):
    policy = owing(agent, pay_term=2)
    batch = batch_of(maker, other)
    sent(maker, batch)
    last = PaymentDraft(amount=ONE, paid_on=TODAY)
    record_payment(actor=entering(agent), policy_id=policy.pk, draft=last, now=NOW)

    answered(maker, batch, [f"1|{ONE}|0000|"])

    line = DebitLine.objects.get()
    assert (line.state, line.words) == ("FAILED", "payment.too_much")
    item = SuspenseItem.objects.get()
    assert (item.amount, item.source, item.policy_id) == (ONE, "DEBIT", policy.pk)
    assert Payment.objects.filter(policy=policy).count() == 2


@pytest.mark.django_db
def test_two_people_are_needed_and_steps_keep_their_order(agent, maker, other):
    owing(agent)
    batch = batch_of(maker)
    empty = batch_of(maker)
    clerk = make_actor("policy_clerk", unit=small_tree().east)
    cases = {
        "debit.own_batch": lambda: release_batch(actor=maker, batch_id=batch.pk, version=1, now=NOW),
        "debit.empty": lambda: release_batch(actor=other, batch_id=empty.pk, version=1, now=NOW),
        "debit.wrong_state": lambda: file_of(actor=maker, batch_id=batch.pk, version=1, now=NOW),
        "debit.whole_book": lambda: make_batch(actor=clerk, collect_on=TODAY, due_until=TODAY, now=NOW),
        "debit.in_past": lambda: make_batch(actor=maker, collect_on=TODAY - timedelta(1), due_until=TODAY, now=NOW),
        "debit.too_early": lambda: make_batch(actor=maker, collect_on=TODAY, due_until=TODAY + timedelta(31), now=NOW),
        "debit.not_sent": lambda: answered(maker, batch, [f"1|{ONE}|0000|"]),
    }

    for code, act in cases.items():
        with pytest.raises(Refused) as refusal:
            act()
        assert refusal.value.code == code
    assert set(DebitBatch.objects.values_list("state", flat=True)) == {"DRAFT"}


@pytest.mark.django_db
def test_pages_show_the_batch_and_hand_out_the_file_to_those_who_may(agent, maker, other):
    owing(agent)
    batch = batch_of(maker, other)
    client, _actor = client_of("management", unit=small_tree().head)

    listed = client.get("/policies/debits/").content.decode()
    shown = client.get(f"/policies/debits/{batch.pk}/")
    fetched = client.post(f"/policies/debits/{batch.pk}/file/", {"version": batch.version})
    wrong = client.post(f"/policies/debits/{batch.pk}/results/", {})

    assert batch.batch_no in listed
    assert (shown.status_code, wrong.status_code) == (200, 422)
    assert ACCOUNT not in shown.content.decode()
    assert fetched.status_code == 200
    assert ACCOUNT in fetched.content.decode("gb18030")
    assert client_of("agent")[0].get(f"/policies/debits/{batch.pk}/").status_code in (403, 404)
