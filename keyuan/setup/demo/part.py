"""One part of the book from first to last: everything about some thousand customers."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from keyuan.setup.demo import stories
from keyuan.setup.demo.archive_rows import write_archive
from keyuan.setup.demo.class_rows import Tally, write_history
from keyuan.setup.demo.company_lines import with_others, write_members
from keyuan.setup.demo.contact_rows import write_contacting
from keyuan.setup.demo.contracts import make_contracts
from keyuan.setup.demo.cover_rows import write_coverages
from keyuan.setup.demo.days import FOREVER, Bools, Ints
from keyuan.setup.demo.draws import Draws
from keyuan.setup.demo.event_rows import write_events
from keyuan.setup.demo.families import Families, make_families
from keyuan.setup.demo.family_rows import write_families, write_knowledge, write_names
from keyuan.setup.demo.lines import joined, make_lines
from keyuan.setup.demo.naming import Names
from keyuan.setup.demo.party_rows import write_parties
from keyuan.setup.demo.people import make_people
from keyuan.setup.demo.plan import PART, POLICIES_A_CUSTOMER, Book
from keyuan.setup.demo.policy_rows import (
    Deals,
    policy_numbers,
    selling_agents,
    write_policies,
    write_service,
)
from keyuan.setup.demo.premium_rows import write_premiums
from keyuan.setup.demo.roll import Roll, make_roll, sizes_of
from keyuan.setup.demo.service_rows import (
    first_purchases,
    write_assignments,
    write_claims,
    write_interactions,
    write_shares,
)
from keyuan.setup.demo.sinks import Out
from keyuan.setup.demo.standing import make_standings
from keyuan.setup.demo.story_rows import silent_places, write_cases, write_duties, write_labels, write_talks
from keyuan.setup.demo.summary_rows import facts_of, write_summaries
from keyuan.setup.demo.task_rows import write_tasks
from keyuan.setup.demo.tree import force_of
from keyuan.setup.demo.vehicle_rows import write_vehicles


@dataclass(frozen=True, slots=True)
class Made:
    """What a part tells the loader: pairs of customer numbers that are one person, and counts of the axes."""

    doubles: list[tuple[str, str]]
    tally: Tally = field(default_factory=lambda: Tally(Counter(), Counter()))


def make_part(book: Book, part: int, out: Out, series: tuple[str, int]) -> Made:
    """Write the rows of ``part``; ``series`` is prefix and width of customer numbers."""
    deals = make_deals(book, part)
    draws = Draws(book.seed, "rows", part)
    roll, today = deals.roll, book.today
    first = first_purchases(deals)
    buys = first != FOREVER
    opened = _opened(draws, first, today)
    archive = write_archive(out, draws, today, deals.people, roll, opened, buys, series)
    write_families(out, draws, deals.people, roll, archive.entered)
    write_names(out, roll)
    write_knowledge(out, draws, today, deals.people, roll, buys)
    write_assignments(out, roll, deals.force, opened, today)
    _write_contracts(out, draws, deals)
    claims = write_claims(out, draws, deals)
    silent = np.zeros(roll.count, dtype=np.bool_)
    if part == 0:
        claims = write_cases(out, deals, claims)
        silent[silent_places(deals)] = True
    contacting = Draws(book.seed, "contacting", part)
    write_contacting(out, contacting, deals, claims, buys, opened, tells=part == 0)
    last = write_interactions(out, draws, deals, opened, buys, silent)
    if part == 0:
        write_talks(out, deals, last)
        write_labels(out, deals, draws)
    facts = facts_of(deals)
    work = write_tasks(out, draws, deals, archive, facts, claims)
    if part == 0:
        write_duties(out, deals, work)
    letters = write_summaries(out, deals, archive, facts, last, work, claims)
    tally = write_history(out, deals, archive, claims, archive.shown_phone > 0, letters)
    return Made(doubles_of(roll, archive.numbers), tally)


def make_deals(book: Book, part: int) -> Deals:
    """Return everybody in ``part`` and their contracts."""
    force = force_of(book)
    sizes = sizes_of(book.size_of(part))
    people = make_people(book, part, force, _families(book, part, sizes.persons))
    if part == 0:
        stories.tell_people(people, force)
    roll = make_roll(book, part, force, people, sizes)
    draws = Draws(book.seed, "deals", part)
    lines = with_others(make_lines(book, part, force, people), book.today, roll, force, draws)
    if part == 0:
        stories.tell_roll(roll, force)
        first_car = int(lines.car.max(initial=-1)) + 1
        # What a company bought by chance gives way to what is told of it.
        others = lines.only(lines.holder != roll.organisations.start)
        lines = joined([others, stories.told_lines(book, roll, first_car)])
    contracts = make_contracts(book, lines, roll, draws)
    if part == 0:
        stories.tell_contracts(book, lines, contracts)
    standings = make_standings(book, lines, contracts, draws)
    first = part * PART * POLICIES_A_CUSTOMER + 1
    if contracts.count > book.size_of(part) * POLICIES_A_CUSTOMER:
        raise OverflowError("more policies than the part has ids for")
    ids = np.arange(first, first + contracts.count, dtype=np.int64)
    selling = selling_agents(force, lines, draws)[contracts.line]
    return Deals(book.today, force, people, roll, lines, contracts, standings, ids, selling)


def _families(book: Book, part: int, persons: int) -> Families:
    draws = Draws(book.seed, "families", part)
    if part:
        return make_families(book, draws, persons)
    return stories.behind(stories.told_families(book), make_families(book, draws, persons - stories.COUNT))


def _opened(draws: Draws, first: Ints, today: int) -> Ints:
    """Return when customers were entered: before they first applied, or in the last three years."""
    size = len(first)
    before = np.minimum(first, today) - draws.between(0, 40, size)
    bought: Bools = first != FOREVER
    return np.where(bought, before, today - draws.between(1, 1000, size))


def _write_contracts(out: Out, draws: Draws, deals: Deals) -> None:
    numbers = policy_numbers(deals, stories.told_numbers(deals.lines, deals.contracts))
    write_policies(out, draws, deals, numbers)
    write_coverages(out, deals, draws)
    write_vehicles(out, deals, draws)
    write_parties(out, deals, draws)
    write_service(out, deals)
    write_members(out, deals, draws)
    write_premiums(out, draws, deals)
    write_events(out, draws, deals)
    write_shares(out, deals)


def doubles_of(roll: Roll, numbers: Names) -> list[tuple[str, str]]:
    """Return the customer numbers of each person entered twice, the original first."""
    places = np.arange(roll.organisations.stop, roll.count)
    return [
        (str(numbers[source]), str(numbers[place]))
        for place, source in zip(places.tolist(), roll.source[places].tolist(), strict=True)
    ]
