"""The values of a contract gathered from its record: table, premiums, loans, cooling-off, property (POL-5)."""

from datetime import date

import pytest

from keyuan.kernel.errors import Refused
from keyuan.organisation.testing import client_of, make_actor, small_tree
from keyuan.policies.models import Payment, PolicyLoan
from keyuan.policies.selectors.values.quoting import arrears_of, quote
from keyuan.policies.services.values.lending import close_loans, lend, take_repayment
from keyuan.policies.testing import NOW, keep, make_policy, make_product
from keyuan.products.models import ProductBenefit, RateRow, RateTable

pytestmark = pytest.mark.django_db
D = date
#: Yuan for each 1,000 yuan of yearly premium, at the ends of the first years.
VALUES = (200, 900, 1_700, 2_600)


@pytest.fixture
def clerk():
    return make_actor("policy_clerk", unit=small_tree().east)


def with_table(**fields):
    product = make_product(**fields)
    table = RateTable.objects.create(
        product=product, kind="CASH_VALUE", label="2024 版现金价值", status="RELEASED", valid_from=D(2024, 1, 1),
        basis="PREMIUM", base=100_000, dimensions=["pay_term", "year"], made_at=NOW,
    )  # fmt: skip
    RateRow.objects.bulk_create(
        RateRow(table=table, pay_term="Y20", year=year, rate=value * 1_000_000, row_no=year + 1)
        for year, value in enumerate(VALUES, 1)
    )
    return product


def in_third_year(clerk):
    """Begun on 1 March 2024, 12,860 yuan a year, paid until March 2027, out of cooling-off."""
    policy = make_policy(
        clerk, product=with_table(), effective_on=D(2024, 3, 1), issued_on=D(2024, 3, 1), applied_on=D(2024, 3, 1)
    )
    return keep(policy, next_due_on=D(2027, 3, 1), cooling_off_until=D(2024, 3, 20), in_cooling_off=False)


def test_the_value_names_table_row_and_days(clerk):
    policy = in_third_year(clerk)

    found = quote(policy, D(2026, 3, 16))

    # 15 of 365 days between 900 and 1,700 for each 1,000 of 12,860 yuan.
    assert (found.cash.basis, found.cash.amount) == ("TABLE", 1_157_400 + 42_279)
    assert (found.cash.year, found.cash.days, found.cash.of_days, found.rows) == (3, 15, 365, (3, 4))
    assert found.table is not None
    assert found.table.label == "2024 版现金价值"
    assert (found.refund.kind, found.refund.total, found.loanable) == ("CT", 1_199_679, 959_743)
    assert quote(policy, D(2029, 1, 1)).cash.at == D(2027, 3, 1)


def test_without_a_table_or_cash_value_the_fallbacks_are_named(clerk):
    plain = keep(make_policy(clerk), cooling_off_until=D(2025, 3, 20), in_cooling_off=False, next_due_on=D(2027, 3, 1))
    short = make_policy(
        clerk, product=make_product(kind="ACCIDENT", is_long_term=False, cooling_off_days=0), pay_mode="01",
        effective_on=D(2025, 9, 1), cover_term=1, cover_term_unit="Y", premium=36_500, pay_term=None, pay_term_unit="S",
    )  # fmt: skip

    assert (quote(plain, D(2026, 3, 1)).cash.basis, quote(plain, D(2026, 3, 1)).cash.amount) == ("FALLBACK", 257_200)
    assert (quote(short, D(2026, 3, 16)).cash.basis, quote(short, D(2026, 3, 16)).loanable) == ("UNEXPIRED", 0)
    told = keep(plain, cash_value=777, is_reduced_paid_up=True)
    assert (quote(told, D(2026, 3, 1)).cash.basis, quote(told, D(2026, 3, 1)).cash.amount) == ("TOLD", 777)


def test_cooling_off_gives_premiums_back_and_lends_nothing(clerk):
    policy = keep(in_third_year(clerk), cooling_off_until=D(2026, 3, 20), in_cooling_off=True)
    Payment.objects.create(policy=policy, paid_on=D(2026, 3, 5), amount=1_286_000, result="OK", recorded_at=NOW)
    Payment.objects.create(policy=policy, paid_on=D(2026, 3, 6), amount=5_000, result="APL", recorded_at=NOW)

    found = quote(policy, D(2026, 3, 16))

    assert (found.refund.kind, found.refund.total, found.loanable) == ("WT", 1_285_000, 0)
    assert quote(policy, D(2026, 3, 21)).refund.kind == "CT"


