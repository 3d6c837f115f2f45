"""Suspense and refunds: nothing twice, two people over the limit, failed is payable again, exact to the fen (POL-3)."""

from datetime import timedelta

import pytest

from keyuan.kernel.errors import Conflict, Forbidden, Refused
from keyuan.organisation.testing import client_of, make_actor, small_tree
from keyuan.platform import clock
from keyuan.platform.lists import FilterContext, lists
from keyuan.platform.lists.testing import assert_list_uses_indexes
from keyuan.platform.navigation import nav_items
from keyuan.policies import permissions
from keyuan.policies.models import Instalment, LedgerEntry, Payment, Refund, RefundLine, SuspenseItem, SuspenseMove
from keyuan.policies.rules.ledger import Account
from keyuan.policies.selectors.ledger import balances_of, trial_balance
from keyuan.policies.services.ledger.checking import faults
from keyuan.policies.services.money_rules import LimitsDraft, set_limits
from keyuan.policies.services.payments import PaymentDraft, record_payment
from keyuan.policies.services.refunds.batches import (
    cancel_refund_batch,
    make_refund_batch,
    refund_file,
    release_refund_batch,
)
from keyuan.policies.services.refunds.owing import set_payee
from keyuan.policies.services.refunds.results import take_refund_results
from keyuan.policies.services.suspense import (
    MoveDraft,
    Receipt,
    decide_move,
    move_suspense,
    receive_premium,
    take_in,
)
from keyuan.policies.services.transitions import transit_policy
from keyuan.policies.testing import NOW, TODAY, keep, make_policy

pytestmark = pytest.mark.django_db
ACCOUNT = "6222020200012345678"
ONE = 100_001
LIMIT = 1_000_000


@pytest.fixture
def agent():
    return make_actor("agent")


@pytest.fixture
def maker():
    return make_actor("management", unit=small_tree().head)


@pytest.fixture
def clerk():
    return make_actor("policy_clerk", unit=small_tree().east)


@pytest.fixture
def other():
    return make_actor("compliance", unit=small_tree().head)


@pytest.fixture
def policy(agent):
    """Three yearly premiums of 1,000.01 yuan, collected from an account; the first two are due."""
    return make_policy(agent, premium=ONE, pay_term=3, debit_account=ACCOUNT)


def pay(actor, policy, amount, reference=""):
    draft = PaymentDraft(amount, TODAY, "30", reference)
    return record_payment(actor=actor, policy_id=policy.pk, draft=draft, now=NOW)


def taken_in(maker, amount, reference="bank 1"):
    return take_in(actor=maker, receipt=Receipt(amount, TODAY, reference, "30", "李四"), now=NOW)


def moved(actor, item, kind, amount, press="one press", **more):
    draft = MoveDraft(kind, amount, press, **more)
    return move_suspense(actor=actor, item_id=item.pk, draft=draft, now=NOW)


def whole():
    assert sum(trial_balance().values()) == 0
    assert list(faults()) == []


def test_more_than_is_owed_goes_to_suspense_and_the_same_money_once(clerk, policy):
    draft = PaymentDraft(3 * ONE + 500, TODAY, "30", "transfer 1")

    items = [receive_premium(actor=clerk, policy_id=policy.pk, draft=draft, now=NOW) for _time in range(2)]

    assert [item.pk for item in items] == [items[0].pk] * 2
    assert (items[0].amount, items[0].source, items[0].policy_id) == (500, "OVERPAID", policy.pk)
    assert Payment.objects.get().amount == 3 * ONE
    assert balances_of(policy.pk) == {
        Account.BANK: 3 * ONE + 500, Account.PREMIUM: -3 * ONE, Account.SUSPENSE: -500,
    }  # fmt: skip
    whole()


def test_money_of_nobody_is_put_onto_a_contract_once_however_often_it_is_pressed(maker, policy):
    item = taken_in(maker, 150_000)
    assert taken_in(maker, 150_000).pk == item.pk

    moves = [moved(maker, item, "ALLOCATE", ONE, policy_id=policy.pk) for _time in range(2)]

    item.refresh_from_db()
    assert (moves[0].pk, moves[0].state) == (moves[1].pk, "DONE")
    assert (item.left, item.is_open) == (150_000 - ONE, True)
    assert list(Instalment.objects.filter(policy=policy).values_list("status", flat=True)) == ["PAID", "DUE", "DUE"]
    assert trial_balance() == {Account.BANK: 150_000, Account.PREMIUM: -ONE, Account.SUSPENSE: ONE - 150_000}
    whole()


