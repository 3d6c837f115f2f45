"""The parts of the propensity model, each on a few rows whose answer is known (ANA-7)."""

import numpy as np
import pandas as pd
import pytest

from keyuan.analytics.rules.propensity import blending, calibrating, columns, encoders, folds, measures, sampling
from keyuan.analytics.rules.propensity.aligning import aligned
from keyuan.kernel.errors import Refused


def test_columns_are_read_by_what_they_hold():
    frame = pd.DataFrame({
        "code": [3, 1, 1, 9] * 30, "amount": np.arange(120) / 7, "city": ["沪", "京", "京", None] * 30,
        "policy_no": [f"P{n}" for n in range(120)], "same": [5] * 120, "void": [None] * 120,
    })  # fmt: skip

    learned = columns.learn(frame)
    rows = pd.DataFrame(
        {"code": ["1", "4", "99", "-5", None], "amount": [0.0, 1e9, -1, 0, 0], "city": ["京", "穗", None, "沪", "京"]}
    )
    binned = learned.read(rows)

    assert {one.name: one.kind for one in learned.readings} == {"code": "code", "amount": "number", "city": "text"}
    assert dict(learned.left_out) == {"policy_no": "names_rows", "same": "constant", "void": "constant"}
    assert binned[:, 0].tolist() == [1, 2, 3, 1, 0]
    assert binned[:3, 1].tolist() == [1, columns.BINS, 1]
    assert binned[:, 2].tolist() == [2, 1, 0, 3, 2]


@pytest.mark.parametrize("rows, code, params", [
    ({"a": ["1", "x"]}, "propensity.not_numbers", {"row": "1", "column": "a", "value": "x"}),
    ({"b": [1]}, "propensity.columns_missing", {"columns": "a", "count": 1}),
])  # fmt: skip
def test_rows_that_do_not_fit_are_named(rows, code, params):
    learned = columns.learn(pd.DataFrame({"a": [1, 2, 3]}))

    with pytest.raises(Refused) as refused:
        learned.read(pd.DataFrame(rows))

    assert (refused.value.code, refused.value.params) == (code, params)


def test_copies_stay_in_one_fold_and_every_row_is_judged_once_a_repeat():
    target = np.tile([0, 0, 0, 1], 50)
    groups = np.repeat(np.arange(50), 4)

    found = list(folds.splits(target, groups, repeats=2, seed=3))

    assert [(one.repeat, one.fold) for one in found] == [(r, f) for r in range(2) for f in range(5)]
    for one in found:
        assert not set(groups[one.train]) & set(groups[one.test])
    assert sorted(np.concatenate([one.test for one in found[:5]])) == list(range(200))
    assert [folds.repeats_for(rows) for rows in (100, 5822, 30_000, 1_000_000)] == [10, 5, 1, 1]


def test_measures_have_their_textbook_values():
    target = np.array([1, 0, 1, 0, 0, 0, 0, 0, 0, 0])
    scores = np.array([0.9, 0.8, 0.7, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.0])

    assert measures.captured(target, scores, 0.2) == 0.5
    assert measures.captured(target, scores, 0.3) == 1.0
    assert measures.area(target, scores) == pytest.approx(15 / 16)
    assert [(one.rows, one.buyers, one.lift) for one in measures.lift_table(target, scores, 5)[:2]] == [
        (2, 1, 2.5),
        (4, 2, 2.5),
    ]
    assert measures.order(np.array([1.0, 2.0, 1.0, 2.0])).tolist() == [1, 3, 0, 2]


def test_calibration_compares_promise_and_outcome():
    target = np.array([0, 0, 0, 1, 1, 1, 0, 1])
    promised = np.array([0.25, 0.25, 0.25, 0.25, 0.75, 0.75, 0.75, 0.75])

    table = measures.calibration_table(target, promised, 2)

    assert [(one.rows, one.promised, one.observed) for one in table] == [(4, 0.25, 0.25), (4, 0.75, 0.75)]
    assert measures.calibration_error(table) == 0


def test_evidence_is_drawn_to_nothing_where_rows_are_few():
    column = np.array([1] * 100 + [2] * 100 + [3])
    target = np.array([1] * 50 + [0] * 50 + [0] * 100 + [1])

    found = encoders.evidence(column, target, 5)

    assert found[1] > 0.5 > found[3] > 0 > found[2]
    assert found[[0, 4]] == pytest.approx(0)


def test_rare_levels_share_an_indicator_and_unseen_ones_have_none_of_their_own():
    binned = np.array([[1]] * 20 + [[2]] * 6 + [[3]] * 6)
    levels = encoders.Levels(np.array([5]), rare=10).fit(binned)

    assert levels.transform(np.array([[1], [2], [3], [4]])).toarray().tolist() == [[1, 0], [0, 1], [0, 1], [0, 1]]


def test_pairs_see_what_single_columns_do_not():
    random = np.random.default_rng(1)
    binned = random.integers(1, 3, size=(800, 2))
    target = (binned[:, 0] == binned[:, 1]).astype(int)

    pairs = encoders.Pairs(np.array([3, 3]), strongest=2).fit(binned, target)

    found = pairs.transform(np.array([[1, 1], [1, 2]])).toarray()
    assert found.sum(axis=1).tolist() == [1, 1]
    assert found[0].argmax() != found[1].argmax()


