"""Telling the stories: heroes among the people of the first part, their contracts, claims, tasks and timelines."""

from dataclasses import fields

import numpy as np

from keyuan.setup.demo.contracts import COOLING_DAYS, IS_LONG, Contracts
from keyuan.setup.demo.days import NO_DAY, add_months, date_of, day_of
from keyuan.setup.demo.doubles import WRONG_BIRTH, WRONG_NAME
from keyuan.setup.demo.families import Families
from keyuan.setup.demo.lines import HEALTHY, SINGLE, UNSAID, YEARLY, Lines, plain_lines
from keyuan.setup.demo.naming import texts
from keyuan.setup.demo.people import NOBODY, TRADES, People
from keyuan.setup.demo.plan import Book
from keyuan.setup.demo.roll import Roll
from keyuan.setup.demo.table_premiums import IS_PRICED
from keyuan.setup.demo.tree import HOME_TEAM, Force
from keyuan.setup.demo.words.places import HOME_COUNTY
from keyuan.setup.demo.words.products import POSITION
from keyuan.setup.demo.words.stories import DEALS, HEAD, HEROES, KEY_ACCOUNT, KEY_ACCOUNT_NAME, Deal, Hero
from keyuan.setup.demo.words.trades import OCCUPATIONS

COUNT = len(HEROES)
PLACES = {hero.key: place for place, hero in enumerate(HEROES)}
#: Shapes of `families.SHAPES`: alone, and three generations.
ALONE, WITH_PARENT = 0, 5
TRADE_PLACES = {name: place for place, (_, name, _) in enumerate(TRADES)}


def place_of(key: str, roll: Roll) -> int:
    """Return where a hero, or the key account, stands in the first part."""
    return roll.organisations.start if key == KEY_ACCOUNT else PLACES[key]


def birth_of(hero: Hero, book: Book) -> int:
    """Return a hero's birth date: of the age told, on the day told or some days ahead."""
    if hero.ahead is not None:
        return int(add_months(np.array([book.today + hero.ahead]), -12 * (hero.age + 1))[0])
    month, day = hero.born
    had_it = (month, day) <= (book.as_of.month, book.as_of.day)
    return day_of(book.as_of.replace(year=book.as_of.year - hero.age - (not had_it), month=month, day=day))


def told_families(book: Book) -> Families:
    """Return the families of the heroes."""
    heads = [place for place, hero in enumerate(HEROES) if hero.role == HEAD]
    family = np.cumsum([hero.role == HEAD for hero in HEROES]) - 1
    sizes = np.bincount(family)
    return Families(
        shape=np.where(sizes > 1, WITH_PARENT, ALONE),
        first=np.array(heads, dtype=np.int64),
        family=family.astype(np.int64),
        role=np.array([hero.role for hero in HEROES], dtype=np.int64),
        sex=np.array([hero.sex for hero in HEROES], dtype=np.int64),
        birth=np.array([birth_of(hero, book) for hero in HEROES], dtype=np.int64),
        names=texts(hero.name for hero in HEROES),
        groups=texts(["01"] * COUNT),
        origin=np.zeros(COUNT, dtype=np.int64),
    )


def behind(told: Families, others: Families) -> Families:
    """Return the told families and behind them the others."""
    moved = Families(
        **{
            **{item.name: getattr(others, item.name) for item in fields(Families)},
            "first": others.first + len(told.role),
            "family": others.family + len(told.first),
        }
    )
    return Families(
        *(np.concatenate((getattr(told, item.name), getattr(moved, item.name))) for item in fields(Families))
    )


def tell_people(people: People, force: Force) -> None:
    """Let the demo person serve the heroes, nobody the orphans; give all their work, income and phone.

    The first of them was entered twice more.
    """
    here = slice(0, COUNT)
    orphan = np.array([hero.orphan for hero in HEROES])
    people.team[here] = HOME_TEAM
    people.agent[here] = np.where(orphan, NOBODY, force.home_agent)
    people.former_agent[here] = np.where(orphan, force.home_leaver, NOBODY)
    people.county[here] = people.id_county[here] = HOME_COUNTY
    people.trade[here] = [TRADE_PLACES[hero.trade] for hero in HEROES]
    people.income[here] = [hero.income * 100 for hero in HEROES]
    schooling = [OCCUPATIONS[place][4][0] if place < len(OCCUPATIONS) else "" for place in people.trade[here].tolist()]
    people.education[here] = [str(code) for code in schooling]
    people.is_client[here] = True
    people.phone[here] = [hero.phone for hero in HEROES]
    people.told = COUNT
    people.doubled = ((PLACES["zhou"], WRONG_NAME), (PLACES["zhou"], WRONG_BIRTH))


