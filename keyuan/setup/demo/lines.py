"""What was bought by whom: one line is one long contract, or one cover renewed year after year."""

from dataclasses import dataclass, fields

import numpy as np

from keyuan.kernel.codes import PayMode
from keyuan.setup.demo.days import Bools, Ints, add_months, ages_on
from keyuan.setup.demo.draws import Draws
from keyuan.setup.demo.families import CHILD, HEAD, PARENT, SPOUSE
from keyuan.setup.demo.people import NOBODY, People, draw_agents, draw_teams
from keyuan.setup.demo.plan import Book
from keyuan.setup.demo.tree import LEFT, Force
from keyuan.setup.demo.words import products as catalogue

#: Months since the last purchase: active, half-dormant, dormant (domain.md §A.10).
ACTIVITY = ((0, 24, 46), (24, 60, 29), (60, 150, 25))
MONTH = 30.4368
#: Nothing is said: drawn later.
UNSAID = -1
MODES = (PayMode.SINGLE, PayMode.MONTHLY, PayMode.QUARTERLY, PayMode.HALF_YEARLY, PayMode.YEARLY)
MODE_MONTHS = np.array([0, 1, 3, 6, 12], dtype=np.int64)
SINGLE, YEARLY = 0, 4

#: What became of a contract beyond what its premiums decide.
ORDINARY, PENDING, DECLINED, SAME_DAY, CANCELLED, SURRENDERED, CONVERTED, MOVED, CLAIMED, RESCINDED, UNCLEAR = range(11)
HEALTHY = 11


@dataclass(slots=True)
class Lines:
    """Lines by position. Persons and organisations by position in the part; `UNSAID` where a later stage draws."""

    holder: Ints
    insured: Ints
    offer: Ints
    start: Ints
    years: Ints
    car: Ints
    premium: Ints
    insured_sum: Ints
    pay_years: Ints
    mode: Ints
    unpaid_from: Ints
    fate: Ints
    team: Ints
    agent: Ints
    former: Ints
    story: Ints

    @property
    def count(self) -> int:
        """How many lines there are."""
        return len(self.holder)

    def only(self, kept: Bools) -> "Lines":
        """Return the lines that are ``kept``."""
        return Lines(*(getattr(self, item.name)[kept] for item in fields(self)))


def joined(parts: list[Lines]) -> Lines:
    """Return all lines of ``parts``."""
    return Lines(*(np.concatenate([getattr(part, item.name) for part in parts]) for item in fields(Lines)))


def plain_lines(holder: Ints, insured: Ints, offer: Ints, start: Ints, years: Ints, car: Ints) -> Lines:
    """Return lines of which only that much is known."""

    def column(value: int) -> Ints:
        return np.full(len(holder), value, dtype=np.int64)

    return Lines(
        holder=holder,
        insured=insured,
        offer=offer,
        start=start,
        years=years,
        car=car,
        premium=column(UNSAID),
        insured_sum=column(UNSAID),
        pay_years=column(UNSAID),
        mode=column(UNSAID),
        unpaid_from=column(UNSAID),
        fate=column(ORDINARY),
        team=column(NOBODY),
        agent=column(NOBODY),
        former=column(NOBODY),
        story=column(UNSAID),
    )


@dataclass(frozen=True, slots=True)
class Buyers:
    """Persons who buy, and how many months ago they last did."""

    place: Ints
    months: "np.ndarray[tuple[int], np.dtype[np.float64]]"


def make_lines(book: Book, part: int, force: Force, people: People) -> Lines:
    """Return what the persons of ``part`` bought; those of stories have their lines told elsewhere."""
    draws = Draws(book.seed, "lines", part)
    buyers = _buyers(people, draws)
    parts = [
        _long_lines(book, people, buyers, draws),
        _short_lines(book, people, buyers, draws),
        *_motor_lines(book, people, buyers, draws),
        _applications(book, people, buyers, draws),
    ]
    lines = joined(parts)
    serve_lines(force, people.team, people.agent, people.former_agent, lines, draws)
    return lines


