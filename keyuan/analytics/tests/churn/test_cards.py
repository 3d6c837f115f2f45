"""Cards of points: what they learn, what they say, whom they watch, and what retention work changed (ANA-6)."""

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from keyuan.analytics.rules.churn.cards import NEVER, Card, Coder, Part, coder_of, from_json
from keyuan.analytics.rules.churn.facts import ENDS, FACTS
from keyuan.analytics.rules.churn.learning import made, split
from keyuan.analytics.rules.churn.outcomes import LAPSE, RENEWAL, SURRENDER, eligible, happened, snapshot_days
from keyuan.analytics.rules.churn.scoring import of_customers, on_cards
from keyuan.analytics.rules.churn.trial import Group, effect, is_control

TODAY = date(2026, 1, 15)


def frame(contracts, days, seed=1):
    """Return contracts looked at on days, some of which lapse within 90 days: the more so, the more is behind."""
    draw = np.random.default_rng(seed)
    count = contracts * len(days)
    rows = {one.name: draw.integers(0, 40, count).astype(float) for one in FACTS if one.is_measure}
    rows |= {one.name: draw.choice(["A", "B"], count) for one in FACTS if not one.is_measure}
    found = pd.DataFrame(rows).assign(
        policy_id=np.repeat(np.arange(1, contracts + 1), len(days)), is_long_term=True, is_paying=True
    )
    found["customer_id"] = found["policy_id"] // 2
    found["behind"] = draw.choice([0.0, 1.0, np.nan], count, p=[0.8, 0.15, 0.05])
    on = np.tile(np.array(days, dtype="datetime64[D]"), contracts)
    goes = draw.random(count) < np.where(found["behind"] == 1, 0.3, 0.02)
    ended = np.where(goes, on + draw.integers(0, 88, count), np.datetime64("NaT"))
    ends = dict.fromkeys(ENDS, np.datetime64("NaT")) | {"lapsed_on": ended, "expires_on": np.datetime64("9999-12-31")}
    return found.assign(on=on, **ends)


@pytest.fixture(scope="module")
def past():
    return frame(300, snapshot_days(TODAY)[-30:])


def test_a_card_adds_up_and_is_the_same_after_it_was_kept(past):
    parts = split(past, LAPSE, 3, TODAY)
    card, figures = made(LAPSE, 3, parts, TODAY)

    again = from_json(card.to_json())
    chance = again.chance(again.points(past))

    assert again == card
    assert chance.tolist() == card.chance(card.points(past)).tolist()
    assert next(iter(figures.importance)) == "behind"
    assert 0.6 < figures.auc < 0.9
    assert 0 < figures.auc_sd < 0.05
    assert chance.mean() == pytest.approx(parts.level.happened.mean(), abs=0.01)
    assert 0 < card.cuts[0] <= card.cuts[1] < 1
    assert (figures.later_from, figures.later_until) == (date(2025, 5, 1), date(2025, 10, 1))


def test_no_contract_both_sets_the_level_and_judges_and_nothing_learnt_is_later(past):
    parts = split(past, LAPSE, 3, TODAY)

    assert not set(parts.level.frame["policy_id"]) & set(parts.judged.frame["policy_id"])
    assert parts.learnt.frame["on"].max() == pd.Timestamp("2025-02-01")
    assert parts.judged.frame["on"].min() == pd.Timestamp("2025-05-01")
    assert parts.is_enough
    assert not split(past.assign(lapsed_on=np.datetime64("NaT")), LAPSE, 3, TODAY).is_enough


def test_what_ends_later_is_no_part_of_what_is_learnt(past):
    """Whatever happens after the window of a row has closed, the row says the same."""
    later = past["lapsed_on"] >= pd.Timestamp("2025-05-01")
    parts, other = (split(one, LAPSE, 3, TODAY) for one in (past, past.assign(lapsed_on=past["lapsed_on"].mask(later))))

    assert parts.learnt.happened.tolist() == other.learnt.happened.tolist()
    assert parts.level.lost > 0 == other.level.lost


def test_a_card_that_ranks_by_chance_watches_nobody(past):
    shuffled = past.assign(behind=0.0)

    card, figures = made(LAPSE, 3, split(shuffled, LAPSE, 3, TODAY), TODAY)

    assert figures.auc - figures.auc_sd <= 0.5
    assert card.cuts == NEVER


def test_a_fact_becomes_bins_with_a_place_for_what_is_absent_or_new():
    few = coder_of("behind", pd.Series([0.0, 1.0, None, 0.0]), is_measure=True)
    many = coder_of("premium", pd.Series([*range(100), None]), is_measure=True)
    assert few
    assert many

    assert few.levels == ("", "0", "1")
    assert few.codes(pd.Series([1, 0, 7])).tolist() == [2, 1, 3]
    assert few.codes(pd.Series([1.0, None])).tolist() == [2, 0]
    assert many.count == 21
    assert many.codes(pd.Series([0.0, 99.0, 1e9, None])).tolist() == [0, 19, 19, 20]
    assert many.means[0] == pytest.approx(2.0)
    assert coder_of("kind", pd.Series(["A", "A"]), is_measure=False) is None


