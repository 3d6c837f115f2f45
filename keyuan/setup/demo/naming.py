"""Personal names as columns: surnames by frequency, given names by sex and birth cohort."""

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
from opencc import OpenCC

from keyuan.setup.demo.days import Bools, Ints, years_of
from keyuan.setup.demo.draws import Draws
from keyuan.setup.demo.words.given_names import COHORTS, DOUBLED, FEMALE, MALE, MINORITY
from keyuan.setup.demo.words.surnames import weighted

Names = npt.NDArray[np.object_]
MALE_SEX, FEMALE_SEX = 1, 2


def texts(values: Any) -> Names:
    """Return texts as a column that can be indexed by columns."""
    return np.array(list(values), dtype=object)


@cache
def _surnames() -> tuple[Names, tuple[float, ...]]:
    names, weights = weighted()
    return texts(names), tuple(weights)


def draw_surnames(draws: Draws, size: int) -> Names:
    """Return surnames as often as they occur."""
    names, weights = _surnames()
    return names[draws.pick(weights, size)]


def cohorts_of(births: Ints) -> Ints:
    """Return the naming cohort of birth dates."""
    return np.searchsorted(np.array(COHORTS), years_of(births), side="right") - 1


def draw_given_names(draws: Draws, sexes: Ints, births: Ints) -> Names:
    """Return given names that were usual for the sex when these people were born."""
    size = len(sexes)
    names = texts([""] * size)
    cohorts = cohorts_of(births)
    style, first, second = draws.uniform(size), draws.uniform(size), draws.uniform(size)
    for sex, table in ((MALE_SEX, MALE), (FEMALE_SEX, FEMALE)):
        for cohort, words in enumerate(table):
            here = np.flatnonzero((sexes == sex) & (cohorts == cohort))
            names[here] = _of_cohort(words, style[here], first[here], second[here])
    doubled = (sexes == FEMALE_SEX) & (cohorts >= 2) & (style > 0.97)
    double = texts(letter * 2 for letter in DOUBLED)
    names[doubled] = double[(first[doubled] * len(double)).astype(np.int64)]
    return names


def _at(words: Names, places: npt.NDArray[np.float64]) -> Names:
    return words[(places * len(words)).astype(np.int64)]


def _of_cohort(
    words: Any, style: npt.NDArray[np.float64], first: npt.NDArray[np.float64], second: npt.NDArray[np.float64]
) -> Names:
    """Four in ten carry a popular name, one in eight a single character, the others a pair of usual ones."""
    popular = _at(texts(words.popular), first)
    pair = _at(texts(words.first), first) + _at(texts(words.second), second)
    single = _at(texts(words.second), second)
    return np.where(style < 0.4, popular, np.where(style < 0.52, single, pair))


def to_traditional(names: Names, chosen: Bools) -> Names:
    """Return ``names`` with the chosen ones in traditional characters, as people from Hong Kong write theirs."""
    found = names.copy()
    places = np.flatnonzero(chosen)
    if len(places):
        written = OpenCC("s2t").convert("\n".join(found[places])).split("\n")
        found[places] = texts(written)
    return found


def draw_minority(draws: Draws, sexes: Ints) -> tuple[Names, Names]:
    """Return names of minority people of the given sexes, and the codes of their ethnic groups."""
    names, groups = texts([""] * len(sexes)), texts([""] * len(sexes))
    for sex in (MALE_SEX, FEMALE_SEX):
        entries = [entry for entry in MINORITY if entry[2] in (0, sex)]
        here = np.flatnonzero(sexes == sex)
        chosen = draws.below(len(entries), len(here))
        names[here] = texts(entry[0] for entry in entries)[chosen]
        groups[here] = texts(entry[1] for entry in entries)[chosen]
    return names, groups
