"""Cells into values: nothing is guessed, everything wrong has a code (PLT-9)."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest

from keyuan.kernel.errors import Refused
from keyuan.platform.imports import values

D = Decimal


def refused(parse, cell):
    with pytest.raises(Refused) as refusal:
        parse(cell)
    return refusal.value.code


@pytest.mark.parametrize(
    "cell, expected",
    [
        ("2025-03-08", date(2025, 3, 8)),
        ("2025/3/8", date(2025, 3, 8)),
        ("2025.03.08", date(2025, 3, 8)),
        ("2025年3月8日", date(2025, 3, 8)),
        ("２０２５－０３－０８", date(2025, 3, 8)),
        ("20250308", date(2025, 3, 8)),
        ("2024-02-29 00:00:00", date(2024, 2, 29)),
    ],
)
def test_dates_with_the_year_first_are_read(cell, expected):
    assert values.date_parser()(cell) == expected


@pytest.mark.parametrize(
    "cell, formats, expected",
    [
        ("08/03/2025", ["%d/%m/%Y"], date(2025, 3, 8)),
        ("03/08/2025", ["%m/%d/%Y"], date(2025, 3, 8)),
        ("45724", ["excel"], date(2025, 3, 8)),
        ("45724.75", ["excel"], date(2025, 3, 8)),
        ("61", ["excel"], date(1900, 3, 1)),
        ("2025-03-08", ["%d/%m/%Y", "excel"], date(2025, 3, 8)),
    ],
)
def test_dates_in_declared_formats_are_read(cell, formats, expected):
    assert values.date_parser(formats)(cell) == expected


@pytest.mark.parametrize(
    "cell, code",
    [
        ("03/08/2025", "import.date_pattern"),
        ("45724", "import.date_pattern"),
        ("2025-02-29", "import.date_unreal"),
        ("2025-13-01", "import.date_unreal"),
        ("0001-01-01", "import.date_unreal"),
        ("soon", "import.date_pattern"),
    ],
)
def test_dates_nobody_can_be_sure_of_are_refused(cell, code):
    assert refused(values.date_parser(), cell) == code


@pytest.mark.parametrize(
    "cell, minor",
    [("1236.0", 123600), ("-1863.92", -186392), ("1,234.50", 123450), ("￥１２", 1200), ("1.236E3", 123600), ("0", 0)],
)
def test_amounts_are_exact(cell, minor):
    assert values.money_parser("EUR")(cell) == minor


def test_an_amount_with_a_third_decimal_is_refused_and_yen_have_none():
    assert refused(values.money_parser("EUR"), "0.005") == "money.decimals"
    assert values.money_parser("JPY")("1200") == 1200


@pytest.mark.parametrize(
    "cell, minor",
    # -0.88 × 526.58 + 560.88 = 97.4896; 2.3 × 526.58 + 560.88 = 1772.014; half a cent goes up.
    [("-0.88", 9749), ("2.3", 177201), ("0", 56088), ("-1.07", -256)],
)
def test_standardised_premiums_come_back_to_dollars(cell, minor):
    assert values.money_parser("USD", D("526.58"), D("560.88"))(cell) == minor


def test_units_are_converted_and_rounded_as_the_mapping_says():
    horsepower = values.whole_parser(0, 1000, D("0.73549875"), None, ROUND_HALF_UP)

    assert [horsepower(cell) for cell in ("98", "170", "1")] == [72, 125, 1]


@pytest.mark.parametrize(
    "cell, code",
    [
        ("1.5", "import.fraction"),
        ("-1", "import.number_range"),
        ("1e30", "import.number_range"),
        ("x", "import.number"),
    ],
)
def test_whole_numbers_are_whole_and_in_bounds(cell, code):
    assert refused(values.whole_parser(0, 100), cell) == code


def test_a_whole_number_written_by_a_spreadsheet_is_read():
    assert values.whole_parser(0, 10_000)("1,234.0") == 1234


@pytest.mark.parametrize("cell, flag", [("是", True), ("No", False), ("1", True), ("×", False)])
def test_flags(cell, flag):
    assert values.parse_flag(cell) is flag


def test_unknown_words_are_refused_with_those_that_are_known():
    parse = values.choice_parser({"男": "1", "女": "2"})

    assert parse(" 男 ") == "1"
    with pytest.raises(Refused) as refusal:
        parse("boy")
    assert dict(refusal.value.params) == {"known": "1, 2"}


def test_texts_are_bounded_and_free_of_control_signs():
    parse = values.text_parser(5)

    assert parse("  abc ") == "abc"
    assert refused(parse, "abcdef") == "import.text_long"
    assert refused(parse, "a\x07b") == "import.text_control"
