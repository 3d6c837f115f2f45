"""The customers of one part as columns: who they are, where they live and who serves them."""

from dataclasses import dataclass

import numpy as np

from keyuan.kernel.codes import Education, Marriage
from keyuan.kernel.identifiers.regions import current_counties
from keyuan.setup.demo.days import Bools, Ints, ages_on
from keyuan.setup.demo.draws import Draws
from keyuan.setup.demo.families import CHILD, HEAD, PARENT, SPOUSE, Families
from keyuan.setup.demo.naming import Names, texts
from keyuan.setup.demo.numbers import mobiles
from keyuan.setup.demo.plan import Book
from keyuan.setup.demo.tree import BANCASSURANCE, CHANNEL_SHARES, HOME_TEAM, LEFT, Force
from keyuan.setup.demo.words.trades import OCCUPATIONS, PRESCHOOL, PUPIL, RETIRED

#: Positions of the trades outside `OCCUPATIONS`, behind them.
PUPIL_TRADE, PRESCHOOL_TRADE, RETIRED_TRADE = range(len(OCCUPATIONS), len(OCCUPATIONS) + 3)
TRADES = (*((code, name, level) for code, name, level, *_ in OCCUPATIONS), PUPIL, PRESCHOOL, RETIRED)
TRADE_CODES, TRADE_NAMES, TRADE_CLASSES = (texts(column) for column in zip(*TRADES, strict=True))
RICH_PROVINCES = frozenset({"11", "31", "32", "33", "44"})
#: Families of which somebody has bought something already.
CLIENT_SHARE = 0.92
DEMO_CUSTOMERS = 150
NOBODY = -1


@dataclass(slots=True)
class People:
    """Persons by position within the part; families are numbered from 0, agents and teams by their positions."""

    families: Families
    age: Ints
    team: Ints
    agent: Ints
    former_agent: Ints
    county: Names
    id_county: Names
    trade: Ints
    income: Ints
    education: Names
    marriage: Names
    is_client: Bools
    phone: Names
    #: How many at the front belong to stories, and whom stories enter twice: place and what is wrong.
    told: int = 0
    doubled: tuple[tuple[int, int], ...] = ()

    @property
    def count(self) -> int:
        """How many persons there are."""
        return len(self.age)


def make_people(book: Book, part: int, force: Force, families: Families) -> People:
    """Return the persons of ``part`` with everything but their policies."""
    persons = len(families.role)
    draws = Draws(book.seed, "people", part)
    age = np.maximum(0, ages_on(families.birth, book.today))
    team, agent, former = _service(book, part, force, families, draws)
    county = _counties(force, team, draws)[families.family]
    moved = draws.chance(0.3, persons)
    anywhere = texts(current_counties())
    id_county = np.where(moved, anywhere[draws.below(len(anywhere), persons)], county)
    trade = _trades(families, age, draws)
    return People(
        families=families,
        age=age,
        team=team[families.family],
        agent=agent[families.family],
        former_agent=former[families.family],
        county=county,
        id_county=id_county,
        trade=trade,
        income=_incomes(trade, county, draws),
        education=_education(trade, age, draws),
        marriage=_marriage(families, age, draws),
        is_client=draws.chance(CLIENT_SHARE, len(families.shape))[families.family],
        phone=_phones(families, age, draws),
    )


def draw_teams(force: Force, draws: Draws, size: int) -> Ints:
    """Return the teams that ``size`` families came to, by channel and province."""
    channel = draws.pick(CHANNEL_SHARES, size)
    teams = np.zeros(size, dtype=np.int64)
    for number in range(len(CHANNEL_SHARES)):
        fitting = np.flatnonzero(force.team_channel == number)
        here = np.flatnonzero(channel == number)
        teams[here] = fitting[draws.pick(force.team_weight[fitting].tolist(), len(here))]
    return teams


def draw_agents(force: Force, team: Ints, draws: Draws) -> Ints:
    """Return an agent of each team; some people have far more customers than others."""
    ends = np.append(force.first_agent[1:], len(force.agent_team))
    room = ends[team] - force.first_agent[team]
    return force.first_agent[team] + (room * draws.uniform(len(team)) ** 1.7).astype(np.int64)


