"""The ledger: balanced, once per reference, undone by mirrors, never changed, equal to the payments (POL-3)."""

from contextlib import suppress
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keyuan.kernel.errors import Conflict, Refused
from keyuan.organisation.testing import make_actor, small_tree
from keyuan.policies.models import LedgerEntry, LedgerLine, Payment
from keyuan.policies.rules.ledger import Account, EntryKind, Line, check_lines, credit, debit, mirrored, move
from keyuan.policies.selectors.ledger import balances_of, trial_balance
from keyuan.policies.services.ledger.checking import faults
from keyuan.policies.services.ledger.many import Posting, post_many
from keyuan.policies.services.ledger.posting import Reference, lines_of, post, reverse
from keyuan.policies.services.payments import PaymentDraft, record_payment
from keyuan.policies.testing import NOW, TODAY, keep, make_policy

amounts = st.integers(1, 10**13)
accounts = st.sampled_from(Account)


@pytest.fixture
def agent():
    return make_actor("agent")


@pytest.fixture
def clerk():
    return make_actor("policy_clerk", unit=small_tree().east)


@pytest.fixture
def policy(agent):
    """Three yearly premiums of 1,000.01 yuan."""
    return make_policy(agent, premium=100_001, pay_term=3)


def pay(clerk, policy, amount, reference=""):
    draft = PaymentDraft(amount, TODAY, "30", reference)
    return record_payment(actor=clerk, policy_id=policy.pk, draft=draft, now=NOW)


def posted(actor, policy, lines, reference="17", kind=EntryKind.LOAN):
    with transaction.atomic():
        return post(
            actor=actor, policy=policy, on=TODAY, kind=kind, lines=lines, reference=Reference("test", reference),
            now=NOW,
        )  # fmt: skip


def faults_found():
    return [(fault.code, fault.said, fault.found) for fault in faults()]


@given(st.lists(st.tuples(accounts, accounts, st.integers(-(10**13), 10**13)), max_size=8))
def test_moves_in_any_order_balance_and_their_mirrors_leave_nothing(moves):
    lines = [line for source, target, amount in moves for line in move(source, target, amount)]

    assert sum(line.amount for line in lines) == 0
    assert sum(line.amount for line in (*lines, *mirrored(lines))) == 0
    assert mirrored(mirrored(lines)) == tuple(lines)


@given(st.lists(st.builds(Line, accounts, st.integers(-100, 100)), max_size=5))
def test_only_whole_entries_pass(lines):
    whole = sum(line.amount for line in lines) == 0 and any(line.amount for line in lines)

    if whole:
        assert sum(line.amount for line in check_lines(lines)) == 0
    else:
        with pytest.raises(Refused):
            check_lines(lines)


@pytest.mark.django_db
def test_payments_and_refunds_are_in_the_ledger_to_the_fen(clerk, policy):
    pay(clerk, policy, 100_001 + 33_333)
    pay(clerk, policy, -33_333)

    assert balances_of(policy.pk) == {Account.BANK: 100_001, Account.PREMIUM: -100_001}
    kinds = list(LedgerEntry.objects.order_by("pk").values_list("kind", "effective_on", "policy_id"))
    assert kinds == [("PREMIUM", TODAY, policy.pk), ("PREMIUM_REFUND", TODAY, policy.pk)]
    assert faults_found() == []


@pytest.mark.django_db
def test_what_was_paid_before_the_first_entry_is_carried_forward_once(clerk, policy):
    Payment.objects.create(policy=policy, paid_on=date(2025, 3, 1), amount=70_000, recorded_at=NOW)
    Payment.objects.create(policy=policy, paid_on=date(2025, 4, 1), amount=5_000, result="APL", recorded_at=NOW)
    Payment.objects.create(
        policy=policy, paid_on=date(2025, 4, 1), amount=9, source_name="core", source_key="1", recorded_at=NOW
    )

    pay(clerk, policy, 1)
    pay(clerk, policy, 2)

    opening = LedgerEntry.objects.get(kind="OPENING")
    assert lines_of(opening) == (
        debit(Account.BANK, 70_000), debit(Account.PREMIUM_LOAN, 5_000), credit(Account.PREMIUM, 75_000),
    )  # fmt: skip
    assert balances_of(policy.pk)[Account.PREMIUM] == -75_003
    assert faults_found() == []