def tell_roll(roll: Roll, force: Force) -> None:
    """Give the key account its name and its service person."""
    account = roll.organisations.start
    roll.name[account], roll.agent[account], roll.team[account] = KEY_ACCOUNT_NAME, force.home_agent, HOME_TEAM
    roll.supplier[account] = ""


def _start(deal: Deal, today: int) -> int:
    """Return when a told contract began."""
    long = bool(IS_LONG[POSITION[deal.offer]])
    if deal.fresh is not None:
        return today - deal.fresh if deal.fresh > 0 else today - 13
    if not long:
        return int(add_months(np.array([today + deal.due + 1]), -12 * deal.years)[0])
    # What is paid to the end matures on the day told; anything else has a premium due on it.
    last = deal.paid >= deal.pay
    return int(add_months(np.array([today + deal.due + last]), -12 * deal.paid)[0])


def told_lines(book: Book, roll: Roll, first_car: int) -> Lines:
    """Return the contracts of the heroes; their cars are numbered behind the others'."""
    holder = np.array([place_of(deal.holder, roll) for deal in DEALS], dtype=np.int64)
    insured = np.array([place_of(deal.insured or deal.holder, roll) for deal in DEALS], dtype=np.int64)
    offer = np.array([POSITION[deal.offer] for deal in DEALS], dtype=np.int64)
    start = np.array([_start(deal, book.today) for deal in DEALS], dtype=np.int64)
    years = np.array([deal.years for deal in DEALS], dtype=np.int64)
    car = np.array([NOBODY if deal.car is None else first_car + deal.car for deal in DEALS], dtype=np.int64)
    lines = plain_lines(holder, insured, offer, start, years, car)
    told = np.array([deal.premium * 100 for deal in DEALS], dtype=np.int64)
    # What a rate table prices follows it, so that the renewal on the page is no jump.
    lines.premium = np.where(IS_PRICED[offer], UNSAID, told)
    lines.insured_sum = np.array([deal.sum * 100 for deal in DEALS], dtype=np.int64)
    lines.pay_years = np.where(IS_LONG[offer], [deal.pay for deal in DEALS], 0)
    lines.mode = np.where(IS_LONG[offer], YEARLY, SINGLE)
    lines.unpaid_from = np.array([deal.paid if deal.unpaid else UNSAID for deal in DEALS], dtype=np.int64)
    lines.fate = np.full(len(DEALS), HEALTHY, dtype=np.int64)
    lines.story = np.arange(len(DEALS), dtype=np.int64)
    lines.team, lines.agent, lines.former = roll.team[holder], roll.agent[holder], roll.former[holder]
    return lines


def tell_contracts(book: Book, lines: Lines, contracts: Contracts) -> None:
    """Set the receipts of told contracts: signed on a day told, or not yet."""
    story = lines.story[contracts.line]
    for place in np.flatnonzero(story >= 0).tolist():
        deal = DEALS[story[place]]
        signed = int(contracts.issued[place]) + 3 if deal.fresh is None else book.today - deal.fresh
        if not IS_LONG[contracts.offer[place]] or (deal.fresh is not None and deal.fresh < 0):
            signed = NO_DAY
        contracts.receipt[place] = signed
        contracts.cooling_until[place] = NO_DAY if signed == NO_DAY else signed + COOLING_DAYS[contracts.offer[place]]


def told_numbers(lines: Lines, contracts: Contracts) -> dict[int, str]:
    """Return the policy numbers told, by position: the latest year of a renewed cover bears it."""
    story = lines.story[contracts.line]
    found: dict[int, str] = {}
    for place in np.flatnonzero(story >= 0).tolist():
        deal = DEALS[story[place]]
        if contracts.year[place] == deal.years - 1:
            year = date_of(int(contracts.effective[place])).year % 100
            found[place] = f"8931{year:02d}000{deal.tail}"
    return found


def policy_places(lines: Lines, contracts: Contracts) -> dict[str, int]:
    """Return where the policies told stand, by the tail of their numbers."""
    return {number[-6:]: place for place, number in told_numbers(lines, contracts).items()}
