"""Who lives together: families of usual shapes with the sex, birth date and surname of every member."""

from dataclasses import dataclass

import numpy as np

from keyuan.kernel.codes import Relation
from keyuan.setup.demo.days import Bools, Ints
from keyuan.setup.demo.draws import Draws
from keyuan.setup.demo.naming import (
    FEMALE_SEX,
    MALE_SEX,
    Names,
    draw_given_names,
    draw_minority,
    draw_surnames,
    texts,
    to_traditional,
)
from keyuan.setup.demo.plan import Book

HEAD, SPOUSE, CHILD, PARENT = range(4)
NOBODY = -1
#: Members by shape of family, and how common each shape is.
SHAPES = np.array(
    [
        [HEAD, NOBODY, NOBODY, NOBODY, NOBODY],
        [HEAD, SPOUSE, NOBODY, NOBODY, NOBODY],
        [HEAD, SPOUSE, CHILD, NOBODY, NOBODY],
        [HEAD, SPOUSE, CHILD, CHILD, NOBODY],
        [HEAD, CHILD, NOBODY, NOBODY, NOBODY],
        [HEAD, SPOUSE, CHILD, PARENT, NOBODY],
        [HEAD, PARENT, NOBODY, NOBODY, NOBODY],
        [HEAD, SPOUSE, CHILD, PARENT, PARENT],
    ],
    dtype=np.int64,
)
SHARES = (0.22, 0.20, 0.28, 0.10, 0.05, 0.08, 0.04, 0.03)
STRUCTURES = texts(
    ("SINGLE", "COUPLE", "NUCLEAR", "NUCLEAR", "ONE_PARENT", "THREE_GENERATIONS", "WITH_PARENTS", "THREE_GENERATIONS")
)
ROLE_CODES = texts((Relation.SELF.value, Relation.SPOUSE.value, Relation.CHILD.value, Relation.PARENT.value))
YEAR = 365.25
ORDINARY, MINORITY, HONG_KONG = range(3)
ORIGINS = (0.988, 0.008, 0.004)


@dataclass(frozen=True, slots=True)
class Families:
    """Members by position, family by family; ``first`` is the head of each family."""

    shape: Ints
    first: Ints
    family: Ints
    role: Ints
    sex: Ints
    birth: Ints
    names: Names
    groups: Names
    origin: Ints

    def heads_of(self) -> Ints:
        """Return the position of every member's head."""
        return self.first[self.family]

    def spouses(self) -> Ints:
        """Return the position of every family's spouse of the head, -1 where there is none."""
        found = np.full(len(self.first), -1, dtype=np.int64)
        places = np.flatnonzero(self.role == SPOUSE)
        found[self.family[places]] = places
        return found


def make_families(book: Book, draws: Draws, persons: int) -> Families:
    """Return families with together exactly ``persons`` members."""
    shape = _shapes(draws, persons)
    sizes = (SHAPES[shape] != NOBODY).sum(axis=1)
    first = np.concatenate(([0], np.cumsum(sizes)[:-1])).astype(np.int64)
    family = np.repeat(np.arange(len(shape)), sizes)
    role = SHAPES[shape].ravel()
    role = role[role != NOBODY]
    sex = _sexes(draws, role, first[family])
    birth = book.today - _ages_in_days(draws, role, shape[family], first[family])
    origin = draws.pick(ORIGINS, len(shape))[family]
    names, groups = _names(draws, role, family, sex, birth, origin)
    return Families(shape, first, family, role, sex, birth, names, groups, origin)


def _shapes(draws: Draws, persons: int) -> Ints:
    drawn = draws.pick(SHARES, persons)
    ends = np.cumsum((SHAPES[drawn] != NOBODY).sum(axis=1))
    whole = drawn[ends <= persons]
    rest = persons - int(ends[len(whole) - 1] if len(whole) else 0)
    return np.concatenate((whole, np.zeros(rest, dtype=np.int64)))


def _sexes(draws: Draws, role: Ints, head: Ints) -> Ints:
    sex = np.where(draws.chance(0.5, len(role)), MALE_SEX, FEMALE_SEX)
    is_head = role == HEAD
    sex[is_head] = np.where(draws.chance(0.62, int(is_head.sum())), MALE_SEX, FEMALE_SEX)
    spouse = role == SPOUSE
    sex[spouse] = 3 - sex[head[spouse]]
    # Where both parents live along, the second is of the other sex.
    second = np.flatnonzero((role[1:] == PARENT) & (role[:-1] == PARENT)) + 1
    sex[second] = 3 - sex[second - 1]
    return sex


def _ages_in_days(draws: Draws, role: Ints, shape: Ints, head: Ints) -> Ints:
    """Heads are grown up, spouses about as old, children and parents a generation apart; nobody is over 94."""
    size = len(role)
    has_child = np.isin(shape, (2, 3, 4, 5, 7))
    bend = (draws.uniform(size) + draws.uniform(size)) / 2
    own = np.where(has_child, 26 + 32 * bend, 23 + 52 * bend)
    of_head = own[head]
    apart = draws.uniform(size)
    ages = np.select(
        [role == HEAD, role == SPOUSE, role == CHILD],
        [own, np.maximum(22, of_head + 8 * apart - 4), np.clip(of_head - 23 - 13 * apart, 0.05, 30)],
        np.minimum(94, of_head + 21 + 9 * apart),
    )
    return (ages * YEAR).astype(np.int64)


def _names(draws: Draws, role: Ints, family: Ints, sex: Ints, birth: Ints, origin: Ints) -> tuple[Names, Names]:
    surnames = draw_surnames(draws, len(role))
    families = int(family[-1]) + 1 if len(family) else 0
    father = np.full(families, -1, dtype=np.int64)
    grown = np.flatnonzero((role <= SPOUSE) & (sex == MALE_SEX))
    father[family[grown]] = grown
    head = np.flatnonzero(role == HEAD)
    father = np.where(father < 0, head, father)
    inherits = role == CHILD
    surnames[inherits] = surnames[father[family[inherits]]]
    grandfather = (role == PARENT) & (sex == MALE_SEX)
    surnames[grandfather] = surnames[head[family[grandfather]]]
    names = to_traditional(surnames + draw_given_names(draws, sex, birth), origin == HONG_KONG)
    groups = texts(["01"] * len(role))
    foreign: Bools = origin == MINORITY
    names[foreign], groups[foreign] = draw_minority(draws, sex[foreign])
    return names, groups
