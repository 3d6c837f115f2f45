"""Choosing: of whom to expect what, and at most three offers a customer, the dearest first (ANA-7)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from keyuan.analytics.rules.offers.cards import NAMES, Card, may_want
from keyuan.analytics.rules.offers.terms import WHOLE, OfferTerms
from keyuan.analytics.rules.propensity.arrays import Array
from keyuan.analytics.rules.scorecards import strongest


@dataclass(frozen=True, slots=True)
class People:
    """Customers row by row: ids, codes of facts, and for each family the product that could be sold (0: none)."""

    ids: Array
    codes: Array
    products: Mapping[str, Array]


@dataclass(frozen=True, slots=True)
class Worth:
    """What a sale of a family brings: the usual premium of a year and the margin over its time, in fen, by row."""

    premium: int
    margin: Array


#: No offers of any family.
NONE = (np.empty(0, dtype=np.int64),) * 8


@dataclass(frozen=True, slots=True)
class Chosen:
    """Offers row by row; ``at`` is the row of the customer."""

    at: Array
    family: Array
    place: Array
    product: Array
    probability: Array
    average: Array
    premium: Array
    value: Array
    gap: Array


def chances_of(people: People, cards: Mapping[str, Card]) -> dict[str, Array]:
    """Return the probability of each customer by family, NaN where nothing of it could be sold."""
    found = {}
    for family, card in cards.items():
        said = card.probability(people.codes)
        said[(people.products.get(family, 0) == 0) | ~may_want(family, people.codes)] = np.nan
        found[family] = said
    return found


def choose(
    people: People,
    cards: Mapping[str, Card],
    chances: Mapping[str, Array],
    worths: Mapping[str, Worth],
    gaps: Mapping[str, Mapping[int, int]],
    terms: OfferTerms,
) -> Chosen:
    """Return at most ``terms.most`` offers a customer.

    A need that the customer worked out with us goes before what we would earn; then the expected margin decides. A
    family without a card is offered to close an open gap only, and says nothing of a probability.
    """
    parts = [
        _of_family(number, family, people, cards, chances, worths[family], gaps.get(family, {}), terms)
        for number, family in enumerate(worths)
    ]
    joined = [np.concatenate(column) for column in zip(*(parts or [NONE]), strict=True)]
    at, family, _product, _probability, _average, _premium, value, gap = joined
    order = np.lexsort((family, -value, gap == 0, at))
    rows = [column[order] for column in joined]
    first = np.r_[0, np.flatnonzero(np.diff(rows[0])) + 1] if len(rows[0]) else np.array([], dtype=int)
    starts = np.repeat(first, np.diff(np.r_[first, len(rows[0])]))
    place = np.arange(len(rows[0])) - starts + 1
    kept = place <= terms.most
    at, family, *others = (column[kept] for column in rows)
    return Chosen(at, np.asarray(list(worths), dtype=object)[family], place[kept], *others)


def _of_family(
    number: int,
    family: str,
    people: People,
    cards: Mapping[str, Card],
    chances: Mapping[str, Array],
    worth: Worth,
    gaps: Mapping[int, int],
    terms: OfferTerms,
) -> tuple[Array, ...]:
    gap = gap_of(people.ids, gaps)
    could = (people.products[family] > 0) & may_want(family, people.codes)
    chance = chances.get(family)
    likely = _best(chance, cards[family].rate, terms) if chance is not None else np.zeros(len(could), dtype=bool)
    probability = np.nan_to_num(chance) if chance is not None else np.zeros(len(could))
    value = np.rint(probability * worth.margin).astype(np.int64)
    at = np.flatnonzero(could & ((likely & (value >= terms.least_value)) | (gap > 0)))
    average = round(cards[family].rate * WHOLE) if family in cards else 0
    return (
        at, np.full(len(at), number), people.products[family][at], np.rint(probability[at] * WHOLE).astype(np.int64),
        np.full(len(at), average), np.full(len(at), worth.premium), value[at], gap[at],
    )  # fmt: skip


def _best(chance: Array, rate: float, terms: OfferTerms) -> Array:
    """Tell which rows are the best of those that have a chance, and better than the average; equals of the last one
    stay outside."""
    known = np.sort(chance[~np.isnan(chance)])
    take = len(known) * terms.depth // WHOLE
    if not take:
        return np.zeros(len(chance), dtype=bool)
    above = known[-take - 1] if take < len(known) else -1.0
    return np.asarray((chance > above) & (chance * WHOLE >= rate * terms.least_lift))


def gap_of(ids: Array, gaps: Mapping[int, int]) -> Array:
    """Return the open gap of each customer, 0 for none."""
    found = np.zeros(len(ids), dtype=np.int64)
    if gaps:
        known = np.array(sorted(gaps))
        place = np.minimum(np.searchsorted(known, ids), len(known) - 1)
        amounts = np.array([gaps[int(pk)] for pk in known])
        found = np.where(known[place] == ids, amounts[place], 0)
    return found


def reasons_of(card: Card, codes: Array) -> list[list[str]]:
    """Return for each row the facts that speak most for buying, as ``fact:code``, the strongest first."""
    return [
        [f"{NAMES[fact]}:{codes[row, fact]}" for fact in facts]
        for row, facts in enumerate(strongest(card.parts(codes)))
    ]


def without(people: People, ids: Collection[int]) -> People:
    """Return the people but those of ``ids``."""
    if not ids:
        return people
    kept = ~np.isin(people.ids, np.fromiter(ids, dtype=np.int64, count=len(ids)))
    products = {family: column[kept] for family, column in people.products.items()}
    return People(people.ids[kept], people.codes[kept], products)


def held_back(ids: Sequence[int] | Array, terms: OfferTerms) -> Array:
    """Tell which customers are chosen for but not shown: always the same ones, drawn by their number."""
    numbers = np.asarray(ids, dtype=np.int64)
    # Another multiplier than that of `facts.share_of`, so that one lot tells nothing of the other.
    return np.asarray((numbers % 999_983) * 69_621 % 2_147_483_647 % WHOLE < terms.held_back)
