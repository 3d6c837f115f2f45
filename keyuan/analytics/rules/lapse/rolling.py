"""The judging of past years: each as if its first of January were today (ANA-6).

A year is predicted by the way of learning that ranked best in the years before it, whose windows had closed by then;
no judged year chooses anything, not even for a later judged year until it is past.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date

import numpy as np

from keyuan.analytics.rules.lapse import models
from keyuan.analytics.rules.lapse.book import Book, Floats, day_number
from keyuan.analytics.rules.lapse.measures import auc, lift
from keyuan.analytics.rules.lapse.models import BASELINES, BLENDS, CANDIDATES, Fitted, blended
from keyuan.analytics.rules.lapse.snapshots import Snapshot, closed_days, codes_of, snapshot
from keyuan.kernel.errors import Refused

#: Windows that must have closed before a year is looked at, and events that must lie in one.
LEAST_WINDOWS = 2
LEAST_EVENTS = 20

Say = Callable[[str], None]


@dataclass(frozen=True)
class Settings:
    """What is judged, how large a sample may become, and how many years before a judged one choose its model."""

    first: int
    last: int
    seed: int = 20
    max_rows: int = 400_000
    draws: int = 100
    choosing: int = 5


@dataclass(frozen=True)
class YearResult:
    """One judged year: what was chosen, and the chances of the policies in force."""

    year: int
    chosen: str
    seen: Snapshot
    chances: Mapping[str, Floats]
    fitted: Mapping[str, Fitted]

    @property
    def chance(self) -> Floats:
        """The chances by what was chosen."""
        return self.chances[self.chosen]

    def auc(self, key: str = "") -> float:
        """Return the AUC of a way of learning, by default of the chosen one."""
        return auc(self.seen.happened, self.chances[key or self.chosen])

    def lift(self, key: str = "") -> float:
        """Return the lift at ten per cent."""
        return lift(self.seen.happened, self.chances[key or self.chosen])


@dataclass(frozen=True)
class Backtest:
    """The judged years, and the AUC of every way of learning in all years that were looked at."""

    years: Sequence[YearResult]
    tried: Mapping[int, Mapping[str, float]]


def check_years(book: Book, settings: Settings) -> None:
    """Raise Refused for years that cannot be judged: lapse.years, .not_closed, .too_early."""
    if settings.first > settings.last:
        raise Refused("lapse.years", first=settings.first, last=settings.last)
    if settings.last >= MAXYEAR or day_number(date(settings.last + 1, 1, 1)) > day_number(book.observed_until) + 1:
        raise Refused("lapse.not_closed", year=settings.last, until=book.observed_until.isoformat())
    if settings.first <= MINYEAR or len(list(closed_days(book, date(settings.first, 1, 1)))) < LEAST_WINDOWS:
        raise Refused("lapse.too_early", year=settings.first)
    for year in range(settings.first, settings.last + 1):
        count = int(snapshot(book, date(year, 1, 1)).happened.sum())
        if count < LEAST_EVENTS:
            raise Refused("lapse.too_few", year=year, count=count, least=LEAST_EVENTS)


def backtest(book: Book, settings: Settings, say: Say = lambda _: None) -> Backtest:
    """Judge the years of ``settings``; deterministic by its seed. Raises Refused as `check_years`."""
    check_years(book, settings)
    results: list[YearResult] = []
    tried: dict[int, dict[str, float]] = {}
    for year in range(settings.first - settings.choosing, settings.last + 1):
        judged = year >= settings.first
        if not judged and not _may_choose(book, year):
            continue
        say(f"{year} …")
        result = _judged(book, year, settings, tried, with_baselines=judged)
        tried[year] = {key: result.auc(key) for key in result.chances}
        if judged:
            results.append(result)
    return Backtest(results, tried)


def _may_choose(book: Book, year: int) -> bool:
    begin = date(year, 1, 1)
    if len(list(closed_days(book, begin))) < LEAST_WINDOWS or not _learnable(book, begin):
        return False
    return bool(snapshot(book, begin).happened.sum() >= LEAST_EVENTS)


def _learnable(book: Book, begin: date) -> bool:
    newest = next(closed_days(book, begin))
    return bool(snapshot(book, newest).happened.sum() >= LEAST_EVENTS)


def _judged(
    book: Book, year: int, settings: Settings, tried: Mapping[int, Mapping[str, float]], *, with_baselines: bool
) -> YearResult:
    begin = date(year, 1, 1)
    seen = snapshot(book, begin)
    fitted = {
        one.key: models.fit(book, one, begin, max_rows=settings.max_rows, seed=settings.seed)
        for one in (*CANDIDATES, *(BASELINES if with_baselines else ()))
    }
    chances = {key: one.chance(book, seen) for key, one in fitted.items()}
    chances |= {blend.key: blended([chances[key] for key in blend.of]) for blend in BLENDS}
    return YearResult(year, choose(tried, year, settings.choosing), seen, chances, fitted)


def choose(tried: Mapping[int, Mapping[str, float]], year: int, choosing: int) -> str:
    """Return the way with the best mean AUC in the last ``choosing`` years before ``year``; the first on a tie."""
    past = [found for before, found in tried.items() if year - choosing <= before < year]
    keys = [one.key for one in (*CANDIDATES, *BLENDS)]
    return max(keys, key=lambda key: np.mean([found[key] for found in past]) if past else 0.0)


def spread(found: Backtest, settings: Settings) -> tuple[list[float], float]:
    """Return the standard deviation of each year's AUC and of their mean over draws of policies with replacement.

    A policy is drawn with all its years, since they are not independent.
    """
    draw = np.random.default_rng(settings.seed)
    many = 1 + max(int(result.seen.rows.max()) for result in found.years)
    drawn = []
    for _ in range(settings.draws):
        weight = draw.poisson(1.0, many).astype(float)
        drawn.append([auc(one.seen.happened, one.chance, weight[one.seen.rows]) for one in found.years])
    table = np.array(drawn)
    return [float(value) for value in table.std(0)], float(table.mean(1).std())


def importance(book: Book, found: Backtest, settings: Settings, repeats: int = 3) -> Iterator[tuple[str, float, float]]:
    """Yield each column with the AUC lost when its values are shuffled among the policies of a judged year.

    The loss is the mean over years and ``repeats``, with its standard deviation, the most telling column first.
    """
    draw = np.random.default_rng(settings.seed)
    names = [*(feature.name for feature in book.features), "age of the policy"]
    losses: dict[str, list[float]] = {name: [] for name in names}
    for result in found.years:
        codes = codes_of(book, result.seen)
        whole = result.auc()
        for place, name in enumerate(names):
            for _ in range(repeats):
                shuffled = codes.copy()
                shuffled[:, place] = draw.permutation(shuffled[:, place])
                losses[name].append(whole - auc(result.seen.happened, _chosen_chance(result, shuffled)))
    for name in sorted(names, key=lambda one: -np.mean(losses[one])):
        yield name, float(np.mean(losses[name])), float(np.std(losses[name]))


def _chosen_chance(result: YearResult, codes: models.Table) -> Floats:
    of = next((blend.of for blend in BLENDS if blend.key == result.chosen), (result.chosen,))
    return blended([result.fitted[key].predict(codes) for key in of])