def _buyers(people: People, draws: Draws) -> Buyers:
    role, size = people.families.role, people.count
    share = np.select(
        [role == HEAD, role == SPOUSE, (role == CHILD) & (people.age >= 22), role == PARENT],
        [1.0, 0.82, 0.62, 0.42],
        0.0,
    )
    buys = people.is_client & draws.chance(share, size) & (people.age >= 20)
    buys[: people.told] = False
    place = np.flatnonzero(buys)
    span = draws.pick([weight for *_, weight in ACTIVITY], len(place))
    low, high = (np.array([entry[side] for entry in ACTIVITY])[span] for side in (0, 1))
    return Buyers(place, low + (high - low) * draws.uniform(len(place)))


def _starts(book: Book, buyers: Buyers, counts: Ints, draws: Draws) -> tuple[Ints, Ints]:
    """Return the buyer and the start of every purchase; the first one of each buyer is the latest."""
    who = np.repeat(np.arange(len(buyers.place)), counts)
    first = np.concatenate(([0], np.cumsum(counts)[:-1]))[who] == np.arange(len(who)) if len(who) else who
    months = np.where(first, buyers.months[who], buyers.months[who] + draws.waiting(40, len(who)))
    return who, book.today - (np.minimum(months, 190) * MONTH).astype(np.int64)


def _member(people: People, holder: Ints, role: int, draws: Draws) -> Ints:
    """Return a member of each holder's family in ``role``, -1 where there is none."""
    families = people.families
    found = np.full(len(families.first), NOBODY, dtype=np.int64)
    places = np.flatnonzero(families.role == role)
    order = np.argsort(draws.uniform(len(places)), kind="stable")
    found[families.family[places[order]]] = places[order]
    member = found[families.family[holder]]
    return np.where(member == holder, NOBODY, member)


def _choose(group: tuple[tuple[int, ...], tuple[float, ...]], draws: Draws, size: int) -> Ints:
    positions, weights = group
    return np.array(positions, dtype=np.int64)[draws.pick(weights, size)]


def _fits(people: People, insured: Ints, offer: Ints, start: Ints) -> Bools:
    """Tell whether the insured had an age at which the product is sold."""
    low, high = (np.array([item.ages[side] for item in catalogue.OFFERS])[offer] for side in (0, 1))
    age = ages_on(people.families.birth[insured], start)
    return (start > people.families.birth[insured] + 28) & (age >= low) & (age <= high)


def _long_lines(book: Book, people: People, buyers: Buyers, draws: Draws) -> Lines:
    size = len(buyers.place)
    counts = np.where(draws.chance(0.88, size), 1 + draws.poisson(1.18, size), 0)
    who, start = _starts(book, buyers, counts, draws)
    holder = buyers.place[who]
    # Nobody buys before coming of age.
    start = np.maximum(start, people.families.birth[holder] + 7_000)
    count = len(who)
    aim = draws.uniform(count)
    child, spouse = _member(people, holder, CHILD, draws), _member(people, holder, SPOUSE, draws)
    for_child = (aim < 0.24) & (child >= 0) & (people.families.role[holder] <= SPOUSE)
    insured = np.where(for_child, child, np.where((aim > 0.88) & (spouse >= 0), spouse, holder))
    in_bank = draws.chance(0.16, count)
    offer = np.select(
        [for_child, in_bank],
        [_choose(catalogue.CHILD_LONG, draws, count), _choose(catalogue.BANK_LONG, draws, count)],
        _choose(catalogue.ADULT_LONG, draws, count),
    )
    lines = plain_lines(holder, insured, offer, start, np.ones(count, dtype=np.int64), np.full(count, NOBODY))
    return lines.only(_fits(people, insured, offer, start) & (start <= book.today))