def _service(book: Book, part: int, force: Force, families: Families, draws: Draws) -> tuple[Ints, Ints, Ints]:
    """Return team, agent and former agent of every family; without an agent it is an orphan (孤儿单)."""
    size = len(families.shape)
    team = draw_teams(force, draws, size)
    agent, former = draw_agents(force, team, draws), np.full(size, NOBODY, dtype=np.int64)
    gone = force.agent_status[agent] == LEFT
    former[gone] = agent[gone]
    successor = draw_agents(force, team, draws)
    taken = gone & draws.chance(0.62, size) & (force.agent_status[successor] != LEFT)
    agent = np.where(taken, successor, np.where(gone, NOBODY, agent))
    # Bank customers often never had a person (无明确服务人员).
    never = (force.team_channel[team] == BANCASSURANCE) & draws.chance(0.15, size)
    agent[never], former[never] = NOBODY, NOBODY
    if part == 0:
        mine = np.flatnonzero(families.first < min(DEMO_CUSTOMERS, book.customers // 8))
        team[mine], agent[mine], former[mine] = HOME_TEAM, force.home_agent, NOBODY
    return team, agent, former


def _counties(force: Force, team: Ints, draws: Draws) -> Names:
    places = draws.uniform(len(team))
    found = []
    for number, place in zip(team.tolist(), places.tolist(), strict=True):
        counties = force.counties_of(number)
        home = str(force.team_region[number])
        found.append(home if home in counties and place < 0.25 else counties[int(place * len(counties))])
    return texts(found)


def _phones(families: Families, age: Ints, draws: Draws) -> Names:
    """Grown-ups mostly have a mobile; some families share one."""
    size = len(age)
    share = np.select([age < 12, age < 18, age > 72], [0.0, 0.35, 0.8], 0.97)
    phones = np.where(draws.chance(share, size), mobiles(draws, size), "")
    borrowed = draws.chance(0.01, size) & (phones != "")
    return np.where(borrowed, phones[families.heads_of()], phones)


def _trades(families: Families, age: Ints, draws: Draws) -> Ints:
    size = len(age)
    working = draws.pick([entry[5] for entry in OCCUPATIONS], size)
    retired = (age >= 60) & draws.chance(0.85, size) | (age >= 55) & (families.sex == 2) & draws.chance(0.7, size)
    return np.select(
        [age < 6, age < 19, age < 23, retired],
        [PRESCHOOL_TRADE, PUPIL_TRADE, np.where(draws.chance(0.6, size), PUPIL_TRADE, working), RETIRED_TRADE],
        working,
    )


def _incomes(trade: Ints, county: Names, draws: Draws) -> Ints:
    """Return yearly incomes in fen, rounded to 1,000 yuan; 0 for people who earn nothing yet."""
    medians = np.array([entry[3] for entry in OCCUPATIONS] + [0, 0, 52_000], dtype=np.int64)
    rich = np.array([code[:2] in RICH_PROVINCES for code in county])
    yuan = draws.spread(medians[trade], 0.38, len(trade)) * np.where(rich, 1.35, 0.95)
    return np.round(yuan / 1000).astype(np.int64) * 100_000


def _education(trade: Ints, age: Ints, draws: Draws) -> Names:
    pairs = [entry[4] for entry in OCCUPATIONS] + [("", ""), ("", ""), (Education.JUNIOR_HIGH, Education.SENIOR_HIGH)]
    first, second = (texts(str(pair[side]) for pair in pairs) for side in (0, 1))
    codes = np.where(draws.chance(0.68, len(trade)), first[trade], second[trade])
    return np.where((trade == PUPIL_TRADE) & (age >= 18), Education.SENIOR_HIGH.value, codes)


def _marriage(families: Families, age: Ints, draws: Draws) -> Names:
    with_spouse = families.spouses()[families.family] >= 0
    alone = np.where(draws.chance(0.4, len(age)) & (age > 33), Marriage.DIVORCED.value, Marriage.SINGLE.value)
    parent = np.where(draws.chance(0.3, len(age)), Marriage.WIDOWED.value, Marriage.MARRIED.value)
    role = families.role
    return np.select(
        [(role == HEAD) & with_spouse | (role == SPOUSE), role == PARENT, (role == CHILD) & (age < 20)],
        [Marriage.MARRIED.value, parent, ""],
        alone,
    )