def test_one_column_has_no_pairs():
    binned = np.array([[1], [2]] * 20)

    assert encoders.Pairs(np.array([3])).fit(binned, binned[:, 0] - 1).transform(binned).shape == (40, 0)


def test_exceptions_count_what_is_unusual_in_a_row():
    binned = np.array([[1, 1, 1]] * 18 + [[2, 2, 1], [2, 1, 3]])

    found = encoders.Exceptions(np.array([4, 4, 4])).fit(binned).transform(np.array([[1, 1, 1], [2, 2, 3]]))

    assert found[:, -1].tolist() == [0, 3]


def test_steps_leave_columns_without_order_alone():
    binned = np.array([[1, 1], [2, 2], [3, 1]] * 20)

    found = encoders.Steps(np.array([4, 3]), np.array([True, False])).fit(binned).transform(binned[:3])

    assert found.toarray().tolist() == [[1, 1], [0, 1], [0, 0]]


def test_a_wide_file_gets_as_many_steps_as_memory_bears_spread_over_its_columns():
    binned = np.column_stack([np.arange(280) % 8 + 1, np.arange(280) % 7, np.arange(280) % 2])
    steps = encoders.Steps(np.array([9, 8, 2]), np.array([True, True, True]), most=9).fit(binned)

    found = steps.transform(binned).toarray()

    places = [(column, place) for column, kept in steps.steps_ for place in kept.tolist()]
    assert places == [(0, 1), (0, 4), (0, 7), (1, 0), (1, 2), (1, 5), (2, 0)]
    assert (found == np.column_stack([binned[:, column] <= place for column, place in places])).all()


def test_a_blend_prefers_families_that_find_buyers_and_is_judged_without_the_rows_it_was_chosen_on():
    random = np.random.default_rng(2)
    target = (random.random(600) < 0.2).astype(int)
    said = {
        "good": np.array([target + random.normal(size=600)]), "fair": np.array([target + random.normal(size=600)]),
        "noise": random.normal(size=(1, 600)),
    }  # fmt: skip
    split = list(folds.splits(target, np.arange(600), repeats=1, seed=1))

    weights = blending.choose(said, target, np.arange(600), 0.2)
    unseen = blending.unseen_blend(said, target, split, 0.2)

    assert sum(weights.values()) == pytest.approx(1)
    assert weights.get("noise", 0) < min(weights["good"], weights["fair"])
    assert not np.isnan(unseen).any()


@pytest.mark.parametrize("method", calibrating.METHODS)
def test_calibration_keeps_the_order_and_promises_what_comes(method):
    random = np.random.default_rng(4)
    scores = random.normal(size=4000)
    target = (random.random(4000) < 1 / (1 + np.exp(2 - 1.5 * scores))).astype(int)

    curve = calibrating.fitted(method, scores, target)
    promised = curve.probability(np.sort(scores))

    assert (np.diff(promised) > 0).all()
    assert promised.mean() == pytest.approx(target.mean(), abs=0.005)
    assert curve.probability(np.array([0.0]))[0] == pytest.approx(1 / (1 + np.exp(2)), abs=0.03)


@pytest.mark.parametrize("values, positive, expected, meaning", [
    ([0, 1, 1], "", [0, 1, 1], "1"), ([1.0, 2.0, 1.0], "", [0, 1, 0], "2"), (["是", "否", "否"], "", [1, 0, 0], "是"),
    (["No", "x", "No"], "", [0, 1, 0], "x"), (["yes", "no", "no"], "no", [0, 1, 1], "no"),
    ([True, False, False], "", [1, 0, 0], "True"),
])  # fmt: skip
def test_the_target_is_understood(values, positive, expected, meaning):
    found, said = sampling.outcome_of(pd.Series(values, name="bought"), positive)

    assert (found.tolist(), said) == (expected, meaning)


@pytest.mark.parametrize("values, positive, code", [
    ([0, 1, 2], "", "propensity.target_values"), ([1, 1], "", "propensity.target_values"),
    ([0, None, 1], "", "propensity.target_absent"), ([0, 1], "7", "propensity.target_positive"),
])  # fmt: skip
def test_a_target_that_is_none_is_refused(values, positive, code):
    with pytest.raises(Refused, match=code):
        sampling.outcome_of(pd.Series(values, name="bought"), positive)


def test_long_files_are_thinned_evenly_and_the_same_by_seed():
    def frames():
        return (pd.DataFrame({"n": range(start, start + 500)}) for start in range(0, 5000, 500))

    once, seen = sampling.thinned(frames(), 600, 7)
    again, _seen = sampling.thinned(frames(), 600, 7)

    assert (len(once), seen) == (600, 5000)
    assert once.equals(again)
    assert once["n"].is_monotonic_increasing
    assert 2300 < once["n"].mean() < 2700
    assert len(sampling.thinned(frames(), 9000, 7)[0]) == 5000


@pytest.mark.parametrize("width, expected", [(3, ["a", "y", "b"]), (2, ["a", "b"])])
def test_columns_without_names_are_told_by_their_places(width, expected):
    rows = pd.DataFrame([[1] * width], columns=[f"c{n}" for n in range(1, width + 1)])

    assert list(aligned(rows, ["a", "y", "b"], "y", named=False).columns) == expected


def test_another_width_is_refused():
    with pytest.raises(Refused, match=r"propensity\.width"):
        aligned(pd.DataFrame([[1]]), ["a", "y", "b"], "y", named=False)