@pytest.mark.django_db
def test_one_reference_posts_once_and_never_something_else(clerk, policy):
    lines = move(Account.BANK, Account.LOAN, 500)

    first, again = posted(clerk, policy, lines), posted(clerk, policy, lines)

    assert first.pk == again.pk
    with pytest.raises(Conflict) as conflict:
        posted(clerk, policy, move(Account.BANK, Account.LOAN, 501))
    assert conflict.value.code == "ledger.key_taken"
    assert LedgerLine.objects.count() == 2


@pytest.mark.django_db
def test_reversal_mirrors_once_and_is_not_reversed_itself(clerk, policy):
    entry = posted(clerk, policy, [debit(Account.LOAN, 500), credit(Account.BANK, 490), credit(Account.INTEREST, 10)])

    with transaction.atomic():
        back = reverse(actor=clerk, entry=entry, on=TODAY, now=NOW, note="wrong contract")
        again = reverse(actor=clerk, entry=entry, on=TODAY, now=NOW)

    assert (back.pk, back.reverses_id, back.kind) == (again.pk, entry.pk, "REVERSAL")
    assert balances_of(policy.pk) == {}
    with pytest.raises(Refused) as refusal:
        reverse(actor=clerk, entry=back, on=TODAY, now=NOW)
    assert refusal.value.code == "ledger.is_reversal"


@pytest.mark.django_db
@pytest.mark.parametrize("statement", [
    "UPDATE policies_ledgerline SET amount = 1",
    "DELETE FROM policies_ledgerline",
    "UPDATE policies_ledgerentry SET kind = 'X'",
    "DELETE FROM policies_ledgerentry",
])  # fmt: skip
def test_nobody_changes_or_deletes_what_was_posted(statement, clerk, policy):
    posted(clerk, policy, move(Account.BANK, Account.LOAN, 500))

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db
def test_the_check_names_what_does_not_agree(clerk, policy, capsys):
    pay(clerk, policy, 100)
    call_command("ledger", "check")
    assert "all entries balance" in capsys.readouterr().out

    entry = LedgerEntry.objects.get()
    LedgerLine.objects.create(entry=entry, policy=policy, account=Account.BANK, amount=7)
    Payment.objects.create(policy=policy, paid_on=TODAY, amount=3, recorded_at=NOW)

    assert faults_found() == [("unbalanced", 0, 7), ("payments", 103, 100)]
    with pytest.raises(CommandError, match="2 faults"):
        call_command("ledger", "check")


@pytest.mark.django_db
def test_many_are_posted_by_whole_statements_and_once(clerk, policy, agent):
    other = make_policy(agent, product=policy.product)
    keep(other, currency="USD")
    Payment.objects.create(policy=other, paid_on=TODAY, amount=40, recorded_at=NOW)
    rows = [Posting(one.pk, Reference("loan", one.pk), EntryKind.PREMIUM_LOAN, TODAY, 11) for one in (policy, other)]

    for _time in range(2):
        with transaction.atomic():
            post_many(clerk, rows, credit=Account.BANK, debit=Account.LOAN, now=NOW)

    assert balances_of(policy.pk) == {Account.BANK: -11, Account.LOAN: 11}
    assert balances_of(other.pk) == {Account.BANK: 29, Account.LOAN: 11, Account.PREMIUM: -40}
    assert set(LedgerEntry.objects.filter(policy=other).values_list("currency", flat=True)) == {"USD"}


@pytest.mark.django_db
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(st.integers(-120_000, 120_000).filter(bool), min_size=1, max_size=6), data=st.data())
def test_any_order_of_payments_and_refunds_agrees_with_the_ledger_and_undone_leaves_zero(steps, data, clerk, agent):
    with transaction.atomic():
        policy = make_policy(agent, premium=100_001, pay_term=3)
        taken = []
        for amount in steps:
            with suppress(Refused), transaction.atomic():
                taken.append(pay(clerk, policy, amount))
        total = sum(payment.amount for payment in taken)
        assert balances_of(policy.pk).get(Account.PREMIUM, 0) == -total
        assert faults_found() == []

        entries = data.draw(st.permutations(list(LedgerEntry.objects.filter(policy=policy))))
        for entry in entries:
            reverse(actor=clerk, entry=entry, on=TODAY, now=NOW)

        assert balances_of(policy.pk) == {}
        assert sum(trial_balance().values()) == 0
        transaction.set_rollback(True)
