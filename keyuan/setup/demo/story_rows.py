"""Rows that only stories have: told claims, timelines, tasks and tags."""

import numpy as np

from keyuan.setup.demo.class_rows import Work
from keyuan.setup.demo.days import NO_DAY, Ints, local_day, local_moment
from keyuan.setup.demo.draws import Draws
from keyuan.setup.demo.naming import texts
from keyuan.setup.demo.policy_rows import Deals, nullable, scope_columns
from keyuan.setup.demo.service_rows import PAID, STATUSES, Claims
from keyuan.setup.demo.sinks import Out
from keyuan.setup.demo.stories import place_of, policy_places
from keyuan.setup.demo.words.sentences import TAGS
from keyuan.setup.demo.words.stories import CASES, DUTIES, LABELS, TALKS


def write_cases(out: Out, deals: Deals, claims: Claims) -> Claims:
    """Write the claims told; return them behind the others."""
    deal, lines = deals.contracts, deals.lines
    places = policy_places(lines, deal)
    place = np.array([places[case.tail] for case in CASES], dtype=np.int64)
    days = np.array([case.days for case in CASES], dtype=np.int64)
    reported = deals.today - days
    closed = np.array([case.status == "CLOSED" for case in CASES])
    status = np.array([STATUSES.index(case.status) for case in CASES], dtype=np.int64)
    moment = local_moment(reported, 36_000)
    settled = np.where(closed, reported + 4, NO_DAY)
    ids = out.write(
        "claims.Claim",
        {
            "claim_no": [f"CL0000{case.tail}" for case in CASES],
            "policy_id": deals.ids[place],
            "customer_id": deals.roll.ids[deal.insured[place]],
            "kind": [case.kind for case in CASES],
            "cause": [case.cause for case in CASES],
            "status": [case.status for case in CASES],
            "claimed_amount": [case.claimed for case in CASES],
            "paid_amount": [case.paid for case in CASES],
            "occurred_on": reported - 6,
            "reported_at": moment,
            "decided_on": settled,
            "paid_on": settled,
            "created_at": moment,
            **scope_columns(deals.force, lines.team[deal.line[place]], lines.agent[deal.line[place]]),
        },
    )
    return Claims(
        np.concatenate((claims.ids, ids)),
        np.concatenate((claims.place, place)),
        np.concatenate((claims.status, status)),
        np.concatenate((claims.reported, reported)),
        np.concatenate((claims.settled, np.where(status >= PAID, np.where(closed, settled, reported - 6), NO_DAY))),
    )


def silent_places(deals: Deals) -> Ints:
    """Return the customers whose timeline is told."""
    return np.array(sorted({place_of(talk.who, deals.roll) for talk in TALKS}), dtype=np.int64)


def write_talks(out: Out, deals: Deals, last: Ints) -> None:
    """Write the timelines told, and move the days of last contact along."""
    roll = deals.roll
    talks = sorted(TALKS, key=lambda talk: (place_of(talk.who, roll), -talk.days, talk.at))
    place = np.array([place_of(talk.who, roll) for talk in talks], dtype=np.int64)
    day = deals.today - np.array([talk.days for talk in talks], dtype=np.int64)
    moment = local_moment(day, np.array([talk.at[0] * 3600 + talk.at[1] * 60 for talk in talks]))
    reached = np.array([talk.direction != "NONE" for talk in talks])
    seconds = np.array([talk.seconds for talk in talks], dtype=np.int64)
    out.write(
        "customers.Interaction",
        {
            "customer_id": roll.ids[place],
            "occurred_at": moment,
            "kind": [talk.kind for talk in talks],
            "direction": [talk.direction for talk in talks],
            "purpose": [talk.purpose for talk in talks],
            "summary": [talk.summary for talk in talks],
            "outcome": [talk.outcome for talk in talks],
            "staff_name": [talk.staff for talk in talks],
            "seconds": nullable(seconds, seconds == 0),
            **scope_columns(deals.force, roll.team[place], roll.agent[place]),
        },
    )
    np.maximum.at(last, place[reached], local_day(moment[reached]))


def write_duties(out: Out, deals: Deals, work: Work) -> None:
    """Write the open tasks that no rule makes, and count them to the others."""
    roll, force = deals.roll, deals.force
    place = np.array([place_of(duty.who, roll) for duty in DUTIES], dtype=np.int64)
    day = deals.today + np.array([duty.days for duty in DUTIES], dtype=np.int64)
    work.count(place, texts(duty.kind for duty in DUTIES), day)
    out.write(
        "customers.Task",
        {
            "customer_id": roll.ids[place],
            "kind": [duty.kind for duty in DUTIES],
            "title": [duty.title for duty in DUTIES],
            "reason": [duty.reason for duty in DUTIES],
            "stake": [duty.stake * 100 for duty in DUTIES],
            "due_at": local_moment(day, np.array([duty.at[0] * 3600 + duty.at[1] * 60 for duty in DUTIES])),
            "agent_id": force.home_agent + 1,
            "unit_id": force.paths[roll.team[place], 4],
            "created_at": local_moment(np.full(len(DUTIES), deals.today - 2), 8 * 3600),
        },
    )


def write_labels(out: Out, deals: Deals, draws: Draws) -> None:
    """Write the tags told; their customers have no drawn ones of the same kind."""
    codes = [code for code, *_ in TAGS]
    place = np.array([place_of(who, deals.roll) for who, _ in LABELS], dtype=np.int64)
    out.write(
        "customers.CustomerTag",
        {
            "customer_id": deals.roll.ids[place],
            "tag_id": np.array([codes.index(code) + 1 for _, code in LABELS]),
            "source": texts(("HAND", "RULE"))[draws.below(2, len(LABELS))],
            "created_at": local_moment(np.full(len(LABELS), deals.today - 20), 40_000),
        },
    )
