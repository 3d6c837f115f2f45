"""Rows of service: who serves whom, claims, the timeline (CUS-9, CUS-12)."""

from dataclasses import dataclass

import numpy as np

from keyuan.kernel.codes import ProductKind
from keyuan.setup.demo.days import FOREVER, NO_DAY, Bools, Ints, local_moment
from keyuan.setup.demo.draws import Draws
from keyuan.setup.demo.lines import CLAIMED
from keyuan.setup.demo.naming import texts
from keyuan.setup.demo.numbers import scattered
from keyuan.setup.demo.policy_rows import KINDS, Deals, nullable, scope_columns
from keyuan.setup.demo.roll import Roll
from keyuan.setup.demo.sinks import Out
from keyuan.setup.demo.standing import IS_IN_FORCE, IS_PENDING
from keyuan.setup.demo.tree import Force
from keyuan.setup.demo.words.products import MOTOR_COMMERCIAL, MTPL
from keyuan.setup.demo.words.sentences import CLAIM_CAUSES, DETAILS, PROSPECT_TEMPLATES, TEMPLATES

NEVER = np.int64(NO_DAY) * 86_400
#: Claims a year's cover brings, by kind of product.
CLAIM_SHARES = {
    ProductKind.MEDICAL: 0.1, ProductKind.ACCIDENT: 0.025, ProductKind.CRITICAL_ILLNESS: 0.014, ProductKind.LIFE: 0.001,
    ProductKind.PROPERTY: 0.03, ProductKind.GROUP: 0.5,
}  # fmt: skip
CLAIM_KINDS = tuple(CLAIM_CAUSES)
MEDICAL, CRITICAL, DEATH, DISABILITY, DAMAGE, INJURY, PROPERTY = range(7)
STATUSES = (
    "REPORTED",
    "AWAITING_DOCS",
    "REGISTERED",
    "INVESTIGATING",
    "CALCULATED",
    "IN_REVIEW",
    "APPROVED",
    "PAYING",
    "PAID",
    "CLOSED",
    "DECLINED",
    "WITHDRAWN",
)
AWAITING, PAID, CLOSED, DECLINED = 1, 8, 9, 10
#: Where claims stand soon after the report, and later.
FRESH, SETTLED = (16, 20, 12, 8, 10, 12, 7, 5, 4, 4, 1, 1), (0, 0.3, 0.2, 0.3, 0.1, 0.2, 0.1, 0.1, 3, 84, 8, 3.7)
SYSTEM, CENTRE = "系统", "客服中心"


@dataclass(frozen=True, slots=True)
class Claims:
    """Claims by position: whose, under which policy, how they stand, when they were settled (`NO_DAY`: open)."""

    ids: Ints
    place: Ints
    status: Ints
    reported: Ints
    settled: Ints


def write_assignments(out: Out, roll: Roll, force: Force, opened: Ints, today: int) -> None:
    """Write who served and who serves every customer; an orphan's open row names no agent."""
    had = np.flatnonzero(roll.former >= 0)
    left = np.maximum(force.agent_left[roll.former[had]], opened[had])
    since = opened.copy()
    since[had] = np.minimum(left + np.where(roll.agent[had] >= 0, 20, 0), today)
    every = np.arange(roll.count)
    place = np.concatenate((had, every))
    order = np.argsort(place, kind="stable")
    agents = np.concatenate((roll.former[had], roll.agent))
    reason = np.where(roll.former < 0, "ENTERED", np.where(roll.agent >= 0, "HANDOVER", ""))
    out.write(
        "customers.Assignment",
        {
            "customer_id": roll.ids[place][order],
            "agent_id": nullable(agents + 1, agents < 0)[order],
            "unit_id": force.paths[roll.team[place], 4][order],
            "valid_from": np.concatenate((opened[had], since))[order],
            "valid_until": np.concatenate((left, np.full(roll.count, NO_DAY)))[order],
            "reason": np.concatenate((texts(["ENTERED"] * len(had)), reason))[order],
        },
    )


