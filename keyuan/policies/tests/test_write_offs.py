"""Premiums written off: limits, two people, the ledger, taking back, pages (POL-3)."""

import pytest

from keyuan.customers.testing import entering
from keyuan.kernel.errors import Conflict, Forbidden, Refused
from keyuan.organisation.testing import client_of, make_actor, small_tree
from keyuan.platform.models import AuditEvent
from keyuan.policies.models import Instalment, LedgerLine, Payment, Refund, WriteOff
from keyuan.policies.selectors.write_offs import owed_premiums
from keyuan.policies.services.ledger.checking import faults
from keyuan.policies.services.money_rules import LimitsDraft, set_limits
from keyuan.policies.services.payments import PaymentDraft, record_payment
from keyuan.policies.services.refunds.owing import owe_premiums_back
from keyuan.policies.services.write_offs import WriteOffDraft, ask_write_off, decide_write_off, reverse_write_off
from keyuan.policies.testing import NOW, TODAY, keep, make_policy

pytestmark = pytest.mark.django_db
ONE = 100_000


@pytest.fixture
def agent():
    return make_actor("agent")


@pytest.fixture
def maker():
    return make_actor("management", unit=small_tree().head)


@pytest.fixture
def other():
    return make_actor("compliance", unit=small_tree().head)


@pytest.fixture
def policy(agent):
    return make_policy(agent, premium=ONE, pay_term=3)


def short_of(agent, policy, left):
    """Pay the first premium but for ``left``."""
    draft = PaymentDraft(ONE - left, TODAY, "30", "first")
    record_payment(actor=entering(agent), policy_id=policy.pk, draft=draft, now=NOW)


def asked(maker, policy, amount, number=1, token="once", reason="客户拒补零头"):  # noqa: S107 - a form's token
    draft = WriteOffDraft(number, amount, reason, token)
    return ask_write_off(actor=maker, policy_id=policy.pk, draft=draft, now=NOW)


def first_of(policy):
    row = Instalment.objects.get(policy=policy, number=1)
    return row.paid_amount, row.status


def sums():
    found = {}
    for account, amount in LedgerLine.objects.values_list("account", "amount"):
        found[account] = found.get(account, 0) + amount
    return {account: amount for account, amount in found.items() if amount}


def test_a_premium_that_is_not_due_yet_is_not_given_up(maker, policy):
    with pytest.raises(Refused, match=r"write_off\.no_premium"):
        asked(maker, policy, ONE, number=3)

    assert [row.number for row in owed_premiums(policy, today=TODAY)] == [1, 2]
    assert not WriteOff.objects.exists()


def test_a_small_remainder_goes_at_once_and_twice_is_once(agent, maker, policy):
    short_of(agent, policy, 999)

    made = [asked(maker, policy, 999), asked(maker, policy, 999)]

    policy.refresh_from_db()
    assert [one.pk for one in made] == [made[0].pk] * 2
    assert (made[0].kind, made[0].state, first_of(policy)) == ("SMALL", "DONE", (ONE, "PAID"))
    assert (policy.next_due_on.year, policy.next_due_amount) == (2026, ONE)
    assert sums() == {"BANK": ONE - 999, "WRITTEN_OFF": 999, "PREMIUM": -ONE}
    assert list(faults()) == []
    assert AuditEvent.objects.filter(subject_kind="write_off", reason="客户拒补零头").count() == 1


def test_above_the_limit_another_person_agrees_once(agent, maker, other, policy):
    short_of(agent, policy, 5_000)
    made = asked(maker, policy, 5_000)

    assert (made.state, first_of(policy)) == ("WAITING", (ONE - 5_000, "PART"))
    with pytest.raises(Refused, match=r"write_off\.own"):
        decide_write_off(actor=maker, write_off_id=made.pk, agree=True, now=NOW)
    with pytest.raises(Refused, match=r"write_off\.waits"):
        asked(maker, policy, 5_000, token="another")
    agreed = [decide_write_off(actor=other, write_off_id=made.pk, agree=True, now=NOW).state for _time in range(2)]
    with pytest.raises(Conflict):
        decide_write_off(actor=other, write_off_id=made.pk, agree=False, now=NOW)
    assert (agreed, first_of(policy), Payment.objects.count()) == (["DONE", "DONE"], (ONE, "PAID"), 2)


