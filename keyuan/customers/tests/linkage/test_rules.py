"""Rules of linkage: columns, names, thresholds without truth, groups, the judgement by pairs (CUS-8)."""

import numpy as np
import pytest

from keyuan.customers.rules.linkage.blocking import largest_group, largest_groups
from keyuan.customers.rules.linkage.clusters import group
from keyuan.customers.rules.linkage.config import map_columns, read_options
from keyuan.customers.rules.linkage.design import has_families
from keyuan.customers.rules.linkage.kinds import Kind, guess
from keyuan.customers.rules.linkage.levels import given_name
from keyuan.customers.rules.linkage.names import name_keys, skeleton
from keyuan.customers.rules.linkage.smoothing import Learned, smooth
from keyuan.customers.rules.linkage.texts import fold
from keyuan.customers.rules.linkage.thresholds import choose, fit_prior, log_odds, probabilities
from keyuan.customers.rules.linkage.truth import compare
from keyuan.kernel.errors import Invalid, Refused


@pytest.mark.parametrize(
    "column,kind",
    [
        ("姓名", Kind.NAME), ("客户姓名", Kind.NAME), ("given_name", Kind.GIVEN_NAME), ("Last Name", Kind.SURNAME),
        ("date_of_birth", Kind.BIRTH_DATE), ("身份证号码", Kind.ID_NUMBER), ("soc_sec_id", Kind.ID_NUMBER),
        ("手机号", Kind.PHONE), ("address_2", Kind.ADDRESS), ("street_number", Kind.HOUSE_NUMBER),
        ("customer_phone", Kind.PHONE), ("rec_id", Kind.RECORD_ID), ("cluster", Kind.IGNORE),
        ("person_id", Kind.IGNORE), ("balance", Kind.IGNORE),
    ],
)  # fmt: skip
def test_what_a_column_holds_is_guessed_from_its_name(column, kind):
    assert guess(column) is kind


def test_kinds_by_column_and_columns_by_kind_are_understood():
    options = read_options({"columns": {"surname": "surname", "phone": ["a", "b"], "x": "ignore"}, "threshold": "auto"})

    assert options.columns == {"surname": Kind.SURNAME, "a": Kind.PHONE, "b": Kind.PHONE, "x": Kind.IGNORE}
    assert options.threshold is None


def test_each_mistake_of_a_configuration_is_named():
    with pytest.raises(Invalid) as caught:
        read_options({"columns": {"a": "nmae"}, "threshold": 2, "memory_limit": "much", "colour": 1, "seed": -1})

    assert [error.code for error in caught.value.errors] == [
        "linkage.config_kind", "linkage.config_threshold", "linkage.config_memory", "linkage.config_unknown",
        "linkage.config_number",
    ]  # fmt: skip


def test_the_truth_and_a_second_number_are_not_compared():
    found = map_columns(["id", "name", "customer_no", "truth_x"], {"truth_x": Kind.NAME}, guesses=True, leave="truth_x")

    assert [column.kind for column in found] == [Kind.RECORD_ID, Kind.NAME, Kind.IGNORE, Kind.IGNORE]


def test_a_column_that_the_file_has_not_is_refused():
    with pytest.raises(Refused) as caught:
        map_columns(["name"], {"naem": Kind.NAME}, guesses=True)

    assert caught.value.code == "linkage.column_missing"


@pytest.mark.parametrize(
    "part,is_surname,key,near",
    [
        ("曾", True, "zeng", "zen"), ("单", True, "shan", "san"), ("欧阳", True, "ouyang", "ouyan"),
        ("志强", False, "zhiqiang", "ziqian"), ("乐", False, "le", "le"), ("renée", False, "renee", "renee"),
        ("o'brien-smith", True, "obriensmith", "obrnsmt"),
    ],
)  # fmt: skip
def test_names_sound_as_they_are_read(part, is_surname, key, near):
    found = name_keys(part, is_surname=is_surname)

    assert (found.key, found.near) == (key, near)


def test_same_sounds_with_and_without_tones():
    fang, room = name_keys("芳", is_surname=False), name_keys("房", is_surname=False)

    assert name_keys("婷", is_surname=False).key == name_keys("亭", is_surname=False).key
    assert fang.key == room.key
    assert fang.tone != room.tone


