"""Making a card out of the book's own past, and judging it by later months that it has not seen (ANA-6).

Learnt from windows that had closed before the later ones began; the level (and, with losses enough, the spread) comes
from one half of the contracts of the later windows; every figure comes from the other half.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from keyuan.analytics.rules.churn.cards import NEVER, Card, Coder, Part, coder_of
from keyuan.analytics.rules.churn.outcomes import LATER_MONTHS, Outcome, days_of, eligible, happened, windows_of
from keyuan.analytics.rules.lapse.book import Floats
from keyuan.analytics.rules.lapse.measures import Bin, auc, auc_of_ranks, brier, calibration, lift
from keyuan.analytics.rules.lapse.models import THREADS, additive
from keyuan.analytics.rules.scorecards import level_at
from keyuan.kernel.later import later

LogisticRegression = later("sklearn.linear_model:LogisticRegression")

SEED = 20
MAX_ROWS = 120_000
LATER_ROWS = 60_000
#: Past windows lose half their weight in so many years.
HALF_LIFE = 3.0
#: With fewer contracts that went nothing is learnt, or judged.
LEAST_LEARNT, LEAST_LATER = 20, 2
#: With fewer in the later months only the level is taken from them, not the spread.
LEAST_FOR_SLOPE = 100
#: The part of the contracts that is watched, and the part that is watched first (GK).
WATCHED, FIRST = 0.15, 0.05
DRAWS = 50
#: The AUC of a coin. A card whose AUC is not a standard deviation above it ranks by chance.
NO_BETTER = 0.5
YEAR_DAYS = 365.25


@dataclass(frozen=True)
class Rows:
    """Rows of facts with what happened, and the weight by which each counts."""

    frame: pd.DataFrame
    happened: Floats
    weight: Floats

    def __len__(self) -> int:
        return len(self.frame)

    @property
    def lost(self) -> int:
        """How many contracts went; one looked at in several months is one."""
        return int(self.frame["policy_id"][self.happened > 0].nunique())


@dataclass(frozen=True)
class Split:
    """The rows to learn from, and two halves of the later contracts: one sets the level, one judges."""

    learnt: Rows
    level: Rows
    judged: Rows

    @property
    def is_enough(self) -> bool:
        """Tell whether enough contracts went, and enough stayed, to say anything."""
        parts = ((self.learnt, LEAST_LEARNT), (self.level, LEAST_LATER), (self.judged, LEAST_LATER))
        return all(part.lost >= least and (part.happened == 0).sum() >= least for part, least in parts)


@dataclass(frozen=True)
class Judged:
    """How good a card was on contracts that it had not seen, in months that came later."""

    learnt: int
    learnt_lost: int
    count: int
    lost: int
    rate: float
    auc: float
    auc_sd: float
    baseline_auc: float
    lift10: float
    brier: float
    bins: Sequence[Bin]
    importance: Mapping[str, float]
    later_from: date
    later_until: date


def split(frame: pd.DataFrame, outcome: Outcome, months: int, as_of: date, seed: int = SEED) -> Split:
    """Return the rows of ``frame`` (see `facts`) for a model made on ``as_of``."""
    windows = windows_of(outcome, months, as_of)
    here = eligible(frame, outcome, months)
    on = days_of(frame["on"])
    past = here & (on <= np.datetime64(windows.learn_until))
    later = here & (on >= np.datetime64(windows.later_from)) & (on <= np.datetime64(windows.later_until))
    # By contract: what sets the level and what judges never share one.
    half = frame["policy_id"].to_numpy(dtype=np.int64) * 2_654_435_761 % 2**32 < 2**31
    draw = np.random.default_rng(seed)
    label = happened(frame, outcome, months).astype(float)

    def rows(chosen: Any, most: int) -> Rows:
        places = np.flatnonzero(chosen)
        if len(places) > most:
            places = np.sort(draw.choice(places, most, replace=False))
        years = (np.datetime64(windows.learn_until) - on[places]).astype(float) / YEAR_DAYS
        return Rows(frame.iloc[places], label[places], 0.5 ** (np.maximum(years, 0) / HALF_LIFE))

    return Split(rows(past, MAX_ROWS), rows(later & half, LATER_ROWS), rows(later & ~half, LATER_ROWS))


def learn(outcome: Outcome, months: int, parts: Split, left_out: Sequence[str] = ()) -> Card:
    """Return the card that ``parts`` teach; facts named in ``left_out`` do not enter."""
    coders = [
        coder
        for fact in outcome.facts
        if fact.name not in left_out
        and (coder := coder_of(fact.name, parts.learnt.frame[fact.name], is_measure=fact.is_measure))
    ]
    codes = np.column_stack([coder.codes(parts.learnt.frame[coder.name]) for coder in coders])
    features = [coder.feature(column) for coder, column in zip(coders, codes.T, strict=True)]
    model = additive(features, with_age=False, smooth=True)
    weight = parts.learnt.weight / parts.learnt.weight.mean()
    with threadpool_limits(THREADS):
        model.fit(codes, parts.learnt.happened, **{f"{model.steps[-1][0]}__sample_weight": weight})
        points, level = _points(model, coders, codes, weight)
    found = tuple(Part(coder, tuple(one)) for coder, one in zip(coders, points, strict=True))
    return _watching(_levelled(Card(outcome.model_key(months), found, level, 1.0), parts.level), parts.level)


def _points(model: Any, coders: Sequence[Coder], codes: Any, weight: Floats) -> tuple[list[list[float]], float]:
    """Return the points of each code and the level: the model adds features up, so each is asked alone.

    All are asked at once: the model looks at its columns one by one, however few rows it is given.
    """
    starts = np.cumsum([1, *(coder.count for coder in coders)])
    asked = np.zeros((starts[-1], len(coders)), dtype=np.int16)
    for place, coder in enumerate(coders):
        asked[starts[place] : starts[place + 1], place] = np.arange(coder.count)
    odds = model.decision_function(asked)
    level, found = float(odds[0]), []
    for place, coder in enumerate(coders):
        points = odds[starts[place] : starts[place + 1]] - odds[0]
        seen = np.bincount(codes[:, place], weight, coder.count)
        mean = float((points * seen).sum() / seen.sum())
        # What nobody had tells nothing.
        found.append([float(value) for value in np.where(seen > 0, points - mean, 0.0)])
        level += mean
    return found, level


def _levelled(card: Card, later: Rows) -> Card:
    """Return the card with level and spread of the later months."""
    odds = card.level + card.points(later.frame).sum(1)
    if later.lost < LEAST_FOR_SLOPE:
        return replace(card, level=card.level + level_at(odds, float(later.happened.mean())))
    with threadpool_limits(THREADS):
        line = LogisticRegression(C=1e6).fit(odds.reshape(-1, 1), later.happened)
    # A card that ranks the wrong way round may not turn itself about: then it tells nothing.
    slope = max(float(line.coef_[0, 0]), 0.0)
    return replace(card, slope=slope, level=slope * card.level + float(line.intercept_[0]))


def _watching(card: Card, later: Rows) -> Card:
    """Return the card with the chances from which a contract is watched: fixed ones, so that nights can be compared."""
    chance = card.chance(card.points(later.frame))
    raised, high = np.quantile(chance, [1 - WATCHED, 1 - FIRST])
    return replace(card, cuts=(float(raised), float(high)))


def made(outcome: Outcome, months: int, parts: Split, as_of: date, left_out: Sequence[str] = ()) -> tuple[Card, Judged]:
    """Return the card of ``parts`` with its figures; one that cannot be told from chance watches nobody."""
    card = learn(outcome, months, parts, left_out)
    found = judge(card, parts, outcome, months, as_of)
    if found.auc - found.auc_sd <= NO_BETTER:
        card = replace(card, cuts=NEVER)
    return card, found


def judge(card: Card, parts: Split, outcome: Outcome, months: int, as_of: date, seed: int = SEED) -> Judged:
    """Return how good ``card`` is on the contracts that judge; nothing of it was chosen by them."""
    rows, windows = parts.judged, windows_of(outcome, months, as_of)
    points = card.points(rows.frame)
    chance = card.chance(points)
    whole = auc(rows.happened, chance)
    baseline = _baseline(parts, outcome)
    return Judged(
        learnt=len(parts.learnt),
        learnt_lost=parts.learnt.lost,
        count=len(rows),
        lost=rows.lost,
        rate=float(rows.happened.mean()),
        auc=whole,
        auc_sd=_spread(rows, chance, seed),
        baseline_auc=auc(rows.happened, baseline),
        lift10=lift(rows.happened, chance),
        brier=brier(rows.happened, chance),
        bins=calibration(rows.happened, chance),
        importance=_importance(card, points, rows, whole, seed),
        later_from=windows.later_from,
        later_until=windows.later_until,
    )


def _baseline(parts: Split, outcome: Outcome) -> Floats:
    """Return what a clerk would say: the past rate of the same product in the same policy year, or month of the end."""
    age = "months_held" if "months_held" in {one.name for one in outcome.facts} else "months_to_end"
    keys = [
        (part.frame["product_kind"].astype(str) + "|" + (part.frame[age] // 12).astype(str)).to_numpy()
        for part in (parts.learnt, parts.judged)
    ]
    rates = pd.Series(parts.learnt.happened).groupby(keys[0]).mean()
    found: Floats = pd.Series(keys[1]).map(rates).fillna(parts.learnt.happened.mean()).to_numpy(dtype=float)
    return found


def _spread(rows: Rows, chance: Floats, seed: int) -> float:
    """Return the standard deviation of the AUC over draws of contracts with replacement, each with all its months."""
    draw = np.random.default_rng(seed)
    place = np.unique(rows.frame["policy_id"].to_numpy(), return_inverse=True)[1]
    many = int(place.max()) + 1
    ranks = np.unique(chance, return_inverse=True)[1]
    drawn = [auc_of_ranks(ranks, rows.happened, draw.poisson(1.0, many).astype(float)[place]) for _ in range(DRAWS)]
    return float(np.std(drawn))


def _importance(card: Card, points: Floats, rows: Rows, whole: float, seed: int) -> dict[str, float]:
    """Return for each fact the AUC that is lost when its points are shuffled among the contracts, the most first."""
    draw = np.random.default_rng(seed)
    lost = {}
    for place, part in enumerate(card.parts):
        shuffled = points.copy()
        shuffled[:, place] = draw.permutation(shuffled[:, place])
        lost[part.coder.name] = whole - auc(rows.happened, card.chance(shuffled))
    return dict(sorted(lost.items(), key=lambda one: -one[1]))


def protocol(judged: Judged, outcome: Outcome, months: int, seed: int = SEED) -> dict[str, Any]:
    """Return how the figures came about, as the registry keeps it."""
    return {
        "outcome": outcome.key,
        "months": months,
        "seed": seed,
        "later_from": judged.later_from.isoformat(),
        "later_until": judged.later_until.isoformat(),
        "later_months": LATER_MONTHS,
        "draws": DRAWS,
        "half_life_years": HALF_LIFE,
    }
