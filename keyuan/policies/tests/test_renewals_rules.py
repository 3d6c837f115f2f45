"""Windows, stages, forbidden promises and motor prices of renewal, by their vectors (POL-4; domain §A.8, §A.11)."""

from datetime import date

import pytest

from keyuan.kernel.errors import Refused
from keyuan.policies.rules.renewals.motor import (
    DEFAULT,
    Record,
    Tariff,
    accidents_by_year,
    base_of,
    commercial_premium,
    compulsory_factor,
    compulsory_premium,
    from_json,
    ncd_factor,
    ncd_grade,
    region_class,
    to_json,
)
from keyuan.policies.rules.renewals.stages import ACTS, Stage, next_stage, rate_bp
from keyuan.policies.rules.renewals.underwriting import NewCover, issued_at_once
from keyuan.policies.rules.renewals.windows import DEFAULTS, Window, days_of, is_renewable, is_seamless, window_for
from keyuan.policies.rules.renewals.words import forbidden_in

DAY = date(2026, 6, 30)


@pytest.mark.parametrize("record, grade, factor", [
    (Record(insured_years=1), -1, 8_000),
    (Record(insured_years=2), -2, 7_000),
    (Record(insured_years=3), -3, 6_000),
    (Record(insured_years=4), -4, 5_000),
    (Record(insured_years=9), -4, 5_000),
    (Record((1,), 1), 0, 10_000),
    (Record((2,), 1), 1, 12_000),
    (Record((1, 1), 2), 0, 10_000),
    (Record((0, 0, 1), 3), -2, 7_000),
    (Record((0, 0, 0, 1), 4), -3, 6_000),
    (Record((1, 0, 0, 0), 5), -2, 7_000),
    (Record((3, 2, 2), 3), 4, 18_000),
    (Record((4, 3, 3), 3), 5, 20_000),
    (Record(is_new=True), 0, 10_000),
    (Record((3,), 3, is_transferred=True), 0, 10_000),
    (Record(insured_years=0), 0, 10_000),
    (Record(insured_years=4, break_months=7), 0, 10_000),
    (Record(insured_years=4, break_months=6), 0, 10_000),
    (Record(insured_years=4, break_months=3, last_grade=-3), -3, 6_000),
    (Record((2,), 1, break_months=4, last_grade=-2), 1, 12_000),
    (Record(insured_years=4, break_months=2), -4, 5_000),
])  # fmt: skip
def test_the_grade_is_accidents_less_insured_years_within_its_bounds(record, grade, factor):
    assert (ncd_grade(record), ncd_factor(ncd_grade(record))) == (grade, factor)


@pytest.mark.parametrize("region, record, factor", [
    ("150100", Record(insured_years=1), 7_000),
    ("150100", Record(insured_years=3), 5_000),
    ("610100", Record(insured_years=2), 6_500),
    ("620100", Record(insured_years=3), 6_000),
    ("110100", Record(insured_years=3), 6_500),
    ("440100", Record(insured_years=1), 9_000),
    ("440100", Record(insured_years=5), 7_000),
    ("440100", Record((0, 1), 3), 9_000),
    ("440100", Record((1,), 3), 10_000),
    ("440100", Record((2,), 3), 11_000),
    ("440100", Record((1,), 3, is_fatal=True), 13_000),
    ("440100", Record(is_new=True), 10_000),
    ("440100", Record(insured_years=3, break_months=7), 10_000),
])  # fmt: skip
def test_the_compulsory_multiplier_follows_region_and_record(region, record, factor):
    assert compulsory_factor(record, region) == factor


def test_motor_premiums_are_exact_to_the_fen():
    assert [region_class(code) for code in ("540000", "530000", "650000", "640000", "")] == ["A", "B", "C", "D", "E"]
    assert compulsory_premium(5, Record(insured_years=3), "440100") == 66_500
    assert compulsory_premium(6, Record(insured_years=1), "110100") == 93_500
    assert compulsory_premium(7, Record((1,), 3, is_fatal=True), "440100") == 143_000
    assert commercial_premium(340_001, -4, 6_500, 10_000) == 110_500
    assert commercial_premium(300_000, 2, 10_000, 11_000) == 462_000
    assert base_of(170_000, 5_000) == 340_000
    assert base_of(170_000, None) == 170_000
    assert base_of(0, 5_000) == 0
    for own, traffic, code in ((6_499, 10_000, "own_factor"), (10_000, 15_001, "traffic_factor")):
        with pytest.raises(Refused) as refusal:
            commercial_premium(1, 0, own, traffic)
        assert refusal.value.code == f"renewal.{code}"
    with pytest.raises(Refused, match="base_missing"):
        commercial_premium(0, 0, 10_000, 10_000)


def test_a_tariff_that_rewards_accidents_is_refused_and_a_kept_one_reads_the_same():
    assert DEFAULT.problems() == []
    assert from_json(to_json(DEFAULT)) == DEFAULT
    assert Tariff(ncd=[20_000, *DEFAULT.ncd[1:]]).problems() == ["ncd"]
    assert Tariff(clean={**DEFAULT.clean, "A": [5_000, 6_000, 7_000]}).problems() == ["clean_A"]
    assert Tariff(own_least=14_000, fatal=0, base_small=0).problems() == ["base_small", "fatal", "own_most"]


