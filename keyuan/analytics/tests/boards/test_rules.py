"""Rules of boards: periods, figures, projections with their errors, the plan of domain.md §A.10 (ANA-12)."""

from datetime import date

import pytest

from keyuan.analytics.rules.boards.indicators import BOARDS, BY_KEY, change_of, figure_of
from keyuan.analytics.rules.boards.measures import KINDS
from keyuan.analytics.rules.boards.outlook import Course, course_of, outlook_of
from keyuan.analytics.rules.boards.periods import Period, last_complete, period_of
from keyuan.analytics.rules.boards.plan import Plan, faults, from_json, targets_of, to_json
from keyuan.analytics.rules.boards.projecting import Projection, flow_ahead, level_ahead, project
from keyuan.analytics.rules.persistency.ratios import month_after

JANUARY = date(2024, 1, 1)


def months(values, key, first=JANUARY):
    """Return figures with one measure, month by month from ``first``."""
    return {month_after(first, place): {key: value} for place, value in enumerate(values)}


@pytest.mark.parametrize(
    "length, first, before",
    [
        ("month", "2026-05", "2026-04"),
        ("quarter", "2026-04", "2026-01"),
        ("year", "2026-01", "2025-01"),
        ("rolling", "2025-06", "2024-06"),
    ],
)
def test_a_period_knows_what_it_is_compared_with(length, first, before):
    period = period_of(length, date(2026, 5, 20))

    assert (f"{period.first:%Y-%m}", f"{period.before.first:%Y-%m}") == (first, before)
    assert period.year_before.last.year == 2025


def test_the_last_complete_period_is_over():
    assert last_complete(date(2026, 5, 30)).last == date(2026, 4, 1)
    assert last_complete(date(2026, 5, 31)).last == date(2026, 5, 1)
    assert last_complete(date(2026, 5, 31), "quarter").last == date(2026, 3, 1)


def test_every_part_of_every_board_is_counted():
    assert {part.measure for one in BY_KEY.values() for part in one.parts} <= KINDS.keys()
    assert {key for shown in BOARDS.values() for key in shown} == BY_KEY.keys()


def test_figures_are_sums_levels_ratios_and_shares_of_a_year():
    figures = {
        date(2025, 12, 1): {"long_holders": 200},
        date(2026, 1, 1): {"new_premium": 10, "repeat_buyers": 4, "regular_premium": 100, "single_premium": 50},
        date(2026, 2, 1): {"new_premium": 5, "repeat_buyers": 6, "p13_base": 15_000, "p13_received": 14_000},
    }
    february = Period(date(2026, 2, 1), date(2026, 2, 1))
    year = period_of("year", date(2026, 2, 1))

    found = {key: figure_of(BY_KEY[key], figures, year) for key in ("new_premium", "second_purchase", "ape", "p13")}

    assert found == {"new_premium": 15, "second_purchase": 5.0, "ape": 105, "p13": pytest.approx(93.333, abs=0.001)}
    assert figure_of(BY_KEY["second_purchase"], figures, february) == 5.0
    assert figure_of(BY_KEY["new_premium"], figures, february.moved(-3)) is None
    assert figure_of(BY_KEY["customers"], figures, february) is None
    assert change_of(BY_KEY["new_premium"], 15, 10) == 50
    assert change_of(BY_KEY["p13"], 93.5, 90) == 3.5


def test_a_projection_says_how_far_it_was_off():
    steady = [100.0] * 48
    wild = [float(100 + (place * 37) % 60) for place in range(48)]

    assert project(steady, 3, flow_ahead) == Projection(300, 300, 300)
    assert flow_ahead([1.0] * 12 + [2.0] * 12, 2) == 8
    assert level_ahead([float(value) for value in range(37)], 2) == 38
    found = project(wild, 3, flow_ahead)
    assert found is not None
    assert found.low < found.value < found.high
    assert project([1.0] * 23, 1, flow_ahead) is None
    assert project([1.0] * 26, 3, flow_ahead) == Projection(3)


def test_four_of_five_projections_keep_their_bounds_on_series_they_never_saw():
    kept = told = 0
    for seed in range(40):
        state, series = seed * 7919 + 13, []
        for place in range(60):
            state = (state * 1103515245 + 12345) % 2**31
            series.append(100 + 20 * (place % 12 in (0, 5)) + place / 2 + 30 * (state / 2**31 - 0.5))
        found = project(series[:57], 3, flow_ahead)
        told += 1
        kept += found.low <= sum(series[57:]) <= found.high

    assert 0.65 <= kept / told <= 0.97


def test_a_target_is_judged_by_the_bounds_of_the_year():
    figures = months([100] * 41, "sold", date(2023, 2, 1))
    outlook = outlook_of(BY_KEY["sold"], figures, date(2026, 6, 1))

    assert (outlook.so_far, outlook.projection) == (600, Projection(1200, 1200, 1200))
    assert [course_of(BY_KEY["sold"], goal, outlook) for goal in (1200, 1300)] == [Course.LIKELY, Course.UNLIKELY]
    over = outlook_of(BY_KEY["sold"], figures, date(2025, 12, 1))
    assert course_of(BY_KEY["sold"], 1300, over) == Course.UNLIKELY
    assert course_of(BY_KEY["sold"], 1000, outlook_of(BY_KEY["sold"], {}, date(2026, 6, 1))) is None


def test_less_is_better_turns_the_judgement_round():
    figures = months([10] * 41, "complaints", date(2023, 2, 1))
    outlook = outlook_of(BY_KEY["complaints"], figures, date(2026, 6, 1))

    assert [course_of(BY_KEY["complaints"], goal, outlook) for goal in (120, 100)] == [Course.LIKELY, Course.UNLIKELY]


def test_the_plan_of_the_paper_gives_its_targets():
    plan = Plan(2013, base=1_096_000)

    found = targets_of(plan, None)

    assert [round(one.holders / 10_000, 1) for one in found] == [115.1, 120.8, 126.9, 133.2, 139.9]
    assert [one.repeat for one in found] == [6, 6.5, 7, 7, 7]
    assert from_json(to_json(plan)) == plan
    assert targets_of(Plan(2013), 100)[0].holders == 105
    assert {code for _field, code in faults(Plan(1900, base=0, growth=20_000, repeats=(1, -1, 0, 0, 0)))} == {
        "board_plan.start",
        "board_plan.base",
        "board_plan.growth",
        "board_plan.repeat",
    }
