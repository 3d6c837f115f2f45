"""Score cards: they find what was planted, say nothing of what is chance, and hold what they promise (ANA-7)."""

import numpy as np
import pytest

from keyuan.analytics.rules.offers.cards import NAMES, Seen, fit_cards, from_json, may_want, to_json
from keyuan.analytics.rules.offers.choosing import NONE, People, Worth, chances_of, choose, held_back, reasons_of
from keyuan.analytics.rules.offers.facts import FACTS, HELD, NEVER, ONE
from keyuan.analytics.rules.offers.terms import FAMILIES, TERMS, OfferTerms

ROWS = 12_000
AGE, HOLDS = NAMES.index("age"), NAMES.index(f"{HELD}MEDICAL")


@pytest.fixture(scope="module")
def seen():
    """Five windows in which holders of medical cover buy critical illness five times as often; medical is chance."""
    random = np.random.default_rng(7)
    codes = np.column_stack([random.integers(0, width, ROWS) for width in FACTS.values()]).astype(np.int16)
    likely = np.where(codes[:, HOLDS] >= ONE, 0.10, 0.02)
    bought = {family: np.zeros(ROWS) for family in FAMILIES}
    bought["CRITICAL_ILLNESS"] = (random.random(ROWS) < likely).astype(float)
    bought["MEDICAL"] = (random.random(ROWS) < 0.03).astype(float)
    bought["LIFE"][:5] = 1
    return Seen(codes, np.arange(ROWS) % 5, bought)


@pytest.fixture(scope="module")
def cards(seen):
    return {family: one.card for family, one in fit_cards(seen).items()}


def test_a_card_finds_what_was_planted_and_is_measured_on_the_last_window(cards):
    found = cards["CRITICAL_ILLNESS"]

    assert 0.62 < found.measured.area < 0.80
    assert abs(found.measured.expected - found.measured.buyers) < 40
    strongest = max(FACTS, key=lambda name: np.ptp(found.points[name]))
    assert strongest == f"{HELD}MEDICAL"


def test_chance_is_not_taken_for_knowledge_and_few_buyers_make_no_card(cards):
    assert 0.42 < cards["MEDICAL"].measured.area < 0.58
    assert "LIFE" not in cards


def test_a_kept_card_says_the_same(seen, cards):
    again = from_json(to_json(cards))

    for family, card in cards.items():
        assert np.allclose(again[family].probability(seen.codes[:50]), card.probability(seen.codes[:50]))


def test_nobody_books_nothing():
    nothing = Seen(np.empty((0, len(NAMES)), dtype=np.int16), np.empty(0), {family: np.empty(0) for family in FAMILIES})

    assert fit_cards(nothing) == {}
    assert len(NONE) == 8


def test_who_is_insured_against_costs_is_not_insured_twice(seen):
    wanted = may_want("MEDICAL", seen.codes)

    assert (wanted == (seen.codes[:, HOLDS] < ONE)).all()
    assert may_want("LIFE", seen.codes).all()


def people_of(codes, **products):
    count = len(codes)
    given = {family: np.full(count, products.get(family, 0)) for family in FAMILIES}
    return People(np.arange(1, count + 1), codes, given)


def chosen_of(cards, people, gaps=None, terms=TERMS):
    worths = {family: Worth(500_000, np.full(len(people.ids), 200_000)) for family in ("CRITICAL_ILLNESS", "MEDICAL")}
    return choose(people, cards, chances_of(people, cards), worths, gaps or {}, terms)


def test_the_likeliest_get_an_offer_with_its_reason(seen, cards):
    people = people_of(seen.codes, CRITICAL_ILLNESS=5)

    found = chosen_of(cards, people)

    assert set(found.family) == {"CRITICAL_ILLNESS"}
    assert len(found.at) <= ROWS * TERMS.depth // 10_000
    assert (seen.codes[found.at, HOLDS] >= ONE).mean() > 0.95
    reasons = reasons_of(cards["CRITICAL_ILLNESS"], seen.codes[found.at[:20]])
    assert all(one[0].startswith(f"{HELD}MEDICAL:") for one in reasons)


def test_what_cannot_be_sold_is_not_offered(seen, cards):
    found = chosen_of(cards, people_of(seen.codes))

    assert len(found.at) == 0


def test_a_need_worked_out_with_the_customer_goes_before_what_it_earns(seen, cards):
    codes = seen.codes.copy()
    codes[0, HOLDS] = NEVER
    people = people_of(codes, CRITICAL_ILLNESS=5, MEDICAL=6)

    found = chosen_of(cards, people, {"MEDICAL": {1: 300_000_00}})

    first = [(family, gap) for at, family, gap in zip(found.at, found.family, found.gap, strict=True) if at == 0]
    assert first[0] == ("MEDICAL", 300_000_00)


def test_a_customer_gets_so_many_offers_at_most(seen, cards):
    terms = OfferTerms(most=1, depth=10_000, least_lift=0, least_value=0)

    found = chosen_of(cards, people_of(seen.codes, CRITICAL_ILLNESS=5, MEDICAL=6), terms=terms)

    assert (found.place == 1).all()
    assert len(set(found.at)) == len(found.at)


def test_a_tenth_of_the_customers_is_held_back_and_always_the_same():
    ids = np.arange(1, 200_001)

    found = held_back(ids, TERMS)

    assert 0.095 < found.mean() < 0.105
    assert (found == held_back(ids, TERMS)).all()
