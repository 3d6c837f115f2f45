"""The inputs of persistency give the worked cases of domain.md §A.10 (POL-3)."""

from datetime import date, timedelta

import pytest

from keyuan.customers.testing import entering
from keyuan.organisation.testing import make_actor
from keyuan.platform.mart.extracts import extracts, statement_of
from keyuan.policies.extracts.persistency import cohorts, later_premiums
from keyuan.policies.models import Instalment, Payment
from keyuan.policies.services.payments import PaymentDraft, record_payment
from keyuan.policies.testing import NOW, TODAY, keep, make_policy, make_product

pytestmark = pytest.mark.django_db
YUAN = 100
APRIL, MAY, JUNE = date(2024, 4, 10), date(2024, 5, 10), date(2024, 6, 10)


@pytest.fixture
def agent():
    return make_actor("agent")


@pytest.fixture
def product():
    return make_product()


def sold(agent, product, on, premium, paid, **draft):
    """A contract of ``premium`` yuan from ``on``, of which ``paid`` instalments came in."""
    made = make_policy(
        agent, product=product, effective_on=on, applied_on=on, issued_on=on, premium=premium * YUAN, **draft
    )
    if paid:
        payment = PaymentDraft(paid * premium * YUAN, TODAY)
        record_payment(actor=entering(agent), policy_id=made.pk, draft=payment, now=NOW)
    return made


def ratio(*months):
    """What was received of the second year, and the base, of cohorts that count."""
    base = sum(row.annual_premium for row in cohorts().filter(effective_on__in=months, excluded=""))
    rows = later_premiums().filter(policy__effective_on__in=months, policy_year=2, excluded="")
    return sum(row.received for row in rows) // YUAN, base // YUAN


def test_successive_cohorts_give_the_worked_ratios(agent, product):
    sold(agent, product, APRIL, 9_000, 2)
    sold(agent, product, APRIL, 1_000, 1)
    sold(agent, product, MAY, 5_000, 2)
    sold(agent, product, JUNE, 10_000, 2)

    assert ratio(APRIL) == (9_000, 10_000)
    assert ratio(APRIL, MAY) == (14_000, 15_000)
    assert ratio(APRIL, MAY, JUNE) == (24_000, 25_000)


@pytest.mark.parametrize("reason, word", [
    ("08", "COOLING_OFF"), ("09", "SAME_DAY"), ("02", "CLAIM"), ("04", "CONVERSION"), ("03", ""),
])  # fmt: skip
def test_ends_that_count_on_neither_side_say_so(reason, word, agent, product):
    made = sold(agent, product, APRIL, 1_000, 2)
    keep(made, status="TERMINATED", termination_reason=reason)

    assert [row.excluded for row in cohorts()] == [word]
    assert {row.excluded for row in later_premiums()} == {word}


def test_waived_premiums_count_on_neither_side(agent, product):
    keep(sold(agent, product, APRIL, 1_000, 1), is_premium_waived=True)

    assert ratio(APRIL) == (0, 0)


def test_monthly_contracts_count_by_their_thirteenth_instalment_annualised(agent, product):
    sold(agent, product, APRIL, 100, 13, pay_mode="02")
    sold(agent, product, APRIL, 100, 12, pay_mode="02")

    assert ratio(APRIL) == (1_200, 2_400)
    years = sorted(later_premiums().values_list("policy_year", "number"))
    assert years == [(2, 13), (2, 13), (3, 25), (3, 25), (4, 37), (4, 37)]


def test_the_day_stays_known_for_every_cut_and_loans_are_told_apart(agent, product):
    made = sold(agent, product, APRIL, 1_000, 1)
    due = date(2025, 4, 10)
    Instalment.objects.filter(policy=made, number=2).update(
        status="PAID", paid_amount=1_000 * YUAN, paid_on=due + timedelta(61)
    )
    Payment.objects.create(
        policy=made, instalment_number=2, paid_on=due + timedelta(61), amount=1_000 * YUAN, result="APL",
        recorded_at=NOW,
    )  # fmt: skip

    row = later_premiums().get(policy_year=2)

    assert (row.due_on, row.paid_on, row.received, row.by_loan) == (due, due + timedelta(61), 1_000 * YUAN, True)
    assert not later_premiums().get(policy_year=3).by_loan


def test_single_premiums_and_short_contracts_have_no_persistency(agent):
    short = make_product(is_long_term=False)
    sold(agent, short, APRIL, 1_000, 1)
    make_policy(agent, pay_mode="01", pay_term=1, pay_term_unit="S")

    assert (cohorts().count(), later_premiums().count()) == (0, 0)


def test_contracts_in_other_currencies_stay_out_of_sums_of_yuan(agent, product):
    sold(agent, product, APRIL, 1_000, 2)
    keep(sold(agent, product, APRIL, 9_000, 1), currency="USD")

    assert [row.annual_premium for row in cohorts()] == [1_000 * YUAN]


def test_the_mart_reads_both():
    for key in ("cohorts", "later_premiums"):
        assert statement_of(extracts[key]).sql
