"""What head office settles for values: proposed, released by another person, used by every reckoning (POL-5, GK)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse

from keyuan.customers.testing import entering, make_customer
from keyuan.kernel.errors import Conflict, Forbidden, Refused
from keyuan.organisation.testing import client_of, make_actor, small_tree
from keyuan.platform import clock
from keyuan.policies.models import MoneyRules, PolicyLoan, ValueRules
from keyuan.policies.rules.values.defaults import Terms, check_terms
from keyuan.policies.selectors.service_items.money import reinstatement_cost
from keyuan.policies.selectors.values.quoting import quote
from keyuan.policies.selectors.values.terms import terms_in_force
from keyuan.policies.services.payments import PaymentDraft, record_payment
from keyuan.policies.services.values.lending import lend
from keyuan.policies.services.values.settling import propose_terms, release_terms
from keyuan.policies.testing import keep, make_policy, make_product

pytestmark = pytest.mark.django_db
WANTED = replace(
    Terms(), loan_share_bp=5_000, loan_months=3, loan_rate_bp=600, arrears_rate_bp=365, fallback_bp=(1_000, 2_000)
)


@pytest.fixture
def heads():
    return [make_actor("management", unit=small_tree().head) for _one in range(2)]


def settle(maker, releaser, terms=WANTED):
    row = propose_terms(actor=maker, terms=terms, note="年度调整", version=0, now=clock.now())
    return release_terms(actor=releaser, rules_id=row.pk, version=row.version, now=clock.now())


def contract(*, days=800, paid=3, **fields):
    agent, start = make_actor("agent"), clock.today() - timedelta(days=days)
    policy = make_policy(
        agent, make_customer(agent), product=make_product(kind="LIFE", cooling_off_days=15), now=clock.now(),
        effective_on=start, issued_on=start, applied_on=start, premium=1_000_000, **fields,
    )  # fmt: skip
    draft = PaymentDraft(paid * 1_000_000, start, "30", "first")
    record_payment(actor=entering(agent), policy_id=policy.pk, draft=draft, now=clock.now())
    policy.refresh_from_db()
    return policy


def test_a_proposal_counts_once_another_person_releases_it(heads):
    maker, other = heads
    row = propose_terms(actor=maker, terms=WANTED, note="年度调整", version=0, now=clock.now())
    waiting = terms_in_force()
    with pytest.raises(Refused) as own:
        release_terms(actor=maker, rules_id=row.pk, version=row.version, now=clock.now())
    with pytest.raises(Conflict):
        propose_terms(actor=other, terms=Terms(loan_months=1), note="x", version=0, now=clock.now())
    with pytest.raises(Conflict):
        release_terms(actor=other, rules_id=row.pk, version=9, now=clock.now())
    release_terms(actor=other, rules_id=row.pk, version=row.version, now=clock.now())
    with pytest.raises(Refused) as same:
        propose_terms(actor=maker, terms=WANTED, note="x", version=0, now=clock.now())
    with pytest.raises(Forbidden):
        propose_terms(actor=make_actor("agent"), terms=Terms(), note="x", version=0, now=clock.now())

    assert (waiting, terms_in_force()) == (Terms(), WANTED)
    assert (own.value.code, same.value.code) == ("values.terms_own", "values.terms_same")


@pytest.mark.parametrize("wrong, field", [
    ({"loan_share_bp": 8_001}, "loan_share_bp"), ({"loan_months": 7}, "loan_months"),
    ({"loan_months": 0}, "loan_months"),
    ({"fallback_bp": (2_000, 1_000)}, "fallback_bp"), ({"fallback_bp": ()}, "fallback_bp"),
    ({"term_cost": ((30, 100),)}, "term_cost"), ({"term_cost": ((0, 0),)}, "term_cost"),
])  # fmt: skip
def test_terms_stay_within_what_law_and_sense_allow(wrong, field):
    with pytest.raises(Refused) as refused:
        check_terms(replace(Terms(), **wrong))

    assert refused.value.field == field


def test_values_loans_and_reinstatement_follow_the_settlement(heads):
    policy = contract()
    usual = quote(policy, clock.today())
    settle(*heads)
    found = quote(policy, clock.today())
    loan = lend(policy, amount=found.loanable, on=clock.today())
    late = contract(days=465, paid=1)
    keep(late, status="SUSPENDED", suspended_on=clock.today() - timedelta(days=40))
    cost = reinstatement_cost(late, clock.today())

    # At the end of the third year 20 % of three premiums; 40 % by the default.
    assert (found.cash.end, usual.cash.end) == (600_000, 1_200_000)
    assert found.loanable == found.cash.amount // 2
    assert loan.rate_bp == 600
    assert (loan.due_on - clock.today()).days in (89, 90, 91, 92)
    # 3.65 % a year of one premium for 100 days.
    assert (cost.premiums, cost.interest) == (1_000_000, 10_000)
    assert PolicyLoan.objects.get(pk=loan.pk).amount == found.loanable


def test_the_document_fee_is_settled_in_one_place():
    policy = contract(days=3, paid=1, receipt_signed_on=clock.today() - timedelta(days=3))
    MoneyRules.objects.create(pk=1, document_fee=300, updated_at=clock.now())

    assert quote(policy, clock.today()).refund.total == 999_700


def test_the_page_takes_a_proposal_and_names_what_is_wrong(heads):
    client, actor = client_of("management", unit=small_tree().head)
    typed = {
        "version": 0, "loan_share_bp": "50", "loan_months": "3", "loan_rate_bp": "6", "apl_rate_bp": "5",
        "arrears_rate_bp": "5", "accumulation_rate_bp": "2", "handling_fee_bp": "3", "short_expense_bp": "25",
        "fallback_bp": "10 20", "term_cost": "0 8\n40 25.5", "note": "年度调整",
    }  # fmt: skip
    address = reverse("policies:value-rules")
    wrong = client.post(address, typed | {"fallback_bp": "20 ten"})
    kept = client.post(address, typed)
    row = ValueRules.objects.get()
    shown = client.get(address).content.decode()
    agent, _actor = client_of("agent")

    assert (wrong.status_code, "ten" in wrong.content.decode()) == (422, True)
    assert kept.status_code == 302
    assert (row.made_by_id, row.fallback_bp, row.term_cost) == (actor.id, [1_000, 2_000], [[0, 800], [40, 2_550]])
    assert 'id="waiting"' in shown
    assert agent.get(address).status_code == 403
