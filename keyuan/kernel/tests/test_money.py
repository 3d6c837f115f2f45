"""Exact money (decision 14, domain.md 0.1 item 7)."""

from decimal import ROUND_DOWN, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyuan.kernel.errors import Refused
from keyuan.kernel.money import Money, affine, allocate, allocate_bp, format_amount, from_decimal, parse_money


@pytest.mark.parametrize(
    "text, minor",
    [
        ("0", 0),
        ("1,234.50", 123450),
        ("1234.5", 123450),
        (" 12 ", 1200),
        ("１２３．４５", 12345),
        ("１，２３４", 123400),
        ("￥1,000", 100000),
        ("100元", 10000),
        ("CNY 5", 500),
        ("-5.01", -501),
        ("−5.01", -501),
        ("¥-5", -500),
        ("-¥5", -500),
        ("(5.00)", -500),
        (".5", 50),
        ("5.", 500),
        ("5.1000", 510),
        ("3.5万", 3500000),
        ("0.00012万", 120),
        ("1.2亿", 12000000000),
        ("92233720368547758.07", 2**63 - 1),
    ],
)
def test_amounts_are_read_as_people_write_them(text, minor):
    assert parse_money(text) == Money(minor, "CNY")


@pytest.mark.parametrize(
    "text, code",
    [
        ("", "money.empty"),
        ("  ", "money.empty"),
        ("abc", "money.pattern"),
        (".", "money.pattern"),
        ("-", "money.pattern"),
        ("1,23", "money.pattern"),
        ("1234,567", "money.pattern"),
        ("1.2.3", "money.pattern"),
        ("1e5", "money.pattern"),
        ("--5", "money.pattern"),
        ("1.005", "money.decimals"),
        ("1.00000001万", "money.decimals"),
        ("92233720368547758.08", "money.too_large"),
        ("9" * 5000, "money.too_large"),
    ],
)
def test_what_is_no_exact_amount_is_refused_with_its_reason(text, code):
    with pytest.raises(Refused) as refusal:
        parse_money(text, field="premium")

    assert (refusal.value.code, refusal.value.field) == (code, "premium")


def test_decimals_follow_the_currency():
    assert parse_money("1,000", "JPY") == Money(1000, "JPY")
    assert parse_money("1.234", "KWD") == Money(1234, "KWD")
    with pytest.raises(Refused):
        parse_money("1.5", "JPY")


@pytest.mark.parametrize(
    "money, grouped, plain",
    [
        (Money(0), "0.00", "0.00"),
        (Money(5), "0.05", "0.05"),
        (Money(-5), "-0.05", "-0.05"),
        (Money(123456789), "1,234,567.89", "1234567.89"),
        (Money(-100000), "-1,000.00", "-1000.00"),
        (Money(1234567, "JPY"), "1,234,567", "1234567"),
    ],
)
def test_amounts_are_written_with_all_their_decimals(money, grouped, plain):
    assert format_amount(money) == str(money) == grouped
    assert format_amount(money, grouped=False) == plain


@given(st.integers(-(10**15), 10**15), st.sampled_from(["CNY", "JPY", "KWD"]))
def test_what_is_written_reads_back_the_same(minor, currency):
    assert parse_money(format_amount(Money(minor, currency)), currency) == Money(minor, currency)


def test_sums_and_comparisons_stay_in_one_currency():
    assert Money(150) + Money(50) - Money(300) == -Money(100)
    assert Money(1) < Money(2) <= Money(2) < Money(3)
    assert not Money(0)
    with pytest.raises(ValueError, match="do not mix"):
        Money(1) + Money(1, "USD")


def test_rounding_is_the_one_that_was_named():
    assert Money(5).times(Decimal("0.5")) == Money(3)
    assert Money(5).times(Decimal("0.5"), rounding=ROUND_DOWN) == Money(2)
    assert from_decimal(Decimal("1.005")) == Money(101)
    assert Money(10**18 + 1).times(Decimal("1.0000000000001")) == Money(10**18 + 10**5 + 1)


def test_a_standardised_figure_comes_back_by_an_affine_conversion():
    standardised = Decimal("-0.4250")

    premium = affine(standardised, scale=Decimal("418.20"), offset=Decimal("560.88"), currency="USD")

    assert premium == Money(38315, "USD")


@pytest.mark.parametrize(
    "total, shares, parts",
    [
        (100, [5000, 5000], [50, 50]),
        (100, [3333, 3333, 3334], [33, 33, 34]),
        (101, [5000, 5000], [51, 50]),
        (-101, [5000, 5000], [-51, -50]),
        (1, [3333, 3333, 3334], [0, 0, 1]),
        (0, [10000], [0]),
        (999, [0, 10000], [0, 999]),
    ],
)
def test_shares_in_basis_points_lose_no_cent(total, shares, parts):
    assert [part.amount_minor for part in allocate_bp(Money(total), shares)] == parts


@pytest.mark.parametrize("shares", [[5000, 4999], [10001], [-1, 10001], [5000, 5000, 1]])
def test_shares_that_are_not_the_whole_are_refused(shares):
    with pytest.raises(Refused) as refusal:
        allocate_bp(Money(100), shares)

    assert refusal.value.code == "allocation.sum"


@given(st.integers(-(10**12), 10**12), st.lists(st.integers(0, 1000), min_size=1, max_size=9).filter(any))
def test_parts_sum_to_the_total_and_stray_less_than_a_cent(total, weights):
    parts = allocate(Money(total), weights)

    assert sum(part.amount_minor for part in parts) == total
    exact = [Decimal(total) * weight / sum(weights) for weight in weights]
    assert all(abs(part.amount_minor - value) < 1 for part, value in zip(parts, exact, strict=True))


def test_weights_that_divide_nothing_are_a_mistake():
    with pytest.raises(ValueError, match="weights"):
        allocate(Money(1), [0, 0])
