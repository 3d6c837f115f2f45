"""Columns that look as if they had been filled in at the end of a policy: they must not enter a model (ANA-6).

A file holds each policy as it stands today. What was true at issue and what was noted at exit look alike in it, so
each column is asked three questions. Two halves of the file judge each other, so that chance cannot answer; policies
are compared with those issued in the same year, so that age of the policy cannot either.

- ``told``: does it tell who ended in the last two years, or had this event, from who runs on? (AUC) Over so short a
  time an honest column tells little, one that was filled in at the end tells as much as over a lifetime.
- ``dated``: among ended policies, does it tell when they ended, or does the day of the end tell it? (share of variance)
- ``sealed``: is there a value that only ended policies have, far beyond chance?
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from keyuan.analytics.rules.lapse.book import Book, Codes, Feature, Flags, Floats, day_number
from keyuan.analytics.rules.lapse.measures import auc

#: From here a column is left out, from here it is only named. Honest columns of issue reach about 0.6 of `told`.
TOLD, TOLD_LOUD = 0.75, 0.68
#: Days before the end of observation that `told` looks at.
RECENT = 731
DATED, DATED_LOUD = 0.25, 0.15
#: A value is sealed when fewer than this share of its policies run on and chance is this many deviations away.
SEALED_SHARE, SEALED_DEVIATIONS, SEALED_LEAST = 0.05, 6.0, 20

Places = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Suspect:
    """What the questions found about one column: the most telling answer, and whether the column is left out."""

    column: str
    sign: str
    strength: float
    left_out: bool


def suspects(book: Book) -> list[Suspect]:
    """Return the columns of ``book`` that look known only at exit, the worst first."""
    years = (book.issue // 365.25).astype(int)
    cohort = np.unique(years, return_inverse=True)[1]
    found = [_worst(feature, book, cohort) for feature in book.features]
    return sorted((one for one in found if one), key=lambda one: (not one.left_out, -one.strength))


def _worst(feature: Feature, book: Book, cohort: Places) -> Suspect | None:
    answers = list(_answers(feature, book, cohort))
    for sign, strength, limit, _ in answers:
        if strength >= limit:
            return Suspect(feature.name, sign, strength, left_out=True)
    for sign, strength, _, loud in answers:
        if strength >= loud:
            return Suspect(feature.name, sign, strength, left_out=False)
    return None


def _answers(feature: Feature, book: Book, cohort: Places) -> Iterator[tuple[str, float, float, float]]:
    codes = feature.codes
    yield "sealed", _sealed(codes, book.ended, cohort), SEALED_DEVIATIONS, SEALED_DEVIATIONS
    recent = book.end > day_number(book.observed_until) - RECENT
    for target in (book.ended, book.event):
        rows = recent & (target | ~book.ended)
        yield "told", _told(codes[rows], target[rows].astype(float), cohort[rows]), TOLD, TOLD_LOUD
    ended = book.ended
    if ended.sum() >= 2 * SEALED_LEAST:
        lasted = _without(book.end[ended] - book.issue[ended], cohort[ended])
        yield "dated", _explained(codes[ended], lasted), DATED, DATED_LOUD
        if feature.values is not None:
            held = _without(feature.values[codes[ended]], cohort[ended])
            month = np.unique(book.end[ended] // 30.4, return_inverse=True)[1]
            yield "dated", _explained(month, held), DATED, DATED_LOUD


def _means(codes: Codes | Places, values: Floats, at_least: int) -> Floats:
    """Return the mean of ``values`` by code, drawn to the mean of all as by ten further rows."""
    sums, counts = np.bincount(codes, values, at_least), np.bincount(codes, minlength=at_least)
    found: Floats = (sums + 10 * values.mean()) / (counts + 10)
    return found


def _crossed(codes: Codes | Places, values: Floats) -> Floats:
    """Return for each row the mean of its code in the other half of the rows."""
    half = np.arange(len(codes)) % 2 == 0
    many = int(codes.max()) + 1
    told = np.empty(len(codes))
    for here in (half, ~half):
        told[here] = _means(codes[~here], values[~here], many)[codes[here]]
    return told


def _without(values: Floats, cohort: Places) -> Floats:
    counts = np.bincount(cohort)
    means = np.bincount(cohort, values) / np.maximum(counts, 1)
    left: Floats = values - means[cohort]
    return left


def _explained(codes: Codes | Places, values: Floats) -> float:
    spread = ((values - values.mean()) ** 2).sum()
    if spread <= 0:
        return 0.0
    return float(1 - ((values - _crossed(codes, values)) ** 2).sum() / spread)


def _told(codes: Codes, target: Floats, cohort: Places) -> float:
    if not len(target):
        return 0.5
    told = _crossed(codes, _without(target, cohort))
    sizes, found = [], []
    for year in range(int(cohort.max()) + 1):
        here = cohort == year
        both = min(target[here].sum(), (1 - target[here]).sum()) if here.any() else 0
        if both >= SEALED_LEAST:
            sizes.append(both)
            found.append(auc(target[here], told[here]))
    return float(np.average(found, weights=sizes)) if sizes else 0.5


def _sealed(codes: Codes, ended: Flags, cohort: Places) -> float:
    """Return by how many deviations the least running value of the column runs on less than its cohorts do."""
    expected = np.bincount(cohort, ~ended) / np.maximum(np.bincount(cohort), 1)
    counts = np.bincount(codes)
    running, due = np.bincount(codes, ~ended), np.bincount(codes, expected[cohort])
    spread = np.sqrt(np.maximum(np.bincount(codes, expected[cohort] * (1 - expected[cohort])), 1e-9))
    away = np.where((counts >= SEALED_LEAST) & (running <= SEALED_SHARE * counts), (due - running) / spread, 0.0)
    return float(away.max())
