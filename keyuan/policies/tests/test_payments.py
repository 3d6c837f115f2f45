"""Premiums received and refunded, exact to the fen, once per reference (POL-3)."""

import threading
from datetime import date, timedelta

import pytest
from django.db import connections

from keyuan.customers.models import CustomerSummary
from keyuan.kernel.errors import Forbidden, NotFound, Refused
from keyuan.organisation.testing import make_actor, small_tree
from keyuan.policies.models import Instalment, Payment, Policy
from keyuan.policies.services.payments import PaymentDraft, record_payment
from keyuan.policies.testing import NOW, TODAY, keep, make_policy

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent():
    return make_actor("agent")


@pytest.fixture
def clerk():
    return make_actor("policy_clerk", unit=small_tree().east)


@pytest.fixture
def policy(agent):
    """Three yearly premiums of 1,000.01 yuan; two are due already."""
    return make_policy(agent, premium=100_001, pay_term=3)


def pay(actor, policy, amount, reference="", on=TODAY):
    draft = PaymentDraft(amount=amount, paid_on=on, method="30", reference=reference)
    return record_payment(actor=actor, policy_id=policy.pk, draft=draft, now=NOW)


def schedule(policy):
    rows = Instalment.objects.filter(policy=policy).order_by("number")
    return list(rows.values_list("paid_amount", "status"))


def test_one_payment_settles_the_oldest_instalments_to_the_fen(clerk, policy):
    payment = pay(clerk, policy, 100_001 + 33_333)

    policy.refresh_from_db()
    assert schedule(policy) == [(100_001, "PAID"), (33_333, "PART"), (0, "DUE")]
    assert (payment.instalment_number, policy.next_due_amount) == (1, 66_668)
    assert (policy.next_due_on, policy.grace_until) == (date(2026, 3, 1), date(2026, 4, 30))
    assert policy.in_grace


def test_three_parts_make_one_whole(clerk, policy):
    for amount in (33_333, 33_333, 33_335):
        pay(clerk, policy, amount)

    assert schedule(policy)[0] == (100_001, "PAID")
    assert sum(Payment.objects.values_list("amount", flat=True)) == 100_001


def test_whole_schedule_paid_leaves_nothing_due(clerk, policy):
    pay(clerk, policy, 300_003)

    policy.refresh_from_db()
    assert (policy.next_due_on, policy.next_due_amount, policy.in_grace) == (date(9999, 12, 31), None, False)
    assert CustomerSummary.objects.get(pk=policy.holder_id).next_due_on == date(9999, 12, 31)


def test_refund_reopens_the_latest_instalments(clerk, policy):
    pay(clerk, policy, 200_002)

    refund = pay(clerk, policy, -100_002)

    assert schedule(policy) == [(100_000, "PART"), (0, "DUE"), (0, "DUE")]
    assert (refund.amount, refund.instalment_number) == (-100_002, 2)
    assert sum(Payment.objects.values_list("amount", flat=True)) == 100_000


@pytest.mark.parametrize("_case, amount, day, columns, code, field", [
    ("nothing", 0, TODAY, {}, "payment.zero", "amount"),
    ("tomorrow", 1, TODAY + timedelta(1), {}, "payment.in_future", "paid_on"),
    ("a fen too much", 300_004, TODAY, {}, "payment.too_much", "amount"),
    ("nothing to refund", -1, TODAY, {}, "payment.refund_too_much", "amount"),
    ("after the end", 1, TODAY, {"status": "TERMINATED"}, "payment.policy_ended", "amount"),
    ("kept in the core", 1, TODAY, {"source": "core"}, "policy.mirrored", None),
])  # fmt: skip
def test_wrong_payment_is_refused_and_nothing_settled(_case, amount, day, columns, code, field, clerk, policy):
    keep(policy, **columns)

    with pytest.raises(Refused) as refusal:
        pay(clerk, policy, amount, on=day)

    assert (refusal.value.code, refusal.value.field) == (code, field)
    assert schedule(policy) == [(0, "DUE")] * 3
    assert Payment.objects.count() == 0


def test_refund_follows_the_end_of_a_contract_and_opens_nothing_anew(clerk, policy):
    pay(clerk, policy, 100_001)
    keep(policy, status="TERMINATED")

    pay(clerk, policy, -100_001)

    policy.refresh_from_db()
    assert (policy.next_due_on, policy.in_grace) == (date(9999, 12, 31), False)


def test_the_same_reference_twice_is_one_payment(clerk, policy):
    first, second = (pay(clerk, policy, 50_000, "one form") for _time in range(2))

    assert first.pk == second.pk
    assert schedule(policy)[0] == (50_000, "PART")


def test_suspended_contract_takes_arrears_without_coming_into_grace(clerk, policy):
    keep(policy, status="SUSPENDED")

    pay(clerk, policy, 100_001)

    assert Policy.objects.get(pk=policy.pk).in_grace is False


def test_strangers_and_agents_record_nothing(agent, policy):
    with pytest.raises(NotFound):
        pay(make_actor("policy_clerk", unit=small_tree().west), policy, 1)
    with pytest.raises(Forbidden):
        pay(agent, policy, 1)

    assert Payment.objects.count() == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("references, paid", [(("one", "one"), 60_000), (("one", "two"), 120_000)])
def test_two_clerks_at_the_same_moment_settle_exactly(references, paid):
    agent, clerk = make_actor("agent"), make_actor("policy_clerk", unit=small_tree().east)
    policy = make_policy(agent, premium=100_001, pay_term=3)
    start, wrong = threading.Barrier(2), []

    def work(reference):
        try:
            start.wait(10)
            pay(clerk, policy, 60_000, reference)
        except Exception as error:  # noqa: BLE001 - told to the test's own thread
            wrong.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=[reference]) for reference in references]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert wrong == []
    assert sum(amount for amount, _status in schedule(policy)) == paid
    assert sum(Payment.objects.values_list("amount", flat=True)) == paid