def write_shares(out: Out, deals: Deals) -> None:
    """Write which other units see a customer because they serve a policy in force (decision 3)."""
    deal, lines, roll = deals.contracts, deals.lines, deals.roll
    team, agent = lines.team[deal.line], lines.agent[deal.line]
    foreign = (deals.standings.status == IS_IN_FORCE) & (
        (team != roll.team[deal.holder]) | (agent != roll.agent[deal.holder])
    )
    keys = np.stack((deal.holder[foreign], team[foreign], agent[foreign]), axis=1)
    once = np.unique(keys, axis=0)
    holder, team, agent = once[:, 0], once[:, 1], once[:, 2]
    out.write("customers.SharedCustomer", {"customer_id": roll.ids[holder], **scope_columns(deals.force, team, agent)})


def write_claims(out: Out, draws: Draws, deals: Deals) -> Claims:
    """Write claims of every status under policies that were in force when it happened."""
    deal, now = deals.contracts, deals.standings
    share = np.array([CLAIM_SHARES.get(ProductKind(kind), 0.0) for kind in KINDS])[deal.offer]
    share = np.where(deal.offer == MOTOR_COMMERCIAL, 0.09, np.where(deal.offer == MTPL, 0.025, share))
    begun = (now.status != IS_PENDING) & (deal.effective < deals.today - 1) & (deal.issued != NO_DAY)
    told = deals.lines.story[deal.line] >= 0
    place = np.flatnonzero(begun & ~told & (draws.chance(share, deal.count) | (now.fate == CLAIMED)))
    count = len(place)
    until = np.minimum(np.where(now.ended[place] == NO_DAY, deal.expires[place], now.ended[place]), deals.today - 1)
    span = np.maximum(0, until - deal.effective[place])
    happened = deal.effective[place] + (span * draws.uniform(count)).astype(np.int64)
    reported = np.minimum(happened + draws.below(6, count), deals.today)
    ended_by_claim = now.fate[place] == CLAIMED
    kind = _claim_kinds(draws, deal.offer[place], ended_by_claim)
    age = deals.today - reported
    status = np.where(age < 45, draws.pick(FRESH, count), draws.pick(SETTLED, count))
    status = np.where(ended_by_claim, CLOSED, status)
    return _put_claims(out, draws, deals, place, kind, happened, reported, status)


def _claim_kinds(draws: Draws, offer: Ints, ended: Bools) -> Ints:
    kinds = KINDS[offer]
    return np.select(
        [
            ended & (kinds == "CRITICAL_ILLNESS"), ended, (offer == MTPL), (offer == MOTOR_COMMERCIAL),
            kinds == "PROPERTY", kinds == "CRITICAL_ILLNESS", kinds == "LIFE",
        ],
        [
            np.full(len(offer), CRITICAL), DEATH, INJURY, np.where(draws.chance(0.15, len(offer)), INJURY, DAMAGE),
            PROPERTY, CRITICAL, DISABILITY,
        ],
        MEDICAL,
    ).astype(np.int64)  # fmt: skip


