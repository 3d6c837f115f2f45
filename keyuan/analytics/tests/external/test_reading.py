"""Periods and regions of published tables (ANA-1)."""

from datetime import date

import pyarrow as pa
import pytest

from keyuan.analytics.rules.external.joining import surroundings
from keyuan.analytics.rules.external.reading import parse_period, parse_region, region_name
from keyuan.analytics.testing import computed
from keyuan.kernel.errors import Refused

FIGURES = pa.schema(
    [
        ("indicator", pa.string()), ("region_code", pa.string()), ("kind", pa.string()), ("first_on", pa.date32()),
        ("last_on", pa.date32()), ("known_on", pa.date32()), ("value", pa.float64()), ("unit", pa.string()),
    ]
)  # fmt: skip


@pytest.mark.parametrize("cell, code, first, last", [
    ("2024", "2024", date(2024, 1, 1), date(2024, 12, 31)),
    ("2024年", "2024", date(2024, 1, 1), date(2024, 12, 31)),
    ("２０２４", "2024", date(2024, 1, 1), date(2024, 12, 31)),
    ("2024Q1", "2024Q1", date(2024, 1, 1), date(2024, 3, 31)),
    ("2024年第四季度", "2024Q4", date(2024, 10, 1), date(2024, 12, 31)),
    ("2024-02", "2024-02", date(2024, 2, 1), date(2024, 2, 29)),
    ("2024年11月", "2024-11", date(2024, 11, 1), date(2024, 11, 30)),
])  # fmt: skip
def test_a_period_is_a_year_a_quarter_or_a_month(cell, code, first, last):
    found = parse_period(cell)

    assert (found.code, found.first, found.last) == (code, first, last)
    assert parse_period(found.code) == found


@pytest.mark.parametrize("cell", ["", "24", "2024Q5", "2024-13", "2024-00", "去年", "0024", "2024-01-01"])
def test_what_is_no_period_is_refused(cell):
    with pytest.raises(Refused, match=r"external\.period"):
        parse_period(cell)


@pytest.mark.parametrize("cell, code, name", [
    ("全国", "000000", "000000"), ("上海", "310000", "上海市"), ("广东省", "440000", "广东省"),
    ("44", "440000", "广东省"), ("4403", "440300", "广东省深圳市"), ("内蒙古", "150000", "内蒙古自治区"),
    ("440300", "440300", "广东省深圳市"), ("广东省深圳市", "440300", "广东省深圳市"),
])  # fmt: skip
def test_a_region_is_named_or_coded(cell, code, name):
    assert (parse_region(cell), region_name(code)) == (code, name)


@pytest.mark.parametrize("cell", ["火星", "990000", "4499", "上海市某某路", "123", "449999"])
def test_what_is_no_region_is_refused(cell):
    with pytest.raises(Refused, match=r"external\.region"):
        parse_region(cell)


def _figure(year, value, known=None, region="310000"):
    first, last = date(year, 1, 1), date(year, 12, 31)
    return {
        "indicator": "保费收入", "region_code": region, "kind": "Y", "first_on": first, "last_on": last,
        "known_on": known or date(year + 1, 3, 1), "value": value, "unit": "亿元",
    }  # fmt: skip


def test_surroundings_are_what_was_known_on_the_day(engine, tmp_path):
    rows = [
        _figure(2022, 100.0), _figure(2023, 120.0), _figure(2024, 150.0, known=date(2025, 4, 1)),
        _figure(2023, 0.0, region="440000"), _figure(2024, 9.0, region="440000"),
    ]  # fmt: skip

    tables = {"external_figures": (FIGURES, rows)}
    found = computed(surroundings, tables, tmp_path, engine=engine, as_of=date(2025, 3, 31))

    told = {row["region_code"]: (row["value"], row["year_before"], row["change"]) for row in found}
    assert told == {"310000": (120.0, 100.0, pytest.approx(0.2)), "440000": (9.0, 0.0, None)}