def test_a_short_skeleton_is_the_name_itself():
    assert skeleton("katherine") == "ktrn"
    assert skeleton("amy") == "amy"


def test_texts_are_folded_value_by_value():
    given = ["張三", "買買提•吐爾遜", "ＡＢＣ　１２", " John  Smith ", ""]

    assert fold(given) == ["张三", "买买提·吐尔逊", "abc 12", "john smith", ""]
    assert fold([]) == []


def test_the_prior_agrees_with_the_weights_and_the_threshold_promises_what_it_says():
    # 1,000 true pairs of strong evidence among 10^7, and 5,000 candidates against which everything speaks.
    random = np.random.default_rng(1)
    evidence = np.concatenate([random.normal(30, 4, 1000), random.normal(0, 3, 5000)])

    prior = fit_prior(evidence, 10_000_000)
    chosen = choose(evidence + log_odds(prior), prior, link=None, review=None)

    assert prior == pytest.approx(1e-4, rel=0.1)
    assert chosen.link >= 0.5
    assert chosen.chosen.pairs == pytest.approx(1000, abs=25)
    assert chosen.chosen.precision > 0.98


def test_a_file_without_doubles_links_nothing():
    evidence = np.full(100, -3.0)

    prior = fit_prior(evidence, 1_000_000)
    chosen = choose(evidence + log_odds(prior), prior, link=None, review=None)

    assert chosen.link == 0.5
    assert chosen.chosen.pairs == 0
    assert probabilities(np.array([0.0]))[0] == 0.5


def test_a_chain_is_cut_where_the_group_speaks_against_it():
    pairs = [(1, 2, 12.0), (2, 3, 3.0), (1, 3, -12.0), (7, 8, 5.0)]

    assert group(pairs, threshold=0.0) == {1: 1, 2: 1, 7: 7, 8: 7}
    assert group(list(reversed(pairs)), threshold=0.0) == {1: 1, 2: 1, 7: 7, 8: 7}


def test_one_record_of_each_file_where_files_hold_nobody_twice():
    pairs = [(0, 5, 9.0), (1, 5, 7.0), (1, 6, 6.0)]

    assert group(pairs, threshold=0.0, ends=[5, 10], one_of_each=True) == {0: 0, 5: 0, 1: 1, 6: 1}


def test_two_files_are_not_held_against_each_other_inside():
    pairs = [(0, place, 9.0) for place in range(5, 12)]

    assert len(set(group(pairs, threshold=0.0, ends=[5, 20]).values())) == 1


def test_agreement_with_the_truth_is_counted_by_pairs():
    score = compare(["a", "a", "a", "b"], ["x", "x", "y", None], [0, 0, 0, 0])

    assert (score.right, score.wrong, score.missed) == (1, 2, 0)
    assert score.precision == pytest.approx(1 / 3)
    assert score.f1 == pytest.approx(0.5)


def test_between_two_files_only_pairs_across_count():
    score = compare(["a", "a", "a"], ["x", "x", "x"], [0, 0, 1])

    assert (score.right, score.wrong, score.missed) == (2, 0, 0)


def test_the_largest_group_keeps_the_budget():
    assert largest_group({2: 100, 10: 10, 1000: 1}, budget=600) == 10


def test_keys_that_need_little_get_all_of_it():
    assert largest_groups([{2: 10, 30: 1}, {2: 100, 1000: 3}, {}], budget=2_000) == [30, 2, 2]


def test_families_are_recognised_by_what_they_do_not_share():
    assert has_families(600, 1000, 0.05)
    assert not has_families(50, 1000, 0.05)
    assert has_families(0, 3, 0.05)


def test_few_pairs_hardly_move_the_prior_and_agreement_never_counts_against():
    comparison = given_name(has_tones=False, has_surname=False)
    settings = {"comparisons": [{"comparison_levels": [{} for _ in range(5)]}]}
    learned = [Learned("given", (0.0, 0.0, 0.0, 0.0, 1.0), 20.0)]

    found = smooth(settings, [comparison], [[0.01, 0.0, 0.01, 0.03, 0.95]], learned)["comparisons"][0][
        "comparison_levels"
    ]

    assert sum(level["m_probability"] for level in found) == pytest.approx(1.0, abs=0.01)
    assert found[0]["m_probability"] == pytest.approx(0.36)
    assert found[1]["u_probability"] == 1e-6
