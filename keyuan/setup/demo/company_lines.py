"""What organisations buy, what persons entered twice bought under their second number, and member lists of groups."""

import numpy as np

from keyuan.setup.demo.contracts import IS_GROUP
from keyuan.setup.demo.days import NO_DAY, Ints, add_months
from keyuan.setup.demo.draws import Draws
from keyuan.setup.demo.lines import Lines, joined, plain_lines, serve_lines
from keyuan.setup.demo.naming import draw_given_names, draw_surnames, texts
from keyuan.setup.demo.people import NOBODY
from keyuan.setup.demo.policy_rows import Deals, nullable
from keyuan.setup.demo.roll import Roll
from keyuan.setup.demo.sinks import Out
from keyuan.setup.demo.tree import Force
from keyuan.setup.demo.words.products import ADULT_SHORT, GROUP_OFFERS, OFFERS

#: Contracts whose insured persons are listed.
LISTED = np.array([offer.code.startswith("G") for offer in OFFERS])


def company_lines(today: int, roll: Roll, force: Force, draws: Draws) -> Lines:
    """Return group contracts of organisations that are no suppliers, renewed for some years."""
    places = np.arange(roll.organisations.start, roll.organisations.stop)
    places = places[(roll.supplier[places] == "") & draws.chance(0.8, len(places))]
    holder = np.repeat(places, 1 + draws.below(3, len(places)))
    size = len(holder)
    years = draws.between(1, 5, size)
    latest = today - draws.between(5, 420, size)
    offer = np.array(GROUP_OFFERS)[draws.below(len(GROUP_OFFERS), size)]
    lines = plain_lines(holder, holder, offer, add_months(latest, -12 * (years - 1)), years, np.full(size, NOBODY))
    serve_lines(force, roll.team, roll.agent, roll.former, lines, draws)
    return lines


def double_lines(today: int, roll: Roll, force: Force, draws: Draws) -> Lines:
    """Return what was sold to second records: mostly a short cover, which is how they came to be."""
    places = np.arange(roll.organisations.stop, roll.count)
    holder = places[draws.chance(0.6, len(places))]
    size = len(holder)
    positions, weights = ADULT_SHORT
    offer = np.array(positions)[draws.pick(weights, size)]
    start = today - draws.between(20, 1500, size)
    lines = plain_lines(holder, holder, offer, start, np.ones(size, dtype=np.int64), np.full(size, NOBODY))
    serve_lines(force, roll.team, roll.agent, roll.former, lines, draws)
    return lines


def with_others(lines: Lines, today: int, roll: Roll, force: Force, draws: Draws) -> Lines:
    """Return the persons' lines and behind them those of organisations and doubles."""
    return joined([lines, company_lines(today, roll, force, draws), double_lines(today, roll, force, draws)])


def write_members(out: Out, deals: Deals, draws: Draws) -> None:
    """Write the insured persons of group contracts with joiners and leavers; the latest year of each is listed."""
    deal, today = deals.contracts, deals.today
    last = np.append(deal.line[1:] != deal.line[:-1], True) if deal.count else np.zeros(0, dtype=np.bool_)
    place = np.flatnonzero(LISTED[deal.offer] & IS_GROUP[deal.offer] & last)
    counts = np.minimum(300, 6 + draws.spread(24, 0.8, len(place)).astype(np.int64))
    policy = np.repeat(place, counts)
    starts = np.concatenate(([0], np.cumsum(counts)[:-1])) if len(counts) else np.zeros(0, dtype=np.int64)
    number = np.arange(len(policy)) - np.repeat(starts, counts) + 1
    size = len(policy)
    known = _workers(deals, draws, size)
    sexes = draws.between(1, 2, size)
    names = draw_surnames(draws, size) + draw_given_names(draws, sexes, today - draws.between(20 * 365, 56 * 365, size))
    names = np.where(known >= 0, deals.roll.name[known], names)
    begin, end = deal.effective[policy], np.minimum(deal.expires[policy], today)
    span = np.maximum(1, end - begin)
    joined_on = np.where(draws.chance(0.85, size), begin, begin + draws.below(span, size))
    leaves = draws.chance(0.08, size) & (joined_on < end - 20)
    left_on = np.where(leaves, joined_on + 10 + draws.below(np.maximum(1, end - joined_on - 10), size), NO_DAY)
    out.write(
        "policies.GroupMember",
        {
            "policy_id": deals.ids[policy],
            "customer_id": nullable(deals.roll.ids[known], known < 0),
            "member_no": texts(f"{value:05d}" for value in number.tolist()),
            "name": names,
            "sum_insured": np.maximum(1, deal.insured_sum[policy] // np.repeat(counts, counts) // 1_000_000)
            * 1_000_000,
            "premium": deal.premium[policy] // np.repeat(counts, counts),
            "joined_on": joined_on,
            "left_on": left_on,
        },
    )


def _workers(deals: Deals, draws: Draws, size: int) -> Ints:
    """Some members are customers of their own; nobody stands twice in a list, so positions are spread."""
    grown = np.flatnonzero((deals.people.age >= 22) & (deals.people.age < 60))
    if not len(grown):
        return np.full(size, NOBODY)
    spread = grown[(np.arange(size) * 7 + int(draws.below(len(grown), 1)[0])) % len(grown)]
    return np.where(draws.chance(0.3, size), spread, NOBODY)
