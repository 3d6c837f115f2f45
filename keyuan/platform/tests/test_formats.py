"""Dates, amounts and missing values read the same on every face (ui.md "Formats", PLT-17)."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from keyuan.platform import formats

NOW = datetime(2026, 11, 24, 9, 12, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize("_case, passed, said", [
    ("seconds", timedelta(seconds=59), "刚刚"),
    ("a minute", timedelta(minutes=1), "1 分钟前"),
    ("minutes", timedelta(minutes=12, seconds=40), "12 分钟前"),
    ("hours", timedelta(hours=3, minutes=59), "3 小时前"),
    ("yesterday", timedelta(hours=24), "11-23 09:12"),
    ("another year", timedelta(days=400), "2025-10-20"),
    ("still to come", timedelta(minutes=-5), "11-24 09:17"),
])  # fmt: skip
def test_recent_moments_are_told_by_their_age(_case, passed, said):
    with translation.override("zh-hans"):
        assert formats.ago(NOW - passed, NOW) == said


@pytest.mark.parametrize("_case, minor, style, said", [
    ("thousands", 123_450, True, "1,234.50"),
    ("a cent", 1, True, "0.01"),
    ("nothing owed is a value", 0, True, "0.00"),
    ("negative", -1_286_000, True, "-12,860.00"),
    ("unknown", None, True, "--"),
    ("whole, half up", 123_450, False, "1,235"),
    ("whole, beyond floats", 900_719_925_474_099_350, False, "9,007,199,254,740,994"),
])  # fmt: skip
def test_money_stands_with_separators(_case, minor, style, said):
    assert formats.money(minor, decimals=style) == said


@pytest.mark.parametrize("_case, language, minor, said", [
    ("below", "zh-hans", 999_900, ("9,999", "")),
    ("ten thousands", "zh-hans", 2_130_000, ("2.13", "万")),
    ("hundred millions", "zh-hans", 12_000_000_000, ("1.20", "亿")),
    ("negative", "zh-hans", -2_130_000, ("-2.13", "万")),
    ("english", "en", 2_130_000, ("21,300", "")),
    ("english, long", "en", 2_126_000_000, ("21.26", "million")),
    ("unknown", "zh-hans", None, ("--", "")),
])  # fmt: skip
def test_dashboards_count_in_the_units_of_the_language(_case, language, minor, said):
    with translation.override(language):
        assert formats.wan(minor) == said


@pytest.mark.parametrize("_case, language, minor, said", [
    ("below", "zh-hans", 86_000, "860 元"),
    ("ten thousands", "zh-hans", 38_000_000, "38 万元"),
    ("english", "en", 38_000_000, "380,000 yuan"),
    ("english, long", "en", 2_126_000_000, "21.26 million yuan"),
    ("unknown", "en", None, "--"),
])  # fmt: skip
def test_shortened_amounts_carry_their_unit(_case, language, minor, said):
    with translation.override(language):
        assert formats.wan_yuan(minor) == said


@pytest.mark.parametrize("_case, value, said", [
    ("none", None, "--"), ("empty", "", "--"), ("no items", [], "--"),
    ("zero", 0, 0), ("no", False, False), ("text", "x", "x"),
])  # fmt: skip
def test_missing_values_are_two_dashes_and_zero_is_a_value(_case, value, said):
    assert formats.dash(value) == said


@pytest.mark.parametrize(
    "due, said",
    [
        (datetime(2026, 11, 30, 16, 0, tzinfo=ZoneInfo("UTC")), "2026-11-30 24:00"),
        (datetime(2026, 11, 30, 9, 30, tzinfo=ZoneInfo("UTC")), "2026-11-30 17:30"),
        (None, "--"),
    ],
)
def test_a_term_of_whole_days_ends_with_its_last_day(due, said):
    assert formats.deadline(due) == said


def test_days_and_moments_are_beijing_time():
    late = datetime(2026, 11, 24, 17, 0, 5, tzinfo=timezone.get_fixed_timezone(0))

    assert formats.day(late) == "2026-11-25"
    assert formats.moment(late) == "2026-11-25 01:00"
    assert formats.moment(late, seconds=True) == "2026-11-25 01:00:05"
    assert formats.day(date(2026, 2, 28)) == "2026-02-28"


def test_counts_are_exact_to_a_thousand():
    assert [formats.count(value) for value in (0, 1000, 1001, None)] == ["0", "1,000", "1,000+", "--"]


def test_durations_and_shares():
    assert [formats.duration(seconds) for seconds in (205, 3805, None)] == ["03:25", "1:03:25", "--"]
    assert formats.percent(0.934) == "93.4%"


def test_headings_name_the_weekday():
    with translation.override("zh-hans"):
        assert formats.long_day(NOW) == "11 月 24 日 周二"
        assert formats.weekday(date(2026, 11, 29)) == "周日"
    with translation.override("en"):
        assert formats.long_day(NOW) == "Tue, 11/24"
    assert formats.long_day(None) == "--"
