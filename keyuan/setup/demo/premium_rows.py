"""Rows of the money: the schedule of instalments, payments, refunds (POL-3), and each contract's steps (POL-2)."""

import numpy as np

from keyuan.kernel.codes import PaymentMethod
from keyuan.setup.demo.contracts import GRACE_DAYS
from keyuan.setup.demo.days import NO_DAY, Bools, Ints, add_months, local_moment
from keyuan.setup.demo.draws import Draws
from keyuan.setup.demo.lines import CANCELLED, SAME_DAY, SURRENDERED
from keyuan.setup.demo.naming import Names, texts
from keyuan.setup.demo.policy_rows import Deals, nullable
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

METHODS = texts(
    (PaymentMethod.ELECTRONIC_TRANSFER, PaymentMethod.DEBIT_CARD, PaymentMethod.THIRD_PARTY, PaymentMethod.CASH_SLIP)
)
DUE, PAID, PART, LAPSED, WAIVED = range(5)
INSTALMENT_CODES = texts(("DUE", "PAID", "PART", "LAPSED", "WAIVED"))


def write_premiums(out: Out, draws: Draws, deals: Deals) -> None:
    """Write instalments with what was paid of them, and the payments; both exact to the fen."""
    deal, now = deals.contracts, deals.standings
    place = np.repeat(np.arange(deal.count), now.shown)
    starts = np.concatenate(([0], np.cumsum(now.shown)[:-1]))
    number = np.arange(len(place)) - starts[place]
    due = add_months(deal.effective[place], number * deal.months[place])
    amount = deal.premium[place]
    paid = number < now.paid[place]
    status = _instalment_status(deals, place, number, due, paid)
    part = np.where(status == PART, now.part_paid[place], 0)
    settled = _paid_on(draws, deals, place, number, due)
    out.write(
        "policies.Instalment",
        {
            "policy_id": deals.ids[place],
            "number": number + 1,
            "due_on": due,
            "amount": amount,
            "paid_amount": np.where(paid, amount, part),
            "paid_on": np.where(paid, settled, NO_DAY),
            "status": INSTALMENT_CODES[status],
        },
    )
    got = np.flatnonzero(paid | (status == PART))
    method = METHODS[draws.pick((62, 24, 10, 4), deal.count)]
    _write_payments(out, draws, deals, place[got], number[got], settled[got], np.where(paid, amount, part)[got], method)


def _instalment_status(deals: Deals, place: Ints, number: Ints, due: Ints, paid: Bools) -> Ints:
    now = deals.standings
    status = np.where(paid, PAID, DUE)
    behind = ~paid & (now.status[place] == IS_TERMINATED)
    status[behind] = LAPSED
    status[~paid & now.waived[place] & (due <= deals.today)] = WAIVED
    status[(now.part_paid[place] > 0) & (number == now.paid[place])] = PART
    return status


def _paid_on(draws: Draws, deals: Deals, place: Ints, number: Ints, due: Ints) -> Ints:
    """The first premium comes with the issue, later ones around their due dates, arrears on reinstatement."""
    deal, now = deals.contracts, deals.standings
    delay = np.where(draws.chance(0.8, len(place)), draws.between(0, 3, len(place)), draws.between(4, 50, len(place)))
    on = np.minimum(due + delay, deals.today)
    on = np.where(number == 0, deal.issued[place], on)
    again = (now.reinstated[place] != NO_DAY) & (due <= now.reinstated[place])
    again &= due + GRACE_DAYS + 1 >= now.first_suspended[place]
    on = np.where(again & (number > 0), now.reinstated[place], on)
    ended = now.ended[place]
    return np.where((ended != NO_DAY) & (on > ended), np.maximum(np.minimum(due, ended), deal.issued[place]), on)