def test_over_the_limit_another_person_agrees_and_what_waits_is_reserved(maker, other, policy):
    item = taken_in(maker, LIMIT + 5)
    move = moved(maker, item, "REFUND", LIMIT + 1, payee_name="李四", payee_account=ACCOUNT)

    assert (move.state, Refund.objects.count()) == ("WAITING", 0)
    with pytest.raises(Refused, match=r"suspense\.too_much"):
        moved(maker, item, "REFUND", 5, press="second", payee_name="李四", payee_account=ACCOUNT)
    with pytest.raises(Refused, match=r"suspense\.own_move"):
        decide_move(actor=maker, move_id=move.pk, agree=True, now=NOW)
    for _time in range(2):
        decide_move(actor=other, move_id=move.pk, agree=True, now=NOW)

    refund = Refund.objects.get()
    assert (refund.amount, refund.kind, refund.has_account, refund.payee_name) == (LIMIT + 1, "SUSPENSE", True, "李四")
    with pytest.raises(Conflict):
        decide_move(actor=other, move_id=move.pk, agree=False, now=NOW)
    assert trial_balance()[Account.REFUND_PAYABLE] == -LIMIT - 1
    whole()


def test_a_refused_move_sets_the_money_free(maker, other, policy):
    item = taken_in(maker, LIMIT + 1)
    move = moved(maker, item, "ALLOCATE", LIMIT + 1, policy_id=policy.pk)

    decide_move(actor=other, move_id=move.pk, agree=False, now=NOW)

    item.refresh_from_db()
    assert (item.left, item.is_open, Payment.objects.count()) == (LIMIT + 1, True, 0)
    whole()


@pytest.mark.parametrize("_case, draft, code, field", [
    ("nothing", MoveDraft("REFUND", 0, "t", payee_name="a", payee_account="1"), "payment.zero", "amount"),
    ("a fen too much", MoveDraft("REFUND", 101, "t", payee_name="a", payee_account="1"), "suspense.too_much", "amount"),
    ("no contract", MoveDraft("ALLOCATE", 1, "t"), "suspense.no_policy", "policy_no"),
    ("no account", MoveDraft("REFUND", 1, "t", payee_name="a"), "suspense.no_payee", "payee_account"),
])  # fmt: skip
def test_wrong_moves_are_refused_by_field_and_nothing_moves(_case, draft, code, field, maker):
    item = taken_in(maker, 100)

    with pytest.raises(Refused) as refusal:
        move_suspense(actor=maker, item_id=item.pk, draft=draft, now=NOW)

    assert (refusal.value.code, refusal.value.field) == (code, field)
    assert (SuspenseItem.objects.get().left, SuspenseMove.objects.count()) == (100, 0)


def test_cooling_off_owes_the_premium_less_the_fee_within_thirty_days(clerk, policy):
    pay(clerk, policy, 2 * ONE)
    keep(policy, receipt_signed_on=TODAY, cooling_off_until=TODAY + timedelta(15), in_cooling_off=True)

    transit_policy(
        actor=clerk, policy_id=policy.pk, kind="COOLING_OFF_CANCEL", target="TERMINATED", on=TODAY, now=NOW,
        reason="改变主意",
    )  # fmt: skip

    refund = Refund.objects.get()
    assert (refund.kind, refund.amount, refund.due_by) == ("COOLING_OFF", 2 * ONE - 1_000, TODAY + timedelta(30))
    assert refund.payee_account.equals(ACCOUNT)
    assert balances_of(policy.pk) == {
        Account.BANK: 2 * ONE, Account.REFUND_PAYABLE: 1_000 - 2 * ONE, Account.DOCUMENT_FEE: -1_000,
    }  # fmt: skip
    with pytest.raises(Refused, match=r"payment\.refund_too_much"):
        pay(clerk, policy, -1)
    whole()


def test_surrender_owes_the_cash_value_less_the_debt(clerk, policy):
    pay(clerk, policy, ONE)
    keep(policy, cash_value=80_000, debt=30_000)

    transit_policy(
        actor=clerk, policy_id=policy.pk, kind="SURRENDER", target="TERMINATED", on=TODAY, now=NOW, reason="退保"
    )

    assert Refund.objects.get().amount == 50_000
    assert balances_of(policy.pk) == {
        Account.BANK: ONE, Account.PREMIUM: -ONE, Account.CASH_VALUE: 80_000, Account.LOAN: -30_000,
        Account.REFUND_PAYABLE: -50_000,
    }  # fmt: skip
    whole()


def owed(maker, count):
    found = []
    for number in range(count):
        item = taken_in(maker, 1_000 + number, f"bank {number}")
        move = moved(maker, item, "REFUND", item.amount, f"t{number}", payee_name="李四", payee_account=ACCOUNT)
        found.append(move.refund)
    return found