def test_taking_back_restores_premium_and_ledger(agent, maker, other, policy):
    short_of(agent, policy, 700)
    made = asked(maker, policy, 700)

    with pytest.raises(Refused, match=r"write_off\.own"):
        reverse_write_off(actor=maker, write_off_id=made.pk, reason="错", now=NOW)
    states = [
        reverse_write_off(actor=other, write_off_id=made.pk, reason="客户补缴", now=NOW).state for _time in range(2)
    ]

    policy.refresh_from_db()
    assert (states, first_of(policy), policy.next_due_amount) == (["REVERSED"] * 2, (ONE - 700, "PART"), 700)
    assert sums() == {"BANK": ONE - 700, "PREMIUM": 700 - ONE}
    assert list(faults()) == []


def test_a_debt_of_an_ended_contract_is_written_off_whole_and_stays_unpaid(agent, maker, other, policy):
    keep(policy, status="TERMINATED", termination_reason="06", terminated_on=TODAY)
    Instalment.objects.filter(policy=policy).update(status="LAPSED")

    made = asked(maker, policy, ONE)
    decide_write_off(actor=other, write_off_id=made.pk, agree=True, now=NOW)

    assert (made.kind, first_of(policy)) == ("BAD", (ONE, "LAPSED"))
    assert sums() == {"WRITTEN_OFF": ONE, "PREMIUM": -ONE}
    reverse_write_off(actor=other, write_off_id=made.pk, reason="追回", now=NOW)
    assert (first_of(policy), sums()) == ((0, "LAPSED"), {})


@pytest.mark.parametrize("amount, number, reason, code, field", [
    (5_001, 1, "x", "write_off.too_large", "amount"),
    (5_000, 1, "x", "write_off.changed", "amount"),
    (5_001, 9, "x", "write_off.no_premium", "instalment_number"),
    (5_001, 1, " ", "write_off.reason", "reason"),
])  # fmt: skip
def test_refusals_name_field_and_remedy(agent, maker, policy, amount, number, reason, code, field):
    short_of(agent, policy, 5_001)

    with pytest.raises(Refused) as refusal:
        asked(maker, policy, amount, number, reason=reason)

    assert (refusal.value.code, refusal.value.field, WriteOff.objects.count()) == (code, field, 0)


def test_who_may_and_what_head_office_sets(agent, maker, other, policy):
    short_of(agent, policy, 999)
    with pytest.raises(Forbidden):
        asked(agent, policy, 999)
    with pytest.raises(Refused, match=r"refund\.whole_book"):
        asked(make_actor("policy_clerk", unit=small_tree().east), policy, 999)
    set_limits(actor=maker, limits=LimitsDraft(1, 0, write_off_alone=998), version=0, now=NOW)

    assert asked(maker, policy, 999).state == "WAITING"


def test_what_nobody_paid_is_not_paid_back(agent, maker, policy):
    short_of(agent, policy, 999)
    asked(maker, policy, 999)

    owe_premiums_back(actor=maker, policy=policy, on=TODAY, now=NOW, reason="SAME_DAY")

    assert Refund.objects.get().amount == ONE - 999


def test_pages_lead_from_the_ledger_to_the_second_person(agent, other, policy):
    short_of(agent, policy, 4_000)
    client, _maker = client_of("management", unit=small_tree().head)
    second, _other = client_of("compliance", unit=small_tree().head)
    form = {"token": "abcdef123456", "instalment_number": "1:4000"}

    tab = client.get(f"/policies/{policy.pk}/ledger/").content.decode()
    wrong = client.post(f"/policies/{policy.pk}/write-offs/new/", form)
    client.post(f"/policies/{policy.pk}/write-offs/new/", {**form, "reason": "零头"})
    made = WriteOff.objects.get()
    own = client.get(f"/policies/write-offs/{made.pk}/").content.decode()
    second.post(f"/policies/write-offs/{made.pk}/decide/", {"answer": "agree"})
    again = second.post(f"/policies/write-offs/{made.pk}/reverse/", {"reason": ""})
    second.post(f"/policies/write-offs/{made.pk}/reverse/", {"reason": "补缴"})

    assert f"/policies/{policy.pk}/write-offs/new/" in tab
    assert (wrong.status_code, again.status_code) == (422, 422)
    assert "decide" not in own
    assert WriteOff.objects.get().state == "REVERSED"
    assert client.get("/policies/write-offs/").status_code == 200
    assert second.get(f"/policies/{policy.pk}/write-offs/new/").status_code == 403
