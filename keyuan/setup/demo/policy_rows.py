"""Rows of the contracts: policies, coverages, parties, service people, vehicles and drivers (POL-1)."""

from dataclasses import dataclass

import numpy as np

from keyuan.kernel.codes import PayMode, TermUnit
from keyuan.setup.demo.clock_days import loan_columns, next_clocks, waiting_until
from keyuan.setup.demo.contracts import COVER_YEARS, IS_GROUP, Contracts
from keyuan.setup.demo.days import FOREVER, NO_DAY, Ints, local_moment, years_of
from keyuan.setup.demo.draws import Draws
from keyuan.setup.demo.lines import SINGLE, Lines
from keyuan.setup.demo.naming import Names, texts
from keyuan.setup.demo.numbers import cards, scattered
from keyuan.setup.demo.people import People
from keyuan.setup.demo.roll import Roll
from keyuan.setup.demo.schema import Frame
from keyuan.setup.demo.sealing import indexes, sealed
from keyuan.setup.demo.sinks import Out
from keyuan.setup.demo.standing import IS_IN_FORCE, IS_SUSPENDED, STATUS_CODES, Standings
from keyuan.setup.demo.tree import CHANNELS, Force
from keyuan.setup.demo.words import products as catalogue
from keyuan.setup.demo.words.trades import BANKS

LEVELS = ("head_office_id", "branch_id", "sub_branch_id", "section_id", "team_id")
MODE_CODES = texts(
    mode.value for mode in (PayMode.SINGLE, PayMode.MONTHLY, PayMode.QUARTERLY, PayMode.HALF_YEARLY, PayMode.YEARLY)
)
KINDS = texts(offer.kind.value for offer in catalogue.OFFERS)
CODES, NAMES = texts(offer.code for offer in catalogue.OFFERS), texts(offer.name for offer in catalogue.OFFERS)
IS_LIFE = np.isin(KINDS.astype(str), ("LIFE", "ENDOWMENT", "ANNUITY", "CRITICAL_ILLNESS", "ACCIDENT"))


@dataclass(frozen=True, slots=True)
class Deals:
    """What the rows of a part's policies are made from."""

    today: int
    force: Force
    people: People
    roll: Roll
    lines: Lines
    contracts: Contracts
    standings: Standings
    ids: Ints
    selling: Ints


def scope_columns(force: Force, team: Ints, agent: Ints) -> Frame:
    """Return the columns of a scoped row (decision 2) for teams and agents by position; agent -1 is none."""
    columns: dict[str, object] = {name: force.paths[team, level] for level, name in enumerate(LEVELS)}
    columns["sales_channel"] = texts(CHANNELS)[force.team_channel[team]]
    columns["servicing_agent_id"] = [None if number < 0 else number + 1 for number in agent.tolist()]
    return columns


def nullable(values: Ints, missing: "np.ndarray[tuple[int], np.dtype[np.bool_]]") -> Names:
    """Return numbers with NULL where they are missing."""
    found = values.astype(object)
    found[missing] = None
    return found


def policy_numbers(deals: Deals, numbers: dict[int, str]) -> Names:
    """Return policy numbers: province, year of issue, and digits that show no order; ``numbers`` are told ones."""
    digits = scattered(deals.ids).tolist()
    years = (years_of(deals.contracts.effective) % 100).tolist()
    provinces = [code[:2] for code in deals.roll.county[deals.contracts.holder]]
    found = [
        f"88{province}{year:02d}{digit:09d}" for province, year, digit in zip(provinces, years, digits, strict=True)
    ]
    for place, number in numbers.items():
        found[place] = number
    return texts(found)


def _sub_states(now: Standings) -> Frame:
    return {
        "in_cooling_off": now.in_cooling_off,
        "in_grace": now.in_grace,
        "is_paid_up": now.paid_up,
        "is_reduced_paid_up": now.reduced,
        "on_premium_loan": now.premium_loan,
        "is_loaned": now.loaned,
        "is_lost": now.lost,
        "is_frozen": now.frozen,
        "is_premium_waived": now.waived,
    }


def _dates(deal: Contracts, now: Standings) -> Frame:
    """Return the dates of the contract, and what is due next with the end of its grace."""
    due = now.next_due != FOREVER
    return {
        "applied_on": deal.applied,
        "issued_on": deal.issued,
        "effective_on": deal.effective,
        "expires_on": deal.expires,
        "receipt_signed_on": deal.receipt,
        "cooling_off_until": deal.cooling_until,
        "next_due_on": now.next_due,
        "next_due_amount": nullable(deal.premium - now.part_paid, ~due),
        "grace_until": np.where(due, now.next_due + 60, NO_DAY),
        "suspended_on": now.suspended,
        "terminated_on": now.ended,
        "reinstated_on": now.reinstated,
        "waiting_until": waiting_until(deal, now),
    }


