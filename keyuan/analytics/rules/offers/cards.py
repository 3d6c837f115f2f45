"""Score cards: how much each fact speaks for buying a family, added up, and the probability that it comes to (ANA-7).

A logistic regression on bands, drawn towards the average. Additive, so that the parts of a customer's score are its
reasons, and a million customers are scored by look-up. It learns from older windows; slope and level come from the
window after them; what it is worth is measured in the last one, which nothing was chosen by.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from keyuan.analytics.rules.offers.facts import FACTS, HELD, ONE
from keyuan.analytics.rules.propensity.arrays import Array
from keyuan.analytics.rules.propensity.calibrating import Calibrator, fitted
from keyuan.analytics.rules.propensity.candidates import ridge
from keyuan.analytics.rules.propensity.measures import area, captured
from keyuan.analytics.rules.scorecards import level_at, parts_of
from keyuan.kernel.later import later
from keyuan.policies.rules.applications.suitability import COMPENSATORY

HistGradientBoostingClassifier = later("sklearn.ensemble:HistGradientBoostingClassifier")
log_loss = later("sklearn.metrics:log_loss")
Levels = later("keyuan.analytics.rules.propensity.encoders:Levels")

#: Fewer buyers than this among the rows learned from make no model.
FEWEST = 20
#: How strongly weights are drawn to 0; the best on the youngest of the windows learned from is taken.
STRENGTHS = (0.003, 0.03, 0.3)
SEED = 20
#: The part of the ranking by which cards are compared, whatever part is offered something.
TENTH = 0.1
NAMES = tuple(FACTS)
WIDTHS = np.array([FACTS[name] for name in NAMES])


@dataclass(frozen=True, slots=True)
class Measured:
    """What a card is worth on the last window: rows, buyers, AUC and buyers found, beside default boosting."""

    rows: int
    buyers: int
    expected: float
    area: float
    captured: float
    boosting_area: float
    strength: float


@dataclass(frozen=True, slots=True)
class Card:
    """One family: points of every code of every fact (0: as the average), slope and level of the probability.

    ``rate`` is the share of customers that bought in the window of calibration.
    """

    family: str
    points: Mapping[str, tuple[float, ...]]
    slope: float
    level: float
    rate: float
    measured: Measured

    def parts(self, codes: Array) -> Array:
        """Return rows × facts: what each fact adds to the score."""
        return parts_of([self.points[name] for name in NAMES], codes.T)

    def probability(self, codes: Array) -> Array:
        """Return the probability of each row of codes, in the order of `NAMES`."""
        return Calibrator(self.slope, self.level).probability(_score(self.points, codes))


@dataclass(frozen=True, slots=True)
class Seen:
    """Rows of codes with the window each stands in (0 the oldest) and what was bought, by family.

    Facts in ``left_out`` tell nothing: they looked quite otherwise then than now.
    """

    codes: Array
    window: Array
    bought: Mapping[str, Array]
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fitted:
    """A card with what it said of the rows of the last window, which it never saw: places in `Seen`, what happened."""

    card: Card
    places: Array
    said: Array
    target: Array


def fit_cards(seen: Seen) -> dict[str, Fitted]:
    """Return a card for each family with buyers enough to learn from; one thread, seeds fixed."""
    if not seen.window.size:
        return {}
    with threadpool_limits(limits=1):
        told = _told(seen)
        found = {family: _fit(family, told) for family in seen.bought}
    return {family: one for family, one in found.items() if one is not None}


def _told(seen: Seen) -> Seen:
    """Return the rows with one code for everybody in what is left out: then it has no points."""
    codes = seen.codes.copy()
    codes[:, [NAMES.index(name) for name in seen.left_out]] = 0
    return replace(seen, codes=codes)


def may_want(family: str, codes: Array) -> Array:
    """Tell whose further contract of a family makes sense: twice insured is not twice paid (销售办法 28)."""
    if family not in COMPENSATORY:
        return np.ones(len(codes), dtype=bool)
    return np.asarray(codes[:, NAMES.index(f"{HELD}{family}")] < ONE)


def _fit(family: str, seen: Seen) -> Fitted | None:
    asked = np.flatnonzero(may_want(family, seen.codes))
    codes, window, target = seen.codes[asked], seen.window[asked], seen.bought[family][asked].astype(float)
    last = int(seen.window.max())
    learned, tuned, judged = window < last - 1, window == last - 1, window == last
    if target[learned].sum() < FEWEST or not 0 < target[tuned].sum() < tuned.sum():
        return None
    strength = _strength(codes, window, target, last - 2)
    points = _points(codes[learned], target[learned], strength)
    curve = _curve(_score(points, codes[tuned]), target[tuned])
    card = Card(family, points, curve.slope, curve.intercept, float(target[tuned].mean()), NOTHING)
    said = card.probability(codes[judged])
    # What everybody would try first, on the same rows: what the additive form costs is known.
    other = HistGradientBoostingClassifier(random_state=SEED).fit(codes[learned], target[learned])
    compared = other.predict_proba(codes[judged])[:, 1]
    measured = _measured(said, target[judged], area(target[judged], compared), strength)
    return Fitted(replace(card, measured=measured), asked[judged], said, target[judged])


def _strength(codes: Array, window: Array, target: Array, youngest: int) -> float:
    """Return the strength that surprises least in the youngest of the windows learned from, learned on older ones."""
    older, tried = window < youngest, window == youngest
    if target[older].sum() < FEWEST or not 0 < target[tried].sum() < tried.sum():
        return STRENGTHS[0]
    seen = Levels(WIDTHS).fit(codes[older])
    found = {}
    for strength in STRENGTHS:
        model = ridge(strength).fit(seen.transform(codes[older]), target[older])
        said = model.predict_proba(seen.transform(codes[tried]))[:, 1]
        found[strength] = log_loss(target[tried], said)
    return min(STRENGTHS, key=found.__getitem__)


def _points(codes: Array, target: Array, strength: float) -> dict[str, tuple[float, ...]]:
    levels = Levels(WIDTHS).fit(codes)
    weights = ridge(strength).fit(levels.transform(codes), target).coef_[0]
    found = {}
    for n, name in enumerate(NAMES):
        own = np.array([weights[place] if place >= 0 else 0.0 for place in levels.places_[n]])
        # From the average customer on: what stands above 0 speaks for buying, and can be told as a reason.
        own = own - own[codes[:, n]].mean()
        # A code that was never seen says nothing.
        own[np.bincount(codes[:, n], minlength=len(own)) == 0] = 0.0
        found[name] = tuple(np.round(own, 4).tolist())
    return found


def _curve(scores: Array, target: Array) -> Calibrator:
    """Return slope and level by the window after those learned from; with few buyers the level alone."""
    if target.sum() >= FEWEST:
        return fitted("sigmoid", scores, target)
    return Calibrator(1.0, level_at(scores, float(target.mean())))


def _measured(said: Array, target: Array, boosting: float, strength: float) -> Measured:
    return Measured(
        rows=len(target),
        buyers=int(target.sum()),
        expected=round(float(said.sum()), 1),
        area=round(area(target, said), 4),
        captured=round(captured(target, said, TENTH), 4),
        boosting_area=round(boosting, 4),
        strength=strength,
    )


def _score(points: Mapping[str, Sequence[float]], codes: Array) -> Array:
    total: Array = parts_of([points[name] for name in NAMES], codes.T).sum(axis=1)
    return total


NOTHING = Measured(0, 0, 0.0, 0.5, 0.0, 0.5, 0.0)


def to_json(cards: Mapping[str, Card]) -> dict[str, Any]:
    """Return cards as they are kept."""
    return {family: asdict(card) for family, card in cards.items()}


def from_json(stored: Mapping[str, Any]) -> dict[str, Card]:
    """Return kept cards; a fact that this version does not know is left out, one that is new says nothing yet."""
    return {family: _card(one) for family, one in stored.items()}


def _card(one: Mapping[str, Any]) -> Card:
    points = {name: _of_width(one["points"].get(name, ()), width) for name, width in FACTS.items()}
    return Card(one["family"], points, one["slope"], one["level"], one["rate"], Measured(**one["measured"]))


def _of_width(points: Sequence[float], width: int) -> tuple[float, ...]:
    return tuple(points) if len(points) == width else (0.0,) * width
