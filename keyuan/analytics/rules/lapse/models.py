"""The models that are tried, and the baselines beside them (ANA-6).

Three families see the same snapshots: an additive logistic model (each measure as a smooth curve, each group as a
level), a discrete-time hazard of quarters with the same terms, and boosted shallow trees. Each is tried with and
without the age of the policy, since what age tells changes from one calendar year to the next.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from keyuan.analytics.rules.lapse.book import Book, Feature, Floats
from keyuan.analytics.rules.lapse.snapshots import Sample, Snapshot, codes_of, month_later, sample, snapshot
from keyuan.analytics.rules.scorecards import from_odds
from keyuan.kernel.later import later

make_column_transformer = later("sklearn.compose:make_column_transformer")
HistGradientBoostingClassifier = later("sklearn.ensemble:HistGradientBoostingClassifier")
LogisticRegression = later("sklearn.linear_model:LogisticRegression")
make_pipeline = later("sklearn.pipeline:make_pipeline")
FunctionTransformer = later("sklearn.preprocessing:FunctionTransformer")
OneHotEncoder = later("sklearn.preprocessing:OneHotEncoder")
SplineTransformer = later("sklearn.preprocessing:SplineTransformer")
StandardScaler = later("sklearn.preprocessing:StandardScaler")

Table = npt.NDArray[np.int16]
#: Threads that wait for each other on a shared machine take ten times as long as one alone.
THREADS = 1
#: Knots of a measure's curve, and of the age's.
KNOTS = 6


@dataclass(frozen=True)
class Candidate:
    """One way to learn. ``half_life`` of windows in years; ``months`` of a window (3: the hazard of a quarter)."""

    key: str
    family: str
    half_life: float = 3.0
    with_age: bool = False
    months: int = 12


@dataclass(frozen=True)
class Blend:
    """The mean of the log odds of several candidates."""

    key: str
    of: Sequence[str]


CANDIDATES = (
    Candidate("additive", "additive"),
    Candidate("additive, age", "additive", half_life=1.0, with_age=True),
    Candidate("quarterly hazard", "additive", months=3),
    Candidate("boosting", "boosting"),
    Candidate("boosting, age", "boosting", half_life=1.0, with_age=True),
)
BLENDS = (
    Blend("additive + boosting", ("additive", "boosting")),
    Blend("mean of all", tuple(one.key for one in CANDIDATES)),
)
BASELINES = (
    Candidate("baseline: rate of the age", "age", with_age=True),
    Candidate("baseline: plain logistic", "logistic", half_life=1e9, with_age=True),
    Candidate("baseline: default boosting", "default", half_life=1e9, with_age=True),
)


@dataclass(frozen=True)
class Fitted:
    """A candidate that has learnt: codes in (see `codes_of`), chance within twelve months out."""

    candidate: Candidate
    predict: Callable[[Table], Floats]

    def chance(self, book: Book, seen: Snapshot) -> Floats:
        """Return the chance of each policy of ``seen``."""
        return self.predict(codes_of(book, seen))


def fit(book: Book, candidate: Candidate, by: date, *, max_rows: int, seed: int) -> Fitted:
    """Teach ``candidate`` what was known at the beginning of ``by``."""
    step = 3 if candidate.months == 3 else 6
    seen = sample(
        book,
        by,
        half_life=candidate.half_life,
        with_age=candidate.with_age,
        months=candidate.months,
        step=step,
        max_rows=max_rows,
        seed=seed,
    )
    columns = len(book.features) + (1 if candidate.with_age else 0)
    pipeline = _pipeline(candidate.family, book.features, candidate.with_age, seed)
    kept = seen.codes[:, -1:] if candidate.family == "age" else seen.codes[:, :columns]
    with threadpool_limits(THREADS):
        pipeline.fit(kept, seen.happened, **{f"{pipeline.steps[-1][0]}__sample_weight": _levelled(seen)})

    def chance_of(codes: Table) -> Floats:
        table = codes[:, -1:] if candidate.family == "age" else codes[:, :columns]
        with threadpool_limits(THREADS):
            chance = pipeline.predict_proba(table)[:, 1]
        # Four quarters without the event leave the year without it; age moves too little within one to matter.
        year: Floats = 1 - (1 - chance) ** (12 // candidate.months)
        return year

    newest = snapshot(book, month_later(by, -12))
    shift = shift_to(chance_of(codes_of(book, newest)), float(newest.happened.mean())) if len(newest.rows) else 0.0
    return Fitted(candidate, lambda codes: shifted(chance_of(codes), shift))


def shift_to(chance: Floats, rate: float) -> float:
    """Return what must be added to the log odds for the mean of ``chance`` to be ``rate``, by bisection.

    The level of lapse moves faster than who lapses: the last closed year sets it, the ranking stays as it is.
    """
    low, high = -5.0, 5.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if shifted(chance, middle).mean() < rate else (low, middle)
    return (low + high) / 2


def shifted(chance: Floats, shift: float) -> Floats:
    """Return ``chance`` with ``shift`` added to its log odds."""
    return from_odds(log_odds(chance) + shift)


def log_odds(chance: Floats) -> Floats:
    """Return the log odds of ``chance``, kept finite."""
    held = np.clip(chance, 1e-6, 1 - 1e-6)
    found: Floats = np.log(held / (1 - held))
    return found


def _levelled(seen: Sample) -> Floats:
    """Return weights of mean 1, so that the strength of a penalty does not hang on the unit of the weights."""
    levelled: Floats = seen.weight / seen.weight.mean()
    return levelled


def _pipeline(family: str, features: Sequence[Feature], with_age: bool, seed: int) -> Any:
    if family == "age":
        return make_pipeline(OneHotEncoder(handle_unknown="ignore"), LogisticRegression(C=1.0))
    if family in ("additive", "logistic"):
        return additive(features, with_age, smooth=family == "additive")
    if family == "default":
        return make_pipeline(HistGradientBoostingClassifier(random_state=seed))
    trees = HistGradientBoostingClassifier(
        learning_rate=0.04,
        max_iter=200,
        max_leaf_nodes=4,
        min_samples_leaf=50,
        l2_regularization=20,
        max_features=0.5,
        categorical_features=[place for place, one in enumerate(features) if one.values is None],
        random_state=seed,
    )
    return make_pipeline(trees)


def additive(features: Sequence[Feature], with_age: bool, *, smooth: bool) -> Any:
    """Return a logistic model of codes that adds up features: curves of measures (or lines), levels of groups."""
    groups = [place for place, one in enumerate(features) if one.values is None]
    parts: list[Any] = [(OneHotEncoder(handle_unknown="ignore", sparse_output=False), groups)] if groups else []
    for place, one in enumerate(features):
        if one.values is not None and smooth:
            absent = {"absent": len(one.values) - 1}
            parts.append((make_pipeline(FunctionTransformer(_bins, kw_args=absent), _curve()), [place]))
            parts.append((FunctionTransformer(_is_absent, kw_args=absent), [place]))
        elif one.values is not None:
            parts.append((FunctionTransformer(_values_of, kw_args={"values": one.values}), [place]))
    if with_age:
        parts.append((_curve() if smooth else "passthrough", [len(features)]))
    return make_pipeline(
        make_column_transformer(*parts, sparse_threshold=0),
        StandardScaler(),
        LogisticRegression(C=0.01 if smooth else 1.0, max_iter=500),
    )


def _curve() -> Any:
    """Return a cubic spline. Bins have equal size: knots at equal steps of their codes are quantiles of the measure."""
    return SplineTransformer(KNOTS, knots="uniform", extrapolation="constant")


def _values_of(codes: Table, values: Floats) -> Floats:
    found: Floats = values[codes]
    return found


def _bins(codes: Table, absent: int) -> Floats:
    """Return the bins of a measure; an absent value stands in the middle, where it pulls the curve least."""
    return np.where(codes == absent, absent / 2, codes)


def _is_absent(codes: Table, absent: int) -> Floats:
    found: Floats = (codes == absent).astype(float)
    return found


def blended(chances: Sequence[Floats]) -> Floats:
    """Return the chance whose log odds are the mean of those of ``chances``."""
    odds: Floats = np.mean([log_odds(one) for one in chances], 0)
    return from_odds(odds)
