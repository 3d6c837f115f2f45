"""Groups of similar needs: measures with everything unknown, the number of groups and its reason, names (ANA-4)."""

from datetime import date

import numpy as np
import pyarrow as pa

from keyuan.analytics.rules.clusters.features import protection
from keyuan.analytics.rules.clusters.fitting import BEST, STEADIEST, Trial, chosen, find
from keyuan.analytics.rules.clusters.matching import agreement, matched
from keyuan.analytics.rules.clusters.naming import numbered, suggested
from keyuan.analytics.rules.clusters.profiles import profile
from keyuan.analytics.rules.clusters.scaling import NAMES, learnt, nearest, points
from keyuan.analytics.testing import computed

TODAY = date(2026, 1, 15)
INT, TEXT, DAY = pa.int64(), pa.string(), pa.date32()
CUSTOMERS = pa.schema([("customer_id", INT), ("kind", TEXT), ("birth_on", DAY), ("marriage", TEXT)])
POLICIES = pa.schema([
    ("customer_id", INT), ("status", TEXT), ("currency", TEXT), ("product_kind", TEXT), ("sum_insured", INT),
    ("annual_premium", INT),
])  # fmt: skip
BOOK = {
    "customers": (CUSTOMERS, [
        {"customer_id": 1, "kind": "P", "birth_on": date(1986, 1, 16), "marriage": "20"},
        {"customer_id": 2, "kind": "P", "birth_on": None, "marriage": ""},
        {"customer_id": 3, "kind": "O"},
    ]),
    "policies": (POLICIES, [
        {"customer_id": 1, "status": "IN_FORCE", "currency": "CNY", "product_kind": "LIFE", "sum_insured": 100_000_00,
         "annual_premium": 5_000_00},
        {"customer_id": 1, "status": "IN_FORCE", "currency": "CNY", "product_kind": "MEDICAL", "sum_insured": None,
         "annual_premium": None},
        {"customer_id": 1, "status": "TERMINATED", "currency": "CNY", "product_kind": "ANNUITY", "sum_insured": 5,
         "annual_premium": 5},
        {"customer_id": 2, "status": "IN_FORCE", "currency": "USD", "product_kind": "LIFE", "sum_insured": 5,
         "annual_premium": 5},
    ]),
}  # fmt: skip


def columns(**more):
    """Four people who know nothing of each other but what is said."""
    return {name: np.asarray(more.get(name, [np.nan] * 4), dtype=float) for name in NAMES}


def blobs(rng, centres, each=80):
    """People around ``centres``, as points."""
    return np.vstack([centre + rng.normal(0, 0.15, (each, len(centre))) for centre in np.asarray(centres, float)])


def test_cover_in_force_is_added_up_by_need_and_nothing_is_made_up(engine, tmp_path):
    rows = computed(protection, BOOK, tmp_path, engine=engine, as_of=TODAY)

    zero = dict.fromkeys(("illness", "accident", "pension", "motor"), 0)
    assert rows == [
        {"customer_id": 1, "age": 39, "married": 1, "life": 100_000, "medical": 1, "premium": 5_000, **zero},
        {"customer_id": 2, "age": None, "married": None, "life": 0, "medical": 0, "premium": 0, **zero},
    ]


def test_what_is_unknown_stands_in_the_middle_and_one_giant_does_not_stretch_the_scale():
    seen = columns(age=[20, 40, np.nan, 30], life=[0, 0, 0, 10**12])

    scaled = points(seen, learnt(seen))

    assert scaled[2, NAMES.index("age")] == 0
    assert scaled[:, NAMES.index("married")].tolist() == [0, 0, 0, 0]
    assert np.abs(scaled).max() <= 3
    assert nearest(scaled, [scaled[1].tolist(), scaled[3].tolist()]).tolist() == [0, 0, 0, 1]


def test_the_number_of_groups_that_is_there_is_found_and_found_again():
    rows = blobs(np.random.default_rng(3), [[0, 0], [0, 6], [6, 0], [6, 6]])

    found, again = find(rows, seed=7), find(rows, seed=7)

    assert (found.number, found.reason) == (4, BEST)
    assert found == again
    best = next(one for one in found.trials if one.number == 4)
    assert best.stability == 1
    assert best.silhouette > 0.9
    assert best.smallest == 0.25


def test_of_steady_numbers_the_closest_is_taken_and_where_none_is_steady_the_reason_says_so():
    def trial(number, silhouette, stability, smallest=0.1, spread=0.01):
        return Trial(number, silhouette, spread, stability, 0.02, smallest)

    steady = [trial(3, 0.40, 0.9), trial(4, 0.405, 0.85), trial(5, 0.60, 0.5), trial(6, 0.7, 0.95, smallest=0.001)]
    shaky = [trial(3, 0.4, 0.5), trial(4, 0.5, 0.7)]

    assert chosen(steady) == (steady[0], BEST)
    assert chosen(shaky) == (shaky[1], STEADIEST)


def test_groups_found_anew_go_on_under_the_number_of_those_whose_people_they_share():
    old = np.array([0] * 10 + [1] * 10 + [2] * 10)
    new = np.array([1] * 10 + [0] * 9 + [2] * 1 + [2] * 4 + [3] * 6)

    assert matched(old, new, [4, 7, 9], 4) == [7, 4, None, 9]
    assert agreement(old, old) == 1


def test_a_name_says_the_stage_of_life_the_main_cover_and_what_is_lacking():
    none = dict.fromkeys(("life", "illness", "medical", "accident", "pension", "motor"), 0.05)
    seen = columns(age=[50, 52, 54, np.nan], life=[1, 1, 1, 0], **{name: [0] * 4 for name in NAMES[3:]})

    told = profile(seen, np.array([True] * 4))

    assert told["age"] == 52
    assert told["married"] is None
    assert suggested(told) == ("settled", "life", "medical")
    assert suggested({**none, "age": None}) == ("ageless", "nothing", "")
    assert suggested({**none, "age": 25, "motor": 0.3, "medical": 0.25}) == ("young", "motor", "illness")
    assert suggested({**none, "age": 12, "life": 0.6, "motor": 1.0}) == ("child", "motor", "medical")
    assert numbered([("a", "b", ""), ("c", "d", ""), ("a", "b", "")]) == [1, 0, 2]