@pytest.mark.parametrize(
    "days, code", [(-1, "refund.in_past"), (31, "refund.far_ahead"), (30, "refund.nothing_payable")]
)
def test_a_batch_is_paid_from_today_on_and_within_thirty_days(maker, days, code):
    with pytest.raises(Refused) as refused:
        make_refund_batch(actor=maker, pay_on=TODAY + timedelta(days=days), now=NOW)

    assert refused.value.code == code


def at_the_bank(maker, other):
    batch = make_refund_batch(actor=maker, pay_on=TODAY, now=NOW)
    batch = release_refund_batch(actor=other, batch_id=batch.pk, version=batch.version, now=NOW)
    _name, content = refund_file(actor=maker, batch_id=batch.pk, version=batch.version, now=NOW)
    batch.refresh_from_db()
    return batch, content.decode("gb18030").strip().split("\r\n")


def answered(maker, batch, rows):
    amount = sum(int(row.split("|")[1]) for row in rows)
    content = "\n".join([f"H|{batch.batch_no}|20260316|{len(rows)}|{amount}", *rows]).encode("gb18030")
    return take_refund_results(actor=maker, batch_id=batch.pk, name="a.txt", content=content, now=NOW)


def test_refunds_go_out_over_two_people_and_what_failed_is_payable_again(maker, other):
    paid, failed = owed(maker, 2)
    batch, rows = at_the_bank(maker, other)
    assert rows[1] == f"1|{ACCOUNT}|李四|1000|{paid.refund_no}"

    file = answered(maker, batch, ["1|1000|0000|", "2|1001|3001|账号有误", "2|1001|0000|", "9|5|0000|"])

    batch.refresh_from_db()
    assert (file.paid, file.failed, [stray[1] for stray in file.strays]) == (1, 1, ["DOUBLE", "UNKNOWN"])
    assert (batch.state, batch.paid_count, batch.paid_amount) == ("DONE", 1, 1_000)
    states = dict(Refund.objects.values_list("pk", "state"))
    assert states == {paid.pk: "PAID", failed.pk: "PAYABLE"}
    failed.refresh_from_db()
    assert (failed.failures, failed.last_words) == (1, "3001 账号有误")
    assert trial_balance() == {Account.BANK: 1_001, Account.REFUND_PAYABLE: -1_001}

    set_payee(
        actor=maker, refund_id=failed.pk, version=failed.version, payee_name="李四", payee_account="123456789012",
        now=NOW,
    )  # fmt: skip
    second, _rows = at_the_bank(maker, other)
    answered(maker, second, ["1|1001|0000|"])
    assert trial_balance() == {}
    whole()


def test_the_same_answer_and_later_answers_pay_nothing_twice(maker, other):
    owed(maker, 1)
    batch, _rows = at_the_bank(maker, other)

    first, again = (answered(maker, batch, ["1|1000|0000|"]) for _time in range(2))
    late = answered(maker, batch, ["1|1000|3001|"])

    assert first.pk == again.pk
    assert late.strays[0][1] == "ANSWERED"
    assert LedgerEntry.objects.filter(kind="REFUND_PAID").count() == 1
    assert Refund.objects.get().state == "PAID"
    with pytest.raises(Refused, match=r"refund\.nothing_payable"):
        make_refund_batch(actor=maker, pay_on=TODAY, now=NOW)


def test_a_cancelled_batch_sets_its_refunds_free(maker):
    owed(maker, 2)
    first = make_refund_batch(actor=maker, pay_on=TODAY, now=NOW)

    cancel_refund_batch(actor=maker, batch_id=first.pk, version=first.version, now=NOW)

    assert make_refund_batch(actor=maker, pay_on=TODAY, now=NOW).lines_count == 2
    assert RefundLine.objects.filter(state="WAITING").count() == 2


def test_two_people_are_needed_and_rights_are_asked(maker, other, agent):
    owed(maker, 1)
    batch = make_refund_batch(actor=maker, pay_on=TODAY, now=NOW)

    with pytest.raises(Refused, match=r"debit\.own_batch"):
        release_refund_batch(actor=maker, batch_id=batch.pk, version=1, now=NOW)
    with pytest.raises(Refused, match=r"debit\.wrong_state"):
        refund_file(actor=maker, batch_id=batch.pk, version=1, now=NOW)
    with pytest.raises(Forbidden):
        make_refund_batch(actor=agent, pay_on=TODAY, now=NOW)
    with pytest.raises(Refused, match=r"refund\.whole_book"):
        make_refund_batch(actor=make_actor("policy_clerk", unit=small_tree().east), pay_on=TODAY, now=NOW)