def test_who_can_go_at_all_and_when_it_happened():
    rows = pd.DataFrame({
        "on": np.array(["2025-01-31"] * 4, dtype="datetime64[D]"),
        "expires_on": np.array(["9999-12-31", "9999-12-31", "2025-04-30", "2025-05-30"], dtype="datetime64[D]"),
        "is_long_term": [True, True, False, False], "is_paying": [True, False, False, False],
        "lapsed_on": np.array(["2025-04-30", "NaT", "NaT", "NaT"], dtype="datetime64[D]"),
        "unrenewed_on": np.array(["NaT", "NaT", "2025-04-30", "2025-05-30"], dtype="datetime64[D]"),
    })  # fmt: skip

    assert eligible(rows, LAPSE, 3).tolist() == [True, False, False, False]
    assert eligible(rows, SURRENDER, 3).tolist() == [True, True, False, False]
    assert eligible(rows, RENEWAL, 3).tolist() == [False, False, True, False]
    assert eligible(rows, RENEWAL, 6).tolist() == [False, False, True, True]
    assert happened(rows, LAPSE, 3).tolist() == [True, False, False, False]
    assert happened(rows, RENEWAL, 3).tolist() == [False, False, True, False]


def card_of(key, *, cuts=(0.4, 0.6), level=0.0):
    """Return a card by which one premium behind adds 1 to log odds, and is seldom."""
    coder = Coder("behind", levels=("0", "1"))
    return Card(key, (Part(coder, (-0.5, 1.0, 0.0)),), level, 1.0, cuts)


def test_contracts_and_customers_get_chances_levels_and_reasons():
    rows = frame(4, [TODAY], seed=2).assign(
        behind=[1.0, 0.0, 0.0, 1.0], customer_id=[7, 7, 8, 9], premium=[1000.0, 500.0, 10.0, np.nan]
    )
    rows["is_long_term"] = [True, True, True, False]
    cards = {("lapse", 3): card_of("churn.lapse.3"), ("lapse", 6): card_of("churn.lapse.6", level=-3.0)}
    cards[("lapse", 12)] = replace(card_of("churn.lapse.12"), cuts=NEVER)
    cards[("surrender", 12)] = replace(card_of("churn.surrender.12"), level=-2.0, cuts=NEVER)

    contracts = on_cards(rows, cards)
    customers = of_customers(contracts)

    behind, paid, other = contracts.to_dict("records")
    assert (behind["outcome"], behind["level"], behind["reasons"]) == ("lapse", 2, '[["behind", "1"]]')
    assert [behind[name] for name in ("chance_3", "chance_6", "chance_12")] == [7311, 7311, 10_000]
    assert [paid[name] for name in ("chance_3", "chance_6", "chance_12")] == [3775, 3775, 4534]
    assert (paid["level"], paid["reasons"], other["at_stake"]) == (0, "[]", 5)
    (row,) = customers.to_dict("records")
    assert (row["customer_id"], row["policy_id"], row["level"], row["chance_12"]) == (7, 1, 2, 10_000)
    assert row["at_stake"] == 1000 + 227
    assert [one["policy"] for one in json.loads(row["contracts"])] == [1, 2]


def test_without_cards_nobody_has_a_chance():
    assert on_cards(frame(3, [TODAY]), {}).empty
    assert of_customers(on_cards(frame(3, [TODAY]), {})).empty


def test_a_customer_stays_in_the_control_group_also_when_its_share_grows():
    small = {pk for pk in range(10_000) if is_control(pk, 7, 1000)}
    large = {pk for pk in range(10_000) if is_control(pk, 7, 2000)}
    other = {pk for pk in range(10_000) if is_control(pk, 8, 1000)}

    assert small < large
    assert (len(small), len(large)) == (pytest.approx(1000, abs=90), pytest.approx(2000, abs=120))
    assert len(small & other) == pytest.approx(100, abs=40)
    assert not any(is_control(pk, 7, 0) for pk in range(100))


def test_the_effect_is_a_difference_with_its_bounds():
    """The first worked case of Newcombe (1998), method 10: 56 of 70 and 48 of 80."""
    found = effect(Group(70, 56), Group(80, 48))

    assert found
    assert found.difference == pytest.approx(0.2)
    assert (found.low, found.high) == (pytest.approx(0.0524, abs=5e-5), pytest.approx(0.3339, abs=5e-5))
    assert found.is_certain
    same = effect(Group(10, 5), Group(10, 5))
    assert same
    assert not same.is_certain
    assert effect(Group(0, 0), Group(10, 5)) is None