def write_policies(out: Out, draws: Draws, deals: Deals, numbers: Names) -> None:
    """Write the contract records."""
    deal, now, lines = deals.contracts, deals.standings, deals.lines
    team, agent = lines.team[deal.line], lines.agent[deal.line]
    signed = np.where(deal.issued == NO_DAY, deal.applied, deal.issued)
    debit = np.where(
        (deal.months > 0) & (now.status == IS_IN_FORCE) & draws.chance(0.55, deal.count),
        cards(draws, draws.below(len(BANKS), deal.count)),
        "",
    )
    entered = local_moment(signed, draws.between(9 * 3600, 18 * 3600, deal.count))
    changed = np.where(now.ended == NO_DAY, signed, now.ended)
    out.write(
        "policies.Policy",
        {
            "policy_no": numbers,
            "policy_no_tail": texts(number[-6:] for number in numbers),
            "application_no": texts("T" + number[2:] for number in numbers),
            "product_id": deal.offer + 1,
            "kind": KINDS[deal.offer],
            "is_group": IS_GROUP[deal.offer],
            "holder_id": deals.roll.ids[deal.holder],
            "holder_name": deals.roll.name[deal.holder],
            "status": STATUS_CODES[now.status],
            "termination_reason": now.reason,
            **_sub_states(now),
            "sum_insured": deal.insured_sum,
            "premium": deal.premium,
            "annual_premium": deal.annual,
            "pay_mode": MODE_CODES[deal.mode],
            "pay_term": nullable(deal.pay_years, deal.mode == SINGLE),
            "pay_term_unit": np.where(deal.mode == SINGLE, TermUnit.SINGLE.value, TermUnit.YEARS.value),
            "cover_term": nullable(COVER_YEARS[deal.offer], COVER_YEARS[deal.offer] == 0),
            "cover_term_unit": np.where(COVER_YEARS[deal.offer] == 0, TermUnit.WHOLE_LIFE.value, TermUnit.YEARS.value),
            "debit_account": sealed("bank_account", debit),
            "debit_account_index": indexes("bank_account", debit),
            **_dates(deal, now),
            "next_clock_on": next_clocks(deal, now, deals.today),
            **loan_columns(deal, now, draws),
            "selling_agent_id": deals.selling + 1,
            "previous_policy_id": nullable(deals.ids - 1, deal.year == 0),
            "created_at": entered,
            "updated_at": local_moment(changed, 64_800),
            **scope_columns(deals.force, team, agent),
        },
        ids=deals.ids,
    )  # fmt: skip


def selling_agents(force: Force, lines: Lines, draws: Draws) -> Ints:
    """Return who sold each line: mostly who serves it or did, else somebody of the team."""
    team = lines.team
    ends = np.append(force.first_agent[1:], len(force.agent_team))
    somebody = force.first_agent[team] + draws.below(ends[team] - force.first_agent[team], lines.count)
    own = np.where(lines.former >= 0, lines.former, lines.agent)
    return np.where((own >= 0) & draws.chance(0.8, lines.count), own, somebody)


def write_service(out: Out, deals: Deals) -> None:
    """Write who sold and who serves; an orphan's last servicing person ended when he left (domain.md §A.9)."""
    deal, now, force, lines = deals.contracts, deals.standings, deals.force, deals.lines
    agent, former = lines.agent[deal.line], lines.former[deal.line]
    start = np.where(deal.issued == NO_DAY, deal.applied, deal.issued)
    live = now.status <= IS_SUSPENDED
    selling = deals.selling
    gone = np.flatnonzero(live & (former >= 0))
    left = np.maximum(force.agent_left[former[gone]], start[gone])
    serving = np.flatnonzero(live & (agent >= 0))
    since = start[serving]
    taken = former[serving] >= 0
    since = np.where(taken, np.maximum(since, force.agent_left[np.maximum(former[serving], 0)] + 20), since)
    since = np.minimum(since, deals.today)
    first = np.flatnonzero(deal.year == 0)
    parts = (
        (first, selling[first], "SELLING", start[first], np.full(len(first), NO_DAY)),
        (gone, former[gone], "SERVICING", start[gone], left),
        (serving, agent[serving], "SERVICING", since, np.full(len(serving), NO_DAY)),
    )
    place = np.concatenate([part[0] for part in parts])
    order = np.argsort(place, kind="stable")
    duty = np.concatenate([texts([part[2]] * len(part[0])) for part in parts])
    out.write(
        "policies.PolicyService",
        {
            "policy_id": deals.ids[place][order],
            "agent_id": np.concatenate([part[1] for part in parts])[order] + 1,
            "duty": duty[order],
            "valid_from": np.concatenate([part[3] for part in parts])[order],
            "valid_until": np.concatenate([part[4] for part in parts])[order],
        },
    )
