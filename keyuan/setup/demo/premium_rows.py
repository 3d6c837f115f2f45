"""Rows of the money: the schedule of instalments, payments and refunds (POL-3)."""

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
    IS_TERMINATED,
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