def _renewed(book: Book, latest: Ints, draws: Draws) -> tuple[Ints, Ints]:
    """Return first start and number of years of covers whose latest year began on ``latest``."""
    years = np.minimum(8, 1 + draws.waiting(1.45, len(latest)).astype(np.int64))
    start = add_months(latest, -12 * (years - 1))
    # Some whose year ends within a month have the next one signed already.
    soon = add_months(latest, 12) - book.today
    ahead = (soon > 0) & (soon <= 30) & draws.chance(0.35, len(latest))
    return start, years + ahead


def _short_lines(book: Book, people: People, buyers: Buyers, draws: Draws) -> Lines:
    counts = draws.poisson(0.9, len(buyers.place))
    who, latest = _starts(book, buyers, counts, draws)
    holder, count = buyers.place[who], len(who)
    aim, child = draws.uniform(count), _member(people, holder, CHILD, draws)
    spouse, parent = _member(people, holder, SPOUSE, draws), _member(people, holder, PARENT, draws)
    for_child = (aim < 0.34) & (child >= 0) & (people.age[child] < 22)
    insured = np.select(
        [for_child, (aim > 0.84) & (spouse >= 0), (aim > 0.76) & (parent >= 0)], [child, spouse, parent], holder
    )
    offer = np.where(
        for_child, _choose(catalogue.CHILD_SHORT, draws, count), _choose(catalogue.ADULT_SHORT, draws, count)
    )
    start, years = _renewed(book, latest, draws)
    lines = plain_lines(holder, insured, offer, start, years, np.full(count, NOBODY))
    return lines.only(_fits(people, insured, offer, start) & _fits(people, insured, offer, latest))


def _motor_lines(book: Book, people: People, buyers: Buyers, draws: Draws) -> list[Lines]:
    """Compulsory and commercial cover of one car run side by side."""
    drives = draws.chance(0.36, len(buyers.place)) & (people.age[buyers.place] < 72)
    holder = buyers.place[drives]
    latest = book.today - (buyers.months[drives] * MONTH * draws.uniform(len(holder)) ** 0.7).astype(np.int64)
    start, years = _renewed(book, latest, draws)
    grown = start > people.families.birth[holder] + 6_800
    holder, start, years = holder[grown], start[grown], years[grown]
    cars, count = np.arange(len(holder)), len(holder)
    both = [
        plain_lines(holder, holder, np.full(count, offer), start, years, cars)
        for offer in (catalogue.MTPL, catalogue.MOTOR_COMMERCIAL)
    ]
    both[1] = both[1].only(draws.chance(0.86, count))
    return both


def _applications(book: Book, people: People, buyers: Buyers, draws: Draws) -> Lines:
    """A few applications are with underwriting, or were declined."""
    chosen = draws.chance(0.012, len(buyers.place)) & (people.age[buyers.place] < 60)
    holder = buyers.place[chosen]
    count = len(holder)
    declined = draws.chance(0.4, count)
    start = book.today - np.where(declined, draws.between(5, 900, count), draws.between(0, 11, count))
    offer = _choose(catalogue.ADULT_LONG, draws, count)
    lines = plain_lines(holder, holder, offer, start, np.ones(count, dtype=np.int64), np.full(count, NOBODY))
    lines.fate = np.where(declined, DECLINED, PENDING)
    return lines.only(_fits(people, holder, offer, start))


def serve_lines(force: Force, team: Ints, agent: Ints, former: Ints, lines: Lines, draws: Draws) -> None:
    """Give every line the holder's team and agent; one in twenty-six is served by another unit."""
    count = lines.count
    lines.team, lines.agent, lines.former = team[lines.holder], agent[lines.holder], former[lines.holder]
    elsewhere = np.flatnonzero(draws.chance(0.038, count))
    other = draw_teams(force, draws, len(elsewhere))
    serving = draw_agents(force, other, draws)
    kept = force.agent_status[serving] != LEFT
    elsewhere, other, serving = elsewhere[kept], other[kept], serving[kept]
    lines.team[elsewhere], lines.agent[elsewhere], lines.former[elsewhere] = other, serving, NOBODY
