"""What a contract is worth and what its changes cost: worked figures and laws that hold for all (POL-5, POL-6)."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keyuan.kernel.errors import Refused
from keyuan.policies.rules.values import cash, changes, loans, surrender
from keyuan.policies.rules.values.loans import Debt, Loan

D = date
ENDS = [200_000, 500_000, 900_000, None, 1_500_000]
START = D(2020, 3, 1)
DAYS = st.dates(D(2020, 1, 1), D(2060, 12, 31))
FEN = st.integers(1, 10**11)
#: Two cores shared with other tests make the first draws slow, which says nothing of the strategies.
calm = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)


@pytest.mark.parametrize(
    "on, paid_until, amount, year, days",
    [
        (D(2020, 3, 1), None, 0, 1, 0),
        (D(2020, 2, 1), None, 0, 1, 0),
        # 184 days of the first year's 365.
        (D(2020, 9, 1), None, 100_822, 1, 184),
        (D(2021, 3, 1), None, 200_000, 2, 0),
        (D(2022, 2, 28), None, 499_178, 2, 364),
        # Paid for two years only: what comes later does not grow.
        (D(2022, 8, 1), D(2022, 3, 1), 500_000, 3, 0),
        # The year not told keeps the value before it.
        (D(2023, 9, 1), None, 900_000, 4, 184),
        (D(2044, 1, 1), None, 1_500_000, 24, 306),
    ],
)
def test_cash_value_moves_by_days(on: date, paid_until: date | None, amount: int, year: int, days: int) -> None:
    found = cash.cash_value(ENDS, effective_on=START, on=on, paid_until=paid_until)

    assert (found.amount, found.year, found.days) == (amount, year, days)


@calm
@given(st.lists(FEN, min_size=1, max_size=12).map(sorted), DAYS, DAYS)
def test_cash_value_never_falls_where_the_table_does_not(ends: list[int], one: date, other: date) -> None:
    earlier, later = sorted((one, other))

    before, after = (cash.cash_value(ends, effective_on=START, on=on) for on in (earlier, later))

    assert 0 <= before.amount <= after.amount <= ends[-1]
    assert min(after.start, after.end) <= after.amount <= max(after.start, after.end)


def test_without_a_table_a_share_of_the_premiums_counts() -> None:
    assert cash.fallback_ends(100_000, 3, 4) == [20_000, 60_000, 120_000, 150_000]
    value = cash.unexpired_value(36_500, effective_on=D(2025, 1, 1), expires_on=D(2025, 12, 31), on=D(2025, 1, 31))
    assert (value.amount, value.days, value.of_days) == (25_050, 31, 365)
    assert cash.scaled(value, 1, 2) == 12_525


@pytest.mark.parametrize(
    "principal, rate, since, on, amount",
    [
        (1_000_000, 500, D(2024, 1, 1), D(2024, 1, 1), 0),
        (1_000_000, 500, D(2024, 1, 1), D(2024, 1, 2), 137),
        (1_000_000, 500, D(2024, 1, 1), D(2024, 7, 1), 24_932),
        (1_000_000, 500, D(2023, 1, 1), D(2024, 1, 1), 50_000),
        # 0.5 fen is rounded up.
        (73, 500, D(2024, 1, 1), D(2024, 2, 20), 1),
    ],
)
def test_interest_by_days(principal: int, rate: int, since: date, on: date, amount: int) -> None:
    assert loans.interest(principal, rate, since, on) == amount


def test_a_loan_not_paid_back_takes_its_interest_into_the_next_term() -> None:
    lent = Loan(1_000_000, D(2024, 1, 1), 500, due_on=D(2024, 7, 1))

    assert loans.debt_on([lent], D(2024, 7, 1)) == Debt(1_000_000, 24_932)
    assert loans.debt_on([lent], D(2024, 7, 2)) == Debt(1_024_932, 140)


def test_at_most_four_fifths_are_lent() -> None:
    assert loans.loan_maximum(1_000_001, Debt()) == 800_000
    assert loans.loan_maximum(1_000_000, Debt(700_000, 50_000)) == 50_000
    assert loans.loan_maximum(1_000_000, Debt(900_000, 0)) == 0
    loans.check_loan(800_000, 800_000, D(2024, 8, 31), D(2025, 2, 28))
    for amount, due_on, code in (
        (0, D(2024, 9, 30), "values.loan_zero"),
        (800_001, D(2024, 9, 30), "values.loan_most"),
        (1, D(2025, 3, 1), "values.loan_term"),
        (1, D(2024, 8, 31), "values.loan_term"),
    ):
        with pytest.raises(Refused) as refused:
            loans.check_loan(amount, 800_000, D(2024, 8, 31), due_on)
        assert refused.value.code == code


def test_a_repayment_pays_all_interest_first_then_the_oldest_loan() -> None:
    two = [Loan(100_000, D(2024, 1, 1), 500), Loan(200_000, D(2024, 3, 1), 500)]

    paid = loans.repay(53_000, two, D(2024, 4, 1))

    # 91 days of the first make 12.47 yuan, 31 of the second 8.49.
    assert (paid.interest, paid.principal, paid.left) == (2_096, 50_904, 0)
    assert [(loan.principal, loan.accrued, loan.since) for loan in paid.loans] == [
        (49_096, 0, D(2024, 4, 1)),
        (200_000, 0, D(2024, 4, 1)),
    ]
    with pytest.raises(Refused, match=r"values\.repay_zero"):
        loans.repay(0, two, D(2024, 4, 1))


@calm
@given(st.lists(st.builds(Loan, FEN, DAYS, st.integers(0, 2_000)), max_size=4), FEN, DAYS)
def test_a_repayment_neither_makes_nor_loses_money(owed: list[Loan], amount: int, on: date) -> None:
    before = loans.debt_on(owed, on)

    paid = loans.repay(amount, owed, on)

    assert paid.interest + paid.principal + paid.left == amount
    assert loans.debt_on(paid.loans, on).total == before.total - paid.interest - paid.principal
    assert paid.principal == 0 or paid.interest == before.interest
    assert paid.left == max(0, amount - before.total)


def test_premium_loans_pay_whole_premiums_then_days_then_nothing() -> None:
    assert loans.premium_loan(100_000, 365, 150_000, Debt(50_000)) == loans.PremiumLoan(100_000, 365, True)
    assert loans.premium_loan(100_000, 365, 100_000, Debt(50_000)) == loans.PremiumLoan(49_863, 182, False)
    assert loans.premium_loan(100_000, 365, 40_000, Debt(50_000)) == loans.PremiumLoan(0, 0, False)


def test_cooling_off_gives_every_premium_back_less_ten_yuan() -> None:
    refund = surrender.cooling_off_refund(1_286_000, fee=1_000)

    assert refund.total == 1_285_000
    assert [(line.code, line.amount) for line in refund.lines] == [("PREMIUMS", 1_286_000), ("FEE", -1_000)]
    assert surrender.cooling_off_refund(500, fee=1_000).total == 0
    assert surrender.cooling_off_refund(1_286_000, Debt(100_000, 12), paid_out=5_000, fee=0).total == 1_180_988
    with pytest.raises(Refused, match=r"values\.fee_most"):
        surrender.cooling_off_refund(1_286_000, fee=1_001)


def test_surrender_pays_the_value_less_what_is_owed() -> None:
    refund = surrender.cash_refund(500_000, Debt(100_000, 2_000), unpaid=30_000, kept=7_000)

    assert (refund.total, refund.shortfall) == (375_000, 0)
    over = surrender.cash_refund(100_000, Debt(120_000, 500))
    assert (over.total, over.shortfall) == (0, 20_500)


@pytest.mark.parametrize(
    "on, total",
    [
        (D(2024, 12, 31), 354_050),  # before cover begins: less 3 %
        (D(2025, 1, 1), 364_000),
        (D(2025, 7, 2), 182_000),
        (D(2025, 12, 31), 0),
        (D(2026, 5, 1), 0),
    ],
)
def test_property_is_refunded_by_days(on: date, total: int) -> None:
    cover = {"effective_on": D(2025, 1, 1), "expires_on": D(2025, 12, 31)}

    assert surrender.property_refund(365_000, **cover, on=on).total == total


def test_compulsory_motor_cover_ends_on_three_grounds_only() -> None:
    cover = {"effective_on": D(2025, 1, 1), "expires_on": D(2025, 12, 31)}

    before = surrender.compulsory_refund(95_000, **cover, on=D(2024, 12, 30), ground="LOST")
    after = surrender.compulsory_refund(95_000, **cover, on=D(2025, 6, 30), ground="DEREGISTERED")

    assert (before.total, after.total) == (95_000, 47_890)
    with pytest.raises(Refused, match=r"values\.compulsory_ground"):
        surrender.compulsory_refund(95_000, **cover, on=D(2025, 6, 30), ground="SOLD")


@calm
@given(FEN, DAYS, st.integers(0, 4_000), DAYS)
def test_days_gone_and_days_left_make_the_premium(premium: int, begins: date, length: int, on: date) -> None:
    expires = begins + timedelta(days=length)

    refund = surrender.property_refund(premium, effective_on=begins, expires_on=expires, on=on)

    assert 0 <= refund.total <= premium
    assert on < begins or refund.total == surrender.unexpired(premium, effective_on=begins, expires_on=expires, on=on)


def test_reinstatement_asks_arrears_with_interest_inside_two_years() -> None:
    dues = [(D(2024, 3, 1), 100_000), (D(2025, 3, 1), 100_000), (D(2026, 3, 1), 100_000)]

    cost = changes.reinstatement(dues, suspended_on=D(2024, 5, 1), on=D(2025, 9, 1), overdrawn=300)

    assert (cost.premiums, cost.interest, cost.debt, cost.total) == (200_000, 7_521 + 2_521, 300, 210_342)
    changes.reinstatement(dues, suspended_on=D(2024, 5, 1), on=D(2026, 5, 1))
    for on, code in ((D(2026, 5, 2), "values.reinstatement_over"), (D(2024, 4, 30), "values.not_suspended")):
        with pytest.raises(Refused) as refused:
            changes.reinstatement(dues, suspended_on=D(2024, 5, 1), on=on)
        assert refused.value.code == code


def test_paid_up_contracts_keep_what_was_paid_for() -> None:
    assert changes.reduced_paid_up(50_000_000, value=3_000_000, debt=Debt(), paid=5, planned=20) == 12_500_000
    assert changes.reduced_paid_up(50_000_000, value=3_000_000, debt=Debt(1_000_000), paid=5, planned=20) == 8_333_300
    assert changes.paid_up_by_rate(1_000_000, 35_000, 100_000, 50_000_000) == 2_857_100
    with pytest.raises(Refused, match=r"values\.nothing_left"):
        changes.reduced_paid_up(50_000_000, value=3_000_000, debt=Debt(3_000_000), paid=5, planned=20)


def test_extended_term_lasts_as_long_as_the_value() -> None:
    facts = {"birth_on": D(1990, 6, 1), "on": D(2026, 6, 1), "expires_on": D(2050, 1, 1)}

    # 0.12 % a year of 500,000 yuan are 600 yuan: two whole years and 182 days of the third.
    found = changes.extended_term(50_000_000, 150_000, **facts)

    assert found == changes.Extended(D(2028, 11, 29), 0)
    whole = changes.extended_term(50_000_000, 10_000_000, **facts)
    assert (whole.until, whole.left > 0) == (D(2050, 1, 1), True)
    with pytest.raises(Refused, match=r"values\.nothing_left"):
        changes.extended_term(50_000_000, 0, **facts)


def test_smaller_sum_and_other_frequency() -> None:
    assert changes.sum_down(50_000_000, 30_000_000, value=1_000_001, premium=1_286_000) == changes.SumDown(
        400_000, 771_600
    )
    assert changes.modal_premium(1_286_000, "02") == 115_740
    assert changes.modal_premium(1_286_000, "02", {"02": 875}) == 112_525
    assert changes.mode_change(115_740, "02", "05") == 1_286_000
    for mode, new_mode, code in (("05", "01", "values.mode_single"), ("05", "06", "rates.no_mode")):
        with pytest.raises(Refused) as refused:
            changes.mode_change(100, mode, new_mode)
        assert refused.value.code == code
    for new_sum in (0, 50_000_000, 60_000_000):
        with pytest.raises(Refused, match=r"values\.sum_range"):
            changes.sum_down(50_000_000, new_sum, value=1, premium=1)


def test_a_wrong_age_is_set_right_both_ways() -> None:
    short, over = changes.correct(100_000, 120_000, 3), changes.correct(120_000, 100_000, 3)

    assert (short.due, short.back, changes.reduced_benefit(10_000_000, short)) == (60_000, 0, 8_333_333)
    assert (over.due, over.back, changes.reduced_benefit(10_000_000, over)) == (0, 60_000, 10_000_000)
    assert changes.check_age(66, (18, 65), D(2025, 1, 1), D(2026, 12, 31)) == "RESCINDABLE"
    assert changes.check_age(66, (18, 65), D(2025, 1, 1), D(2027, 1, 2)) is None
    assert changes.check_age(65, (18, 65), D(2025, 1, 1), D(2026, 1, 1)) is None
    with pytest.raises(Refused, match=r"values\.no_premium"):
        changes.correct(100_000, 0, 3)
