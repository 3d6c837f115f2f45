"""Fitting: every family on the same folds, the blend, its calibration, its figures, and the final model (ANA-7)."""

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from threadpoolctl import threadpool_limits

from keyuan.analytics.rules.propensity import calibrating
from keyuan.analytics.rules.propensity.arrays import Array
from keyuan.analytics.rules.propensity.blending import Scale, choose, mixed, scale_of, unseen_blend
from keyuan.analytics.rules.propensity.candidates import BY_KEY, CANDIDATES, Candidate
from keyuan.analytics.rules.propensity.encoders import evidence, strengths
from keyuan.analytics.rules.propensity.folds import Split, repeats_for, splits
from keyuan.analytics.rules.propensity.measures import area, captured
from keyuan.analytics.rules.propensity.model import Member, Model
from keyuan.analytics.rules.propensity.sampling import Sample

Say = Callable[[str], object]

#: Models of one family with different seeds in the final model; families without chance in them take one.
SEEDS = 3
#: A single column that tells this much was hardly known before the sale.
SUSPECT = 0.95
#: Columns whose importance is measured, the strongest first.
LOOKED_AT = 40


@dataclass(frozen=True)
class Settings:
    """How to fit: the share of rows that will be approached, the seed, repeats (0: by the number of rows)."""

    depth: float = 0.2
    seed: int = 1
    repeats: int = 0
    candidates: Sequence[Candidate] = CANDIDATES


@dataclass(frozen=True)
class Judgement:
    """Figures over the folds: means, and deviations over the repeats (not a number where there is but one)."""

    captured: float
    captured_sd: float
    area: float
    area_sd: float


@dataclass(frozen=True)
class Importance:
    """How much of the captured buyers is lost when a column's values are shuffled among unseen rows."""

    column: str
    loss: float
    deviation: float


@dataclass(frozen=True)
class Findings:
    """What fitting found; everything the report says of quality comes from rows not learned from."""

    sample: Sample
    settings: Settings
    repeats: int
    judgements: Mapping[str, Judgement]
    blend: Judgement
    weights: Mapping[str, float]
    method: calibrating.Method
    unseen: Array
    importance: Sequence[Importance]
    suspects: Mapping[str, float]


def fit(sample: Sample, settings: Settings, say: Say = lambda _: None) -> tuple[Model, Findings]:
    """Return the model and what was found on the way; ``say`` hears one line a family.

    One thread: most families use no more, small trees wait longer for a second one than it saves, and sums in another
    order would make another model elsewhere.
    """
    with threadpool_limits(limits=1), warnings.catch_warnings():
        # A family that stops before it has settled is judged as it stands, on rows it has not seen.
        warnings.simplefilter("ignore", ConvergenceWarning)
        return _fitted(sample, settings, say)


def _fitted(sample: Sample, settings: Settings, say: Say) -> tuple[Model, Findings]:
    repeats = settings.repeats or repeats_for(len(sample.target))
    folds = list(splits(sample.target, sample.groups, repeats=repeats, seed=settings.seed))
    heard: dict[str, Array] = {}
    judgements: dict[str, Judgement] = {}
    for candidate in settings.candidates:
        heard[candidate.key] = out_of_fold(candidate, sample, folds, settings.seed)
        judgements[candidate.key] = judge(heard[candidate.key], sample.target, folds, settings.depth)
        say(f"{candidate.key}: {judgements[candidate.key].captured:.1%}")
    scales = {one.key: scale_of(heard[one.key]) for one in settings.candidates if not one.baseline}
    said = {key: scale.of(heard[key]) for key, scale in scales.items()}
    unseen = unseen_blend(said, sample.target, folds, settings.depth)
    weights = choose(said, sample.target, np.arange(len(sample.target)), settings.depth)
    method, probabilities = _calibrated(unseen, sample.target, folds, repeats)
    curve = calibrating.fitted(method, mixed(said, weights).mean(axis=0), sample.target)
    importance = importances(sample, weights, scales, [one for one in folds if one.repeat == 0], settings)
    model = Model(sample.columns, tuple(_members(sample, weights, scales, settings.seed)), curve)
    findings = Findings(
        sample, settings, repeats, judgements, judge(unseen, sample.target, folds, settings.depth), weights, method,
        probabilities, importance, suspects(sample),
    )  # fmt: skip
    return model, findings


