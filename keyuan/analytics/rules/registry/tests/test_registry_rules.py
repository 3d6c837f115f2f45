"""Profiles of training, drift from them, and what a model is for each group of people (ANA-11)."""

from datetime import date

import numpy as np
import pytest

from keyuan.analytics.rules.registry.evaluating import age_band, evaluated, is_chance
from keyuan.analytics.rules.registry.profiles import DEPARTED, departed, described, moved, profile_of


def test_a_profile_counts_below_at_and_above_each_cut_and_the_absent():
    found = profile_of([0, 0, 0, 0, 0, 0, 0, 0, 5, np.nan])

    assert found == {"cuts": [0.0, 5.0], "shares": [0.0, 0.8, 0.0, 0.1, 0.0, 0.1]}


def test_the_same_column_has_not_moved_and_another_has():
    before = profile_of(np.arange(1000))

    assert moved(before, profile_of(np.arange(1000))["shares"]) == 0
    half = [2 * share if at < 10 else 0 for at, share in enumerate(before["shares"])]
    assert moved(before, half) > 0.25
    assert moved({}, half) == 0


def test_features_stand_by_importance():
    found = described({"age": [1.0, 2.0], "premium": [3.0, 3.0], "note": [0.0, 1.0]}, {"age": 0.1, "premium": 0.4})

    assert [(one["name"], one["importance"]) for one in found] == [("premium", 0.4), ("age", 0.1), ("note", None)]


@pytest.mark.parametrize(
    "birth_on, band",
    [
        (date(2008, 6, 2), "0-17"),
        (date(2008, 6, 1), "18-29"),
        (date(1986, 1, 1), "40-49"),
        (date(1930, 1, 1), "70+"),
        (None, "?"),
    ],
)
def test_ages_fall_into_bands(birth_on, band):
    assert age_band(birth_on, date(2026, 6, 1)) == band


def test_each_group_has_its_own_figures_and_small_ones_have_none():
    score = np.tile(np.linspace(0.05, 0.5, 100), 3)
    happened = np.tile(np.r_[np.zeros(80), np.ones(20)], 3)
    words = np.repeat(["1", "2"], [200, 100])
    words[:30] = "9"

    found = evaluated(score, happened, {"sex": words})

    groups = {one["group"]: one for one in found["fairness"]["sex"]}
    assert groups["9"] == {"group": "9", "rows": None}
    assert groups["2"] == {
        "group": "2", "rows": 100, "selected": 0.1, "events": 20, "promised": 0.275, "observed": 0.2, "auc": 1.0,
    }  # fmt: skip
    assert (found["unseen_rows"], found["unseen_events"], found["lift"][0]["captured"]) == (300, 60, 0.5)
    assert [round(one["observed"], 2) for one in found["calibration"]] == [0.0] * 8 + [1.0, 1.0]
    assert evaluated([], [], {}) == {}


def test_a_group_with_few_events_shows_no_rates():
    score, happened = np.linspace(0, 1, 100), np.r_[np.zeros(95), np.ones(5)]

    (group,) = evaluated(score, happened, {"sex": np.repeat(["1"], 100)})["fairness"]["sex"]

    assert group == {"group": "1", "rows": 100, "selected": 0.1, "events": None}


def test_a_model_near_a_tossed_coin_is_told_from_one_that_tells():
    told = ({"auc": 0.62, "auc_sd": 0.05}, {"auc": 0.5}, {"auc": 0.64, "auc_sd": 0.08}, {"silhouette": 0.2})

    assert [is_chance(metrics) for metrics in told] == [False, True, True, False]


def test_a_fact_whose_record_was_begun_lately_is_named():
    then = {"contacts": np.full(1000, np.nan), "age": np.arange(1000.0) % 60}
    now = {"contacts": np.arange(1000.0) % 4, "age": np.arange(1000.0) % 58}

    found = departed(then, now)

    assert list(found) == ["contacts"]
    assert found["contacts"] > DEPARTED
