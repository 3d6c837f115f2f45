"""Bank files, refunds, write-offs and renewals by several people at once, or killed half-way: once (POL-3, POL-4)."""

from datetime import date

import pytest
from django.db.models import Sum

from keyuan.customers.testing import entering
from keyuan.organisation.testing import make_actor, small_tree
from keyuan.platform.jobs.chunks import run_job
from keyuan.platform.testing import at_once
from keyuan.policies.models import (
    DebitBatch,
    DebitLine,
    DebitResultFile,
    LedgerEntry,
    Payment,
    Policy,
    Refund,
    RefundBatch,
    RefundLine,
    RenewalQuote,
    WriteOff,
)
from keyuan.policies.services.debits import batches as debits
from keyuan.policies.services.debits.results import take_results
from keyuan.policies.services.ledger.checking import faults
from keyuan.policies.services.payments import PaymentDraft, record_payment
from keyuan.policies.services.refunds import batches as refunds
from keyuan.policies.services.refunds.results import take_refund_results
from keyuan.policies.services.renewals import issuing, quoting
from keyuan.policies.services.suspense import MoveDraft, Receipt, move_suspense, take_in
from keyuan.policies.services.write_offs import WriteOffDraft, ask_write_off, decide_write_off
from keyuan.policies.testing import NOW, TODAY, make_policy, make_product
from keyuan.policies.tests.test_renewals import opened, quoted

pytestmark = pytest.mark.django_db(transaction=True)
ACCOUNT, ONE = "6222020200012345678", 1_286_000


@pytest.fixture
def people():
    head = small_tree().head
    return [make_actor(role, unit=head) for role in ("management", "compliance", "management")]


def answer(batch, amounts):
    rows = [f"{number}|{amount}|0000|成功" for number, amount in enumerate(amounts, 1)]
    return "\n".join([f"H|{batch.batch_no}|20260316|{len(rows)}|{sum(amounts)}", *rows]).encode("gb18030")


def codes(errors):
    return sorted(getattr(error, "code", repr(error)) for error in errors)


def killed(*_args, **_more):
    raise KeyboardInterrupt


def worked_off(job):
    while job.status in job.LIVE:
        run_job(job.pk, job.step)
        job.refresh_from_db()
    assert job.status == "done", job.error


def filled(maker, monkeypatch):
    """Make a batch of three premiums whose job is killed once."""
    product, agent = make_product(), make_actor("agent")
    for _contract in range(3):
        policy = make_policy(agent, product=product, debit_account=ACCOUNT)
        first = PaymentDraft(ONE, TODAY)
        record_payment(actor=entering(agent), policy_id=policy.pk, draft=first, now=NOW)
    batch, job = debits.make_batch(actor=maker, collect_on=TODAY, due_until=TODAY, now=NOW)
    killed_once(job, monkeypatch, "keyuan.policies.services.debits.batches._append")
    assert DebitLine.objects.count() == 0
    worked_off(job)
    batch.refresh_from_db()
    return batch


def killed_once(job, monkeypatch, moment):
    with monkeypatch.context() as patched:
        patched.setattr(moment, killed)
        with pytest.raises(KeyboardInterrupt):
            run_job(job.pk, job.step)
    job.refresh_from_db()


def test_premiums_are_batched_and_settled_once_however_often_a_job_is_killed_or_a_file_sent(people, monkeypatch):
    maker, other, third = people
    batch = filled(maker, monkeypatch)
    released, late = at_once(*(
        lambda actor=actor: debits.release_batch(actor=actor, batch_id=batch.pk, version=batch.version, now=NOW)
        for actor in (other, third)
    ))  # fmt: skip
    batch.refresh_from_db()
    debits.file_of(actor=maker, batch_id=batch.pk, version=batch.version, now=NOW)
    content = answer(batch, [ONE] * 3)
    files, errors = at_once(*(
        lambda actor=actor: take_results(actor=actor, batch_id=batch.pk, name="a", content=content, now=NOW)
        for actor in (maker, third)
    ))  # fmt: skip
    jobs = [one for _file, one in files if one is not None]
    killed_once(jobs[0], monkeypatch, "keyuan.policies.services.debits.results.record_payment")
    worked_off(jobs[0])

    assert (len([one for one in released if one]), codes(late)) == (1, ["conflict"])
    assert (codes(errors), len(jobs), DebitResultFile.objects.count()) == ([], 1, 1)
    assert (DebitLine.objects.count(), Payment.objects.filter(reference__startswith="DD ").count()) == (3, 3)
    assert DebitBatch.objects.get().paid_amount == 3 * ONE
    assert list(faults()) == []


