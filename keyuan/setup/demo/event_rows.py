"""Rows of what happened to each contract, step by step, as the life cycle allows it (POL-2)."""

from dataclasses import dataclass

import numpy as np

from keyuan.setup.demo.days import NO_DAY, Bools, Ints, local_moment
from keyuan.setup.demo.draws import Draws
from keyuan.setup.demo.naming import Names, texts
from keyuan.setup.demo.policy_rows import Deals
from keyuan.setup.demo.sinks import Out
from keyuan.setup.demo.standing import (
    IS_IN_FORCE,
    IS_NOT_EFFECTIVE,
    IS_PENDING,
    IS_SUSPENDED,
    IS_TERMINATED,
    STATUS_CODES,
    STEPS,
)

RECORDER = "核心系统"
ARREARS, PAID_AGAIN = "宽限期届满未交费", "补交欠缴保费及利息"
#: Second of the day at which steps were recorded.
RECORDED = 61_200


@dataclass(frozen=True, slots=True)
class Steps:
    """Steps of many contracts: ``place`` of the contract, what, when, out of and into which status, why."""

    place: Ints
    kind: Names
    when: Ints
    source: Ints
    target: Ints
    reason: Names


def _steps(
    where: Bools, kind: Names | str, when: Ints, source: Ints | int, target: Ints | int, reason: str = ""
) -> Steps:
    """Return the steps of the contracts ``where`` says, from columns over all contracts or one value for all."""
    place = np.flatnonzero(where)
    size = len(place)

    def column(value: Ints | int) -> Ints:
        return value[place] if isinstance(value, np.ndarray) else np.full(size, value, dtype=np.int64)

    kinds = kind[place] if isinstance(kind, np.ndarray) else texts([kind] * size)
    return Steps(place, kinds, when[place], column(source), column(target), texts([reason] * size))


def _life(deals: Deals) -> list[Steps]:
    """Return issue, suspension, reinstatement and end."""
    deal, now = deals.contracts, deals.standings
    ahead = now.status == IS_NOT_EFFECTIVE
    step = np.where(now.matured, "MATURE", STEPS[now.fate])
    before = np.where(now.suspended != NO_DAY, IS_SUSPENDED, np.where(step == "DECLINE", IS_PENDING, IS_IN_FORCE))
    first = np.where(ahead, IS_NOT_EFFECTIVE, IS_IN_FORCE)
    issue = np.where(ahead, "ISSUE_AHEAD", "ISSUE")
    was_suspended = now.first_suspended != NO_DAY
    return [
        _steps(deal.issued != NO_DAY, issue, deal.issued, IS_PENDING, first),
        _steps(was_suspended, "SUSPEND", now.first_suspended, IS_IN_FORCE, IS_SUSPENDED, ARREARS),
        _steps(was_suspended, "REINSTATE", now.reinstated, IS_SUSPENDED, IS_IN_FORCE, PAID_AGAIN),
        _steps(now.suspended != NO_DAY, "SUSPEND", now.suspended, IS_IN_FORCE, IS_SUSPENDED, ARREARS),
        _steps(now.ended != NO_DAY, step, now.ended, before, IS_TERMINATED),
    ]


def _switches(deals: Deals, draws: Draws) -> list[Steps]:
    """Return when sub-states were turned on: some time within the latter part of the contract's life."""
    now, age = deals.standings, np.maximum(0, deals.today - deals.contracts.effective)
    flags = (
        (now.paid_up, "PAID_UP", 0.9),
        (now.loaned, "LOAN", 0.3),
        (now.premium_loan, "APL_START", 0.1),
        (now.lost, "LOST", 0.02),
        (now.frozen, "FREEZE", 0.02),
        (now.waived, "WAIVER", 0.2),
        (now.reduced, "REDUCED_PAID_UP", 0.2),
    )
    return [
        _steps(
            flag,
            kind,
            deals.today - (age * part * draws.uniform(len(age))).astype(np.int64),
            deals.standings.status,
            deals.standings.status,
        )
        for flag, kind, part in flags
    ]


def write_events(out: Out, draws: Draws, deals: Deals) -> None:
    """Write every step with its date, each contract's in the order in which they happened."""
    parts = [*_life(deals), *_switches(deals, draws)]
    place = np.concatenate([part.place for part in parts])
    when = np.concatenate([part.when for part in parts])
    order = np.lexsort((when, place))
    out.write(
        "policies.PolicyEvent",
        {
            "policy_id": deals.ids[place][order],
            "kind": np.concatenate([part.kind for part in parts])[order],
            "from_status": STATUS_CODES[np.concatenate([part.source for part in parts])[order]],
            "to_status": STATUS_CODES[np.concatenate([part.target for part in parts])[order]],
            "happened_on": when[order],
            "recorded_at": local_moment(when, RECORDED)[order],
            "actor_name": RECORDER,
            "reason": np.concatenate([part.reason for part in parts])[order],
        },
    )