def test_accidents_fall_into_the_insured_year_in_which_they_happened():
    starts = [date(2025, 7, 1), date(2024, 7, 1), date(2023, 7, 1)]
    days = [date(2025, 7, 1), date(2025, 6, 30), date(2024, 7, 1), date(2023, 6, 30)]

    assert accidents_by_year(days, starts) == (1, 2, 0)


@pytest.mark.parametrize("kind, product_days, opens, calls, lapses", [
    ("MOTOR", 40, date(2026, 5, 1), date(2026, 5, 21), date(2026, 7, 30)),
    ("MOTOR", 90, date(2026, 5, 1), date(2026, 5, 21), date(2026, 7, 30)),
    ("MOTOR", 20, date(2026, 5, 1), date(2026, 6, 10), date(2026, 7, 30)),
    ("MEDICAL", None, date(2026, 5, 1), date(2026, 5, 1), date(2026, 7, 30)),
    ("ACCIDENT", 40, date(2026, 5, 31), date(2026, 5, 31), date(2026, 7, 30)),
    ("OTHER", 40, date(2026, 5, 1), date(2026, 5, 21), date(2026, 7, 30)),
])  # fmt: skip
def test_each_kind_has_its_window_and_motor_calls_never_begin_before_forty_days(
    kind, product_days, opens, calls, lapses
):  # fmt: skip
    days = days_of(window_for(DEFAULTS, kind, product_days), DAY)

    assert (days.opens_on, days.calls_from, days.lapses_on) == (opens, calls, lapses)


def test_windows_that_cannot_be_are_named():
    assert Window().problems("MEDICAL") == []
    assert Window(calls=41).problems("MOTOR") == [("calls", "renewal.motor_calls", 40)]
    assert [one[0] for one in Window(opens=91, quotes=92, calls=0, validity=0).problems("")] == [
        "opens", "quotes", "calls", "validity",
    ]  # fmt: skip


@pytest.mark.parametrize("kind, begins, ends, renewable", [
    ("MOTOR", date(2025, 7, 1), date(2026, 6, 30), True),
    ("MOTOR", date(2026, 3, 1), date(2026, 6, 30), True),
    ("MEDICAL", date(2025, 6, 30), date(2026, 6, 30), True),
    ("MEDICAL", date(2025, 6, 28), date(2026, 6, 30), False),
    ("CRITICAL_ILLNESS", date(2006, 7, 1), date(2026, 6, 30), False),
    ("ENDOWMENT", date(2025, 7, 1), date(2026, 6, 30), False),
])  # fmt: skip
def test_only_contracts_of_a_year_or_less_are_renewed(kind, begins, ends, renewable):
    assert is_renewable(kind, begins, ends) is renewable


def test_seamless_cover_begins_the_day_after():
    assert is_seamless(date(2028, 2, 28), date(2028, 2, 29))
    assert not is_seamless(DAY, date(2026, 7, 2))


def test_what_the_table_of_stages_does_not_name_is_refused():
    legal = {(stage, act) for act, (froms, _to) in ACTS.items() for stage in froms}

    for act in ACTS:
        for stage in Stage:
            assert (next_stage(stage, act) is not None) == ((stage, act) in legal)
    assert next_stage("OPEN", "CONTACT") == "CONTACTED"
    assert next_stage("QUOTED", "CONTACT") == "QUOTED"


@pytest.mark.parametrize("won, expiring, excluded, rate", [
    (0, 0, 0, None), (3, 4, 0, 7_500), (3, 5, 1, 7_500), (0, 2, 2, None), (2, 3, 0, 6_667), (1, 3, 0, 3_333),
])  # fmt: skip
def test_the_rate_leaves_out_vehicles_that_are_gone(won, expiring, excluded, rate):
    assert rate_bp(won, expiring, excluded) == rate


def test_renewal_of_short_term_health_cover_is_never_promised():
    assert forbidden_in("本产品保证 续保六年", "MEDICAL") == ["保证续保"]
    assert forbidden_in("It renews automatically.", "MEDICAL") == ["renewsautomatically"]
    assert forbidden_in("Guaranteed renewal", "CRITICAL_ILLNESS") == ["guaranteedrenew"]
    assert forbidden_in("非保证续保", "MEDICAL") == []
    assert forbidden_in("自动续保", "MOTOR") == []


@pytest.mark.parametrize("asked, same, seamless, before, now, why", [
    (False, False, False, 1, 2, "NOT_ASKED"),
    (True, True, True, 2, 2, "SAME_COVER"),
    (True, True, True, 2, 1, "SAME_COVER"),
    (True, True, True, 1, 2, None),
    (True, False, True, 2, 2, None),
    (True, True, False, 2, 2, None),
])  # fmt: skip
def test_what_is_underwritten_anew(asked, same, seamless, before, now, why):
    assert issued_at_once(NewCover(asked, same, seamless, before, now)) == why