def _put_claims(
    out: Out, draws: Draws, deals: Deals, place: Ints, kind: Ints, happened: Ints, reported: Ints, status: Ints
) -> Claims:
    deal, lines, count = deals.contracts, deals.lines, len(place)
    causes = [texts(CLAIM_CAUSES[name]) for name in CLAIM_KINDS]
    luck = draws.uniform(count)
    cause = texts(
        causes[number][int(where * len(causes[number]))]
        for number, where in zip(kind.tolist(), luck.tolist(), strict=True)
    )
    medians = np.array([4200, 0, 0, 30_000, 3100, 21_000, 5200])
    amount = (draws.spread(np.maximum(medians[kind], 1), 0.8, count) * 100).astype(np.int64)
    whole = np.isin(kind, (CRITICAL, DEATH))
    amount = np.where(whole, deal.insured_sum[place], np.minimum(amount, np.maximum(deal.insured_sum[place], 100)))
    decided = np.where(status >= PAID - 2, np.minimum(reported + draws.between(1, 24, count), deals.today), NO_DAY)
    done = (status == PAID) | (status == CLOSED)
    paid_on = np.where(done, np.minimum(decided + draws.between(0, 6, count), deals.today), NO_DAY)
    cut = np.where(whole, 100, draws.between(62, 100, count))
    paid = nullable(amount * cut // 100, ~done)
    paid[status == DECLINED] = 0
    team, agent = lines.team[deal.line[place]], lines.agent[deal.line[place]]
    numbers = np.arange(out.first + 1, out.first + 1 + count)
    moment = local_moment(reported, draws.between(9 * 3600, 18 * 3600, count))
    ids = out.write(
        "claims.Claim",
        {
            "claim_no": texts(f"CL{value:09d}" for value in scattered(numbers).tolist()),
            "policy_id": deals.ids[place],
            "customer_id": deals.roll.ids[deal.insured[place]],
            "kind": np.where(kind == INJURY, CLAIM_KINDS[DAMAGE], texts(CLAIM_KINDS)[kind]),
            "cause": cause,
            "status": texts(STATUSES)[status],
            "claimed_amount": amount,
            "paid_amount": paid,
            "occurred_on": happened,
            "reported_at": moment,
            "decided_on": decided,
            "paid_on": paid_on,
            "created_at": moment,
            **scope_columns(deals.force, team, agent),
        },
    )
    settled = np.where(status >= PAID, np.where(done, paid_on, decided), NO_DAY)
    return Claims(ids, place, status, reported, settled)


def write_interactions(out: Out, draws: Draws, deals: Deals, opened: Ints, buys: Bools, silent: Bools) -> Ints:
    """Write the timeline; return the last day of contact of every customer, `NO_DAY` for none.

    ``silent`` customers have their timeline told elsewhere.
    """
    roll = deals.roll
    mean = np.where(silent, 0.0, np.where(buys, 5.25, 2.0))
    counts = draws.poisson(mean, roll.count)
    place = np.repeat(np.arange(roll.count), counts)
    size = len(place)
    ago = 1 + np.minimum(draws.waiting(260, size), 1090).astype(np.int64)
    day = np.maximum(deals.today - ago, np.minimum(opened[place], deals.today - 1))
    moment = local_moment(day, draws.between(9 * 3600, 19 * 3600 + 3000, size))
    prospects = np.array(PROSPECT_TEMPLATES)[draws.below(len(PROSPECT_TEMPLATES), size)]
    template = np.where(buys[place], draws.pick([entry[6] for entry in TEMPLATES], size), prospects)
    order = np.lexsort((moment, place))
    place, moment, template = place[order], moment[order], template[order]
    columns = [texts(column) for column in zip(*TEMPLATES, strict=True)]
    kind, direction, purpose, outcome, longest, summary = (column[template] for column in columns[:6])
    agent = roll.agent[place]
    staff = np.where(agent >= 0, deals.force.agent_names[np.maximum(agent, 0)], CENTRE)
    automatic = np.isin(kind.astype(str), ("SMS", "PAYMENT", "POLICY", "PORTAL", "LETTER", "EMAIL"))
    seconds = (longest.astype(np.float64) * (0.3 + 0.7 * draws.uniform(size))).astype(np.int64)
    about = np.full(roll.count, 0, dtype=np.int64)
    about[deals.contracts.holder] = deals.ids
    linked = np.isin(kind.astype(str), ("PAYMENT", "POLICY")) & (about[place] > 0)
    out.write(
        "customers.Interaction",
        {
            "customer_id": roll.ids[place],
            "occurred_at": moment,
            "kind": kind,
            "direction": direction,
            "purpose": purpose,
            "summary": summary,
            "detail": np.where(automatic, "", texts(DETAILS)[draws.below(len(DETAILS), size)]),
            "outcome": outcome,
            "staff_name": np.where(automatic, SYSTEM, staff),
            "seconds": nullable(seconds, longest == 0),
            "subject_kind": np.where(linked, "policy", ""),
            "subject_id": nullable(about[place], ~linked),
            **scope_columns(deals.force, roll.team[place], agent),
        },
    )
    last = np.full(roll.count, NO_DAY, dtype=np.int64)
    reached = direction != "NONE"
    np.maximum.at(last, place[reached], (moment[reached] + 8 * 3600) // 86_400)
    return last


def first_purchases(deals: Deals) -> Ints:
    """Return the day of every customer's first application, `FOREVER` for those who never applied."""
    first = np.full(deals.roll.count, FOREVER, dtype=np.int64)
    np.minimum.at(first, deals.contracts.holder, deals.contracts.applied)
    np.minimum.at(first, deals.contracts.insured, deals.contracts.applied)
    return first
