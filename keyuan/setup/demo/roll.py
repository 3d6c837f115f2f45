"""Everybody in one part: persons, then organisations, then persons entered twice; one column for each fact."""

from dataclasses import dataclass

import numpy as np

from keyuan.setup.demo import doubles
from keyuan.setup.demo.days import NO_DAY, Bools, Ints
from keyuan.setup.demo.draws import Draws
from keyuan.setup.demo.families import HONG_KONG
from keyuan.setup.demo.naming import Names, draw_given_names, draw_surnames, texts
from keyuan.setup.demo.numbers import credit_codes, landlines, resident_ids
from keyuan.setup.demo.people import NOBODY, People, draw_agents
from keyuan.setup.demo.plan import PART, Book
from keyuan.setup.demo.tree import BROKERAGE, GROUP, HOME_TEAM, LEFT, Force, place_name
from keyuan.setup.demo.words.trades import COMPANY_WORDS, EMPLOYER_FORMS, INDUSTRIES, SUPPLIERS

DOUBLE_SHARE, ORGANISATION_SHARE = 0.02, 0.006


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many persons, organisations and doubles a part holds."""

    persons: int
    organisations: int
    doubles: int

    @property
    def whole(self) -> int:
        """How many customers that makes."""
        return self.persons + self.organisations + self.doubles


def sizes_of(customers: int) -> Sizes:
    """Return what ``customers`` of a part are; at least six organisations, for group contracts to exist."""
    organisations = max(6, round(customers * ORGANISATION_SHARE))
    double = round(customers * DOUBLE_SHARE)
    return Sizes(customers - organisations - double, organisations, double)


@dataclass(slots=True)
class Roll:
    """Customers by position in the part. Empty texts and `NO_DAY` where something is not known or does not apply."""

    sizes: Sizes
    ids: Ints
    name: Names
    sex: Ints
    birth: Ints
    number: Names
    phone: Names
    landline: Names
    county: Names
    team: Ints
    agent: Ints
    former: Ints
    income: Ints
    industry: Ints
    supplier: Names
    source: Ints
    mode: Ints

    @property
    def count(self) -> int:
        """How many customers the part has."""
        return len(self.ids)

    @property
    def organisations(self) -> slice:
        """Where the organisations stand."""
        return slice(self.sizes.persons, self.sizes.persons + self.sizes.organisations)

    @property
    def is_person(self) -> Bools:
        """Tell of every customer whether it is a person."""
        found = np.ones(self.count, dtype=np.bool_)
        found[self.organisations] = False
        return found


def make_roll(book: Book, part: int, force: Force, people: People, sizes: Sizes) -> Roll:
    """Return everybody in ``part``."""
    draws = Draws(book.seed, "roll", part)
    families = people.families
    numbers = resident_ids(draws, people.id_county, families.birth, families.sex)
    numbers = _permits(numbers, families.origin, families.birth, families.sex, draws)
    company = _companies(part, force, sizes.organisations, draws)
    source, mode = _sources(people, sizes.doubles, draws)
    empty = texts([""] * sizes.persons)

    def column(own: Ints, other: Ints) -> Ints:
        return np.concatenate((own, other, own[source]))

    def words(own: Names, other: Names, double: Names | None = None) -> Names:
        return np.concatenate((own, other, own[source] if double is None else double))

    none = np.full(sizes.organisations, NOBODY, dtype=np.int64)
    return Roll(
        sizes=sizes,
        ids=part * PART + 1 + np.arange(sizes.whole, dtype=np.int64),
        name=words(families.names, company.name, doubles.doubled_names(mode, families.names[source])),
        sex=column(families.sex, np.zeros(sizes.organisations, dtype=np.int64)),
        birth=np.concatenate(
            (families.birth, np.full(sizes.organisations, NO_DAY), doubles.doubled_births(mode, families.birth[source]))
        ),
        number=words(numbers, company.code, doubles.doubled_numbers(mode, numbers[source])),
        phone=words(
            people.phone, texts([""] * sizes.organisations), doubles.doubled_phones(draws, mode, people.phone[source])
        ),
        landline=words(_landlines(people, draws), landlines(draws, sizes.organisations), texts([""] * sizes.doubles)),
        county=words(people.county, company.county),
        team=column(people.team, company.team),
        agent=column(people.agent, company.agent),
        former=column(people.former_agent, none),
        income=column(people.income, none * 0),
        industry=column(np.full(sizes.persons, NOBODY), company.industry),
        supplier=words(empty, company.supplier),
        source=np.concatenate((np.full(sizes.persons + sizes.organisations, NOBODY), source)),
        mode=np.concatenate((np.full(sizes.persons + sizes.organisations, NOBODY), mode)),
    )


def _permits(numbers: Names, origin: Ints, births: Ints, sexes: Ints, draws: Draws) -> Names:
    """People from Hong Kong hold residence permits, whose numbers begin with 810000."""
    places = np.flatnonzero(origin == HONG_KONG)
    found = numbers.copy()
    found[places] = resident_ids(draws, texts(["810000"] * len(places)), births[places], sexes[places])
    return found


def _landlines(people: People, draws: Draws) -> Names:
    has = draws.chance(0.04, people.count) & (people.age > 40)
    return np.where(has, landlines(draws, people.count), "")


def _sources(people: People, size: int, draws: Draws) -> tuple[Ints, Ints]:
    """Return who was entered twice, and what is wrong the second time: grown-ups with a number and a phone."""
    fitting = np.flatnonzero(people.is_client & (people.age >= 20) & (people.age < 75))
    fitting = fitting[fitting >= people.told]
    source, mode = fitting[draws.below(len(fitting), size)], doubles.draw_modes(draws, size)
    for index, (place, wrong) in enumerate(people.doubled[:size]):
        source[index], mode[index] = place, wrong
    return source, mode


@dataclass(frozen=True, slots=True)
class _Companies:
    name: Names
    code: Names
    county: Names
    team: Ints
    agent: Ints
    industry: Ints
    supplier: Names


def _companies(part: int, force: Force, size: int, draws: Draws) -> _Companies:
    teams = np.flatnonzero(np.isin(force.team_channel, (GROUP, BROKERAGE)))
    team = teams[draws.below(len(teams), size)]
    if part == 0:
        team[0] = HOME_TEAM
    agent = draw_agents(force, team, draws)
    agent = np.where(force.agent_status[agent] == LEFT, NOBODY, agent)
    county = texts(
        (counties := force.counties_of(number))[int(place * len(counties))]
        for number, place in zip(team.tolist(), draws.uniform(size).tolist(), strict=True)
    )
    industry = draws.below(len(INDUSTRIES), size)
    word, form = draws.below(len(COMPANY_WORDS), size), draws.below(len(EMPLOYER_FORMS), size)
    names = [
        f"{place_name(county[index])}{COMPANY_WORDS[word[index]]}{INDUSTRIES[industry[index]][0]}{EMPLOYER_FORMS[form[index]]}"
        for index in range(size)
    ]
    supplier = texts([""] * size)
    for index in range(3, size, 12):
        role, name = SUPPLIERS[index // 12 % len(SUPPLIERS)]
        supplier[index], names[index] = role, place_name(county[index]) + name
    return _Companies(texts(names), credit_codes(draws, county), county, team, agent, industry, supplier)


def legal_representatives(draws: Draws, size: int, today: int) -> Names:
    """Return names of people who run companies."""
    sexes = np.where(draws.chance(0.72, size), 1, 2)
    births = today - draws.between(34 * 365, 62 * 365, size)
    return draw_surnames(draws, size) + draw_given_names(draws, sexes, births)