def test_property_and_compulsory_motor_cover(clerk):
    motor = make_product(kind="MOTOR", is_long_term=False, cooling_off_days=0)
    terms = {"effective_on": D(2026, 1, 1), "cover_term": 1, "cover_term_unit": "Y", "pay_mode": "01"}
    policy = make_policy(clerk, product=motor, premium=95_000, pay_term=None, pay_term_unit="S", **terms)
    Payment.objects.create(policy=policy, paid_on=D(2025, 12, 20), amount=95_000, result="OK", recorded_at=NOW)

    before = quote(policy, D(2025, 12, 31)).refund
    after = quote(policy, D(2026, 6, 30))
    ProductBenefit.objects.create(product=motor, code="MTPL_DEATH", name="死亡伤残")
    compulsory = quote(policy, D(2026, 6, 30))

    assert (before.kind, before.total) == ("PROPERTY", 92_150)
    assert (after.refund.total, after.cash.basis, after.loanable) == (47_890, "NONE", 0)
    assert (compulsory.refund.kind, compulsory.notes) == ("COMPULSORY", ("compulsory",))
    with pytest.raises(Refused, match=r"values\.compulsory_ground"):
        quote(policy, D(2026, 6, 30), ground="SOLD")


def test_loans_are_lent_once_repaid_interest_first_and_closed(clerk):
    policy = in_third_year(clerk)
    terms = {"amount": 900_000, "on": D(2026, 3, 16), "due_on": D(2026, 9, 16), "reference": "request:7"}

    lend(policy, **terms)
    lend(policy, **terms)

    assert (PolicyLoan.objects.count(), policy.debt, policy.is_loaned) == (1, 900_000, True)
    with pytest.raises(Refused, match=r"values\.loan_most"):
        lend(policy, amount=100_000, on=D(2026, 3, 16), due_on=D(2026, 9, 16), reference="request:8")
    spread = take_repayment(policy, amount=500_000, on=D(2026, 6, 16))
    assert (spread.interest, spread.principal, policy.debt) == (11_342, 488_658, 411_342)
    with pytest.raises(Refused, match=r"values\.repay_more"):
        take_repayment(policy, amount=500_000, on=D(2026, 6, 16))
    assert close_loans(policy, on=D(2026, 6, 17)) == 411_342 + 56
    assert (policy.debt, policy.is_loaned, PolicyLoan.objects.get().closed_on) == (None, False, D(2026, 6, 17))
    with pytest.raises(Refused, match=r"values\.repay_nothing"):
        take_repayment(policy, amount=1, on=D(2026, 6, 17))


def test_debt_that_was_only_told_is_owed_too(clerk):
    policy = keep(in_third_year(clerk), debt=200_000, on_premium_loan=True)

    found = quote(policy, D(2026, 3, 16))
    take_repayment(policy, amount=50_000, on=D(2026, 3, 16))

    assert (found.debt.total, found.refund.total) == (200_000, 999_679)
    assert (policy.debt, policy.on_premium_loan, PolicyLoan.objects.get().kind) == (150_000, True, "APL")


def test_arrears_are_told_as_reinstatement_takes_them(clerk):
    policy = make_policy(clerk, premium=100_000)

    assert arrears_of(policy, D(2026, 3, 16))[:2] == [(D(2025, 3, 1), 100_000), (D(2026, 3, 1), 100_000)]


def test_the_page_shows_the_day_that_is_asked_for(clerk):
    policy = in_third_year(clerk)
    visitor, _actor = client_of("policy_clerk", unit=small_tree().east)
    address = f"/policies/{policy.pk}/values/"

    page = visitor.get(address, {"on": "2026-03-16"})
    wrong = visitor.get(address, {"on": "2026-02-31"})

    assert page.status_code == 200
    assert "2024 版现金价值" in page.content.decode()
    assert "11,996.79" in page.content.decode()
    assert (wrong.status_code, 'value="2026-02-31"' in wrong.content.decode()) == (422, True)
    assert visitor.get(f"/policies/{policy.pk}/?tab=values").status_code == 200