def _write_payments(
    out: Out, draws: Draws, deals: Deals, place: Ints, number: Ints, paid_on: Ints, amount: Ints, method: Names
) -> None:
    """Write what came in, and behind it what went back on cancelled and surrendered contracts."""
    deal, now = deals.contracts, deals.standings
    back = np.flatnonzero(
        (now.ended != NO_DAY) & np.isin(now.fate, (CANCELLED, SAME_DAY, SURRENDERED)) & (now.paid > 0)
    )
    whole = now.fate[back] != SURRENDERED
    value = deal.premium[back] * now.paid[back]
    refund = np.where(whole, value, value * draws.between(25, 80, len(back)) // 100)
    everything = np.concatenate((place, back))
    order = np.argsort(everything, kind="stable")
    when = np.concatenate((paid_on, now.ended[back]))
    count = len(everything)
    is_refund = np.concatenate((np.zeros(len(place), dtype=np.bool_), np.ones(len(back), dtype=np.bool_)))
    amounts = np.concatenate((amount, -refund))
    start = out.first + out.counts.get("policies.Payment", 0) + 1
    out.write(
        "policies.Payment",
        {
            "policy_id": deals.ids[everything][order],
            "instalment_number": nullable(np.concatenate((number + 1, np.zeros(len(back), dtype=np.int64))), is_refund)[
                order
            ],
            "paid_on": when[order],
            "amount": amounts[order],
            "method": method[everything][order],
            "receipt_no": texts(f"R{value:011d}" for value in range(start, start + count)),
            "result": "OK",
            "recorded_at": local_moment(when, 54_000)[order],
        },
    )


def write_events(out: Out, draws: Draws, deals: Deals) -> None:
    """Write every step of each contract's life with its date, in the order in which it happened."""
    deal, now = deals.contracts, deals.standings
    ahead = now.status == IS_NOT_EFFECTIVE
    issued = np.flatnonzero((now.status != IS_PENDING) & (STEPS[now.fate] != "DECLINE"))
    ended = np.flatnonzero(now.ended != NO_DAY)
    step = np.where(now.matured, "MATURE", STEPS[now.fate])
    before = np.where(now.suspended != NO_DAY, IS_SUSPENDED, np.where(step == "DECLINE", IS_PENDING, IS_IN_FORCE))
    again = np.flatnonzero(now.first_suspended != NO_DAY)
    suspended = np.flatnonzero(now.suspended != NO_DAY)
    parts = [
        (
            issued,
            np.where(ahead, "ISSUE_AHEAD", "ISSUE")[issued],
            deal.issued,
            IS_PENDING,
            np.where(ahead, IS_NOT_EFFECTIVE, IS_IN_FORCE)[issued],
            "",
        ),
        (again, "SUSPEND", now.first_suspended, IS_IN_FORCE, IS_SUSPENDED, "宽限期届满未交费"),
        (again, "REINSTATE", now.reinstated, IS_SUSPENDED, IS_IN_FORCE, "补交欠缴保费及利息"),
        (suspended, "SUSPEND", now.suspended, IS_IN_FORCE, IS_SUSPENDED, "宽限期届满未交费"),
        (ended, step[ended], now.ended, before[ended], IS_TERMINATED, ""),
    ]
    for flag, kind, share in (
        (now.paid_up, "PAID_UP", 0.9),
        (now.loaned, "LOAN", 0.3),
        (now.premium_loan, "APL_START", 0.1),
        (now.lost, "LOST", 0.02),
        (now.frozen, "FREEZE", 0.02),
        (now.waived, "WAIVER", 0.2),
        (now.reduced, "REDUCED_PAID_UP", 0.2),
    ):
        when = deals.today - ((deals.today - deal.effective) * share * draws.uniform(deal.count)).astype(np.int64)
        parts.append((np.flatnonzero(flag), kind, np.minimum(when, deals.today), IS_IN_FORCE, IS_IN_FORCE, ""))
    place = np.concatenate([part[0] for part in parts])
    when = np.concatenate([part[2][part[0]] for part in parts])
    order = np.lexsort((when, place))

    def column(index: int) -> Names:
        return np.concatenate([_spread(part[index], len(part[0])) for part in parts])[order]

    moments = local_moment(when, 61_200)[order]
    out.write(
        "policies.PolicyEvent",
        {
            "policy_id": deals.ids[place][order],
            "kind": column(1),
            "from_status": STATUS_CODES[column(3).astype(np.int64)],
            "to_status": STATUS_CODES[column(4).astype(np.int64)],
            "happened_on": when[order],
            "recorded_at": moments,
            "actor_name": "核心系统",
            "reason": column(5),
        },
    )


def _spread(value: object, size: int) -> Names:
    """Return one value for all places, or the column that it is."""
    return value.astype(object) if isinstance(value, np.ndarray) else texts([value] * size)