def test_limits_are_changed_by_head_office_once(maker, other):
    set_limits(actor=maker, limits=LimitsDraft(99, 0), version=0, now=NOW)

    assert moved(maker, taken_in(maker, 100), "REFUND", 100, payee_name="a", payee_account="1").state == "WAITING"
    with pytest.raises(Conflict):
        set_limits(actor=maker, limits=LimitsDraft(1, 0), version=0, now=NOW)


def test_pages_lead_from_taking_in_to_giving_back_and_paying_out(other):
    client, _maker = client_of("management", unit=small_tree().head)
    form = {"amount": "10.00", "received_on": TODAY.isoformat(), "method": "30", "payer_name": "李四"}

    wrong = client.post("/policies/suspense/new/", form)
    client.post("/policies/suspense/new/", {**form, "reference": "T1"})
    item = SuspenseItem.objects.get()
    shown = client.get(f"/policies/suspense/{item.pk}/")
    press = {"token": "t", "payee_name": "李四", "payee_account": "6222 0202 0001 2345 678", "reason": "重复交费"}
    typed = client.post(f"/policies/suspense/{item.pk}/place/give-back/", {**press, "amount": "99"})
    for _time in range(2):
        client.post(f"/policies/suspense/{item.pk}/place/give-back/", {**press, "amount": "10"})
    refund = Refund.objects.get()
    seen = client.get(f"/policies/refunds/{refund.pk}/").content.decode()
    client.post("/policies/refunds/batches/new/", {"pay_on": clock.today().isoformat()})

    assert (wrong.status_code, shown.status_code, typed.status_code) == (422, 200, 422)
    assert "重复交费" in typed.content.decode()
    assert (refund.amount, refund.payee_account.equals(ACCOUNT), ACCOUNT in seen) == (1_000, True, False)
    batch = RefundLine.objects.get().batch
    assert client.get(f"/policies/refunds/batches/{batch.pk}/").status_code == 200
    for address in ("suspense", "refunds", "refunds/batches", "ledger"):
        assert client.get(f"/policies/{address}/").status_code == 200
    agent = client_of("agent")[0]
    assert agent.get("/policies/suspense/").status_code in (403, 404)
    assert agent.get(f"/policies/refunds/{refund.pk}/").status_code in (403, 404)


def test_who_sees_no_money_of_the_whole_book_is_not_led_to_it(maker, clerk):
    entries = [item for item in nav_items if item.permission == permissions.MONEY]

    assert {item.key for item in entries} == {"suspense", "refunds", "ledger", "write-offs"}
    assert [item.key for item in entries if item.is_for(clerk)] == []
    assert all(item.is_for(maker) for item in entries)


def test_the_ledger_of_a_contract_stands_on_its_page(clerk, policy):
    pay(clerk, policy, ONE)
    client, _agent = client_of("policy_clerk", unit=small_tree().east)

    page = client.get(f"/policies/{policy.pk}/?tab=ledger").content.decode()
    part = client.get(f"/policies/{policy.pk}/ledger/").content.decode()

    assert f"/policies/{policy.pk}/ledger/" in page
    assert "1,000.01" in part


def test_a_payment_over_what_is_due_goes_to_suspense_only_where_that_is_said(policy):
    client, _clerk = client_of("policy_clerk", unit=small_tree().east)
    form = {"amount": "3000.04", "paid_on": TODAY.isoformat(), "method": "30", "reference": "one form"}

    refused = client.post(f"/policies/{policy.pk}/payments/new/", form)
    for _time in range(2):
        client.post(f"/policies/{policy.pk}/payments/new/", {**form, "to_suspense": "on"})

    assert refused.status_code == 422
    assert (SuspenseItem.objects.get().amount, Payment.objects.get().amount) == (1, 3 * ONE)
    whole()


@pytest.mark.sqlite_only("plans are explained on SQLite; PostgreSQL has statistics")
@pytest.mark.parametrize("key, values", [
    ("suspense", {"q": "SU1", "state": ("1",), "source": ("DEBIT",), "received": ("2026-01-01", "today")}),
    ("refunds", {"q": "RF1", "state": ("PAYABLE",), "kind": ("SURRENDER",), "account": True, "due": ("today", "")}),
    ("refund-batches", {"state": ("DRAFT",)}),
    ("ledger", {"kind": ("REVERSAL",)}),
    ("write-offs", {"q": "WO000000001", "state": ("WAITING",), "kind": ("BAD",)}),
])  # fmt: skip
def test_lists_of_money_read_by_indexes(key, values, maker):
    assert_list_uses_indexes(lists[key], maker, FilterContext(maker, TODAY), values)