def test_refunds_go_into_one_batch_and_are_paid_once(people):
    maker, other, third = people
    for number in range(2):
        item = take_in(actor=maker, receipt=Receipt(100 + number, TODAY, f"t{number}", "30", "李四"), now=NOW)
        draft = MoveDraft("REFUND", 100 + number, f"token {number}", "退", payee_name="李四", payee_account=ACCOUNT)
        move_suspense(actor=maker, item_id=item.pk, draft=draft, now=NOW)

    made, refused = at_once(
        *(lambda actor=actor: refunds.make_refund_batch(actor=actor, pay_on=TODAY, now=NOW) for actor in (maker, third))
    )
    batch = RefundBatch.objects.get()
    releaser = other
    refunds.release_refund_batch(actor=releaser, batch_id=batch.pk, version=batch.version, now=NOW)
    batch.refresh_from_db()
    refunds.refund_file(actor=maker, batch_id=batch.pk, version=batch.version, now=NOW)
    content = answer(batch, list(batch.lines.order_by("number").values_list("amount", flat=True)))
    files, errors = at_once(*(
        lambda actor=actor: take_refund_results(actor=actor, batch_id=batch.pk, name="a", content=content, now=NOW)
        for actor in (maker, third)
    ))  # fmt: skip
    again = take_refund_results(actor=maker, batch_id=batch.pk, name="b", content=content, now=NOW)

    assert (len([one for one in made if one]), codes(refused)) == (1, ["refund.nothing_payable"])
    assert (codes(errors), {file.pk for file in files}) == ([], {again.pk})
    assert set(Refund.objects.values_list("state", flat=True)) == {"PAID"}
    assert RefundLine.objects.filter(state="PAID").count() == 2
    assert LedgerEntry.objects.filter(kind="REFUND_PAID").count() == 2
    assert RefundBatch.objects.get().paid_amount == 201


def test_a_write_off_and_money_at_once_never_settle_a_premium_twice(people):
    maker, other, third = people
    policy = make_policy(make_actor("agent"), premium=ONE)
    paid = PaymentDraft(ONE - 4_000, TODAY, "30", "first")
    record_payment(actor=entering(make_actor("agent")), policy_id=policy.pk, draft=paid, now=NOW)
    draft = WriteOffDraft(1, 4_000, "零头", "token")
    asked, errors = at_once(*(
        lambda: ask_write_off(actor=maker, policy_id=policy.pk, draft=draft, now=NOW) for _press in range(2)
    ))  # fmt: skip
    made = WriteOff.objects.get()
    _answers, late = at_once(
        lambda: decide_write_off(actor=other, write_off_id=made.pk, agree=True, now=NOW),
        lambda: decide_write_off(actor=third, write_off_id=made.pk, agree=True, now=NOW),
    )

    assert (codes(errors), {one.pk for one in asked}, codes(late)) == ([], {made.pk}, [])
    assert Payment.objects.filter(policy=policy).aggregate(sum=Sum("amount"))["sum"] == ONE
    assert policy.instalments.get(number=1).paid_amount == ONE
    assert list(faults()) == []


def test_a_renewal_is_accepted_and_issued_once(people):
    agent = make_actor("agent")
    clerk = make_actor("policy_clerk", unit=small_tree().east)
    renewal = opened(agent)
    offers = [quoted(agent, renewal).number, quoted(agent, renewal).number]
    renewal.refresh_from_db()

    _taken, refused = at_once(*(
        lambda number=number: quoting.accept_quote(
            actor=agent, renewal_id=renewal.pk, number=number, version=renewal.version, now=NOW
        )
        for number in offers
    ))  # fmt: skip
    renewal.refresh_from_db()
    paid = issuing.Paid(TODAY, "30", "r1")
    issued, errors = at_once(*(
        lambda: issuing.issue_renewal(
            actor=clerk, renewal_id=renewal.pk, version=renewal.version, paid=paid, now=NOW
        )
        for _press in range(2)
    ))  # fmt: skip

    assert (codes(refused), RenewalQuote.objects.filter(state="ACCEPTED").count()) == (["conflict"], 1)
    assert (codes(errors), len({policy.pk for policy in issued})) == ([], 1)
    assert Policy.objects.filter(previous_policy_id=renewal.policy_id).count() == 1
    assert Payment.objects.filter(policy=issued[0]).count() == 1
    assert date(2026, 4, 16) == issued[0].effective_on