def out_of_fold(candidate: Candidate, sample: Sample, folds: Sequence[Split], seed: int) -> Array:
    """Return repeats × rows: the probability of each row by a model that had not seen it."""
    said = np.full((folds[-1].repeat + 1, len(sample.target)), np.nan)
    for split in folds:
        model = candidate.make(sample.columns, seed + split.repeat)
        model.fit(sample.binned[split.train], sample.target[split.train])
        said[split.repeat, split.test] = model.predict_proba(sample.binned[split.test])[:, 1]
    return said


def judge(said: Array, target: Array, folds: Sequence[Split], depth: float) -> Judgement:
    """Return the figures of what was said of unseen rows: by fold, averaged by repeat."""
    judged = [(target[one.test], said[one.repeat, one.test]) for one in folds]
    found = np.array([(captured(outcome, scores, depth), area(outcome, scores)) for outcome, scores in judged])
    by_repeat = np.array([found[[one.repeat == repeat for one in folds]].mean(axis=0) for repeat in range(len(said))])
    means, deviations = by_repeat.mean(axis=0), by_repeat.std(axis=0) if len(said) > 1 else (np.nan, np.nan)
    return Judgement(float(means[0]), float(deviations[0]), float(means[1]), float(deviations[1]))


def _calibrated(unseen: Array, target: Array, folds: Sequence[Split], repeats: int) -> tuple[calibrating.Method, Array]:
    """Return the better method and repeats × rows of its probabilities, each row's from a curve without its fold."""
    by_repeat = [
        calibrating.judged(unseen[repeat], target, [one for one in folds if one.repeat == repeat])
        for repeat in range(repeats)
    ]
    method = calibrating.better(by_repeat[0], target)
    return method, np.array([found[method] for found in by_repeat])


def _members(sample: Sample, weights: Mapping[str, float], scales: Mapping[str, Scale], seed: int) -> Sequence[Member]:
    return [
        Member(key, weight, scales[key], tuple(_models(BY_KEY[key], sample, seed))) for key, weight in weights.items()
    ]


def _models(candidate: Candidate, sample: Sample, seed: int) -> Sequence[Any]:
    return [
        candidate.make(sample.columns, seed + number).fit(sample.binned, sample.target)
        for number in range(SEEDS if candidate.random else 1)
    ]


def importances(
    sample: Sample,
    weights: Mapping[str, float],
    scales: Mapping[str, Scale],
    folds: Sequence[Split],
    settings: Settings,
) -> list[Importance]:
    """Return what shuffling each of the strongest columns costs on the held-out rows of ``folds``, dearest first."""
    looked = np.argsort(-strengths(sample.binned, sample.target, sample.columns.bins), kind="stable")[:LOOKED_AT]
    losses: dict[int, list[float]] = {int(column): [] for column in looked}
    random = np.random.default_rng(settings.seed)
    for split in folds:
        members = tuple(
            Member(key, weight, scales[key], (_learned(BY_KEY[key], sample, split, settings.seed),))
            for key, weight in weights.items()
        )
        model = Model(sample.columns, members, calibrating.Calibrator(1.0, 0.0))
        rows, target = sample.binned[split.test], sample.target[split.test]
        whole = captured(target, model.positions(rows), settings.depth)
        for column in losses:
            shuffled = rows.copy()
            shuffled[:, column] = random.permutation(rows[:, column])
            losses[column].append(whole - captured(target, model.positions(shuffled), settings.depth))
    found = [
        Importance(sample.columns.names[column], float(np.mean(lost)), float(np.std(lost)))
        for column, lost in losses.items()
    ]
    return sorted(found, key=lambda one: -one.loss)


def _learned(candidate: Candidate, sample: Sample, split: Split, seed: int) -> Any:
    return candidate.make(sample.columns, seed).fit(sample.binned[split.train], sample.target[split.train])


def suspects(sample: Sample) -> dict[str, float]:
    """Return the columns that alone rank buyers nearly without fault, with their AUC: known only after the sale?"""
    found = {}
    for place, reading in enumerate(sample.columns.readings):
        column = sample.binned[:, place]
        alone = area(sample.target, evidence(column, sample.target, reading.bins)[column])
        if alone > SUSPECT:
            found[reading.name] = alone
    return found
