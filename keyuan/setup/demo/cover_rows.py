"""Rows of coverages: the main cover of each policy, its riders, the three parts of a car's commercial cover (POL-1)."""

from dataclasses import dataclass

import numpy as np

from keyuan.setup.demo.contracts import IS_GROUP, IS_LONG
from keyuan.setup.demo.days import Ints
from keyuan.setup.demo.draws import Draws
from keyuan.setup.demo.naming import Names, texts
from keyuan.setup.demo.policy_rows import CODES, NAMES, Deals
from keyuan.setup.demo.sinks import Out
from keyuan.setup.demo.standing import STATUS_CODES
from keyuan.setup.demo.words.products import MOTOR_COMMERCIAL, OFFERS, RIDERS

#: How many long contracts carry each rider.
RIDER_SHARES = (0.16, 0.2, 0.14, 0.05)
#: Code, name, share of the premium in percent, and sum insured in fen (0: the value of the car).
CAR_PARTS = (
    ("OD", "机动车损失保险", 55, 0),
    ("TPL", "机动车第三者责任保险", 38, 200_000_000),
    ("PASSENGER", "机动车车上人员责任保险", 7, 1_000_000),
)


@dataclass(frozen=True, slots=True)
class Covers:
    """Coverages by position; ``place`` is that of the policy, ``offer`` that of the product."""

    place: Ints
    offer: Ints
    code: Names
    name: Names
    rider: bool
    amount: Ints
    premium: Ints


def write_coverages(out: Out, deals: Deals, draws: Draws) -> None:
    """Write coverages; their premiums add up to the policy's."""
    deal = deals.contracts
    car = deal.offer == MOTOR_COMMERCIAL
    riders = _riders(deals, draws)
    rest = deal.premium.copy()
    for cover in riders:
        np.subtract.at(rest, cover.place, cover.premium)
    main = np.flatnonzero(~car)
    offer = deal.offer[main]
    parts = [Covers(main, offer, CODES[offer], NAMES[offer], False, deal.insured_sum[main], rest[main]), *riders]
    parts += _car_parts(deals, np.flatnonzero(car))
    place = np.concatenate([cover.place for cover in parts])
    order = np.argsort(place, kind="stable")
    rider = np.concatenate([np.full(len(cover.place), cover.rider) for cover in parts])
    out.write(
        "policies.Coverage",
        {
            "policy_id": deals.ids[place][order],
            "product_id": np.concatenate([cover.offer for cover in parts])[order] + 1,
            "code": np.concatenate([cover.code for cover in parts])[order],
            "name": np.concatenate([cover.name for cover in parts])[order],
            "is_rider": rider[order],
            "sum_insured": np.concatenate([cover.amount for cover in parts])[order],
            "premium": np.concatenate([cover.premium for cover in parts])[order],
            "status": STATUS_CODES[deals.standings.status[place]][order],
        },
    )


def _riders(deals: Deals, draws: Draws) -> list[Covers]:
    """Some long contracts carry riders, each for at most a tenth of the premium."""
    deal = deals.contracts
    fitting = IS_LONG[deal.offer] & ~IS_GROUP[deal.offer]
    found = []
    for number, share in zip(RIDERS, RIDER_SHARES, strict=True):
        offer = OFFERS[number]
        place = np.flatnonzero(fitting & draws.chance(share, deal.count))
        fee = np.minimum(offer.premium * 100, deal.premium[place] // 1000 * 100)
        code, name = texts([offer.code] * len(place)), texts([offer.name] * len(place))
        found.append(Covers(place, np.full(len(place), number), code, name, True, fee * offer.times // 10, fee))
    return found


def _car_parts(deals: Deals, place: Ints) -> list[Covers]:
    deal, size = deals.contracts, len(place)
    fees = [deal.premium[place] * share // 100 for *_, share, _ in CAR_PARTS]
    # What rounding leaves over belongs to the damage of the car itself.
    fees[0] = deal.premium[place] - fees[1] - fees[2]
    return [
        Covers(
            place,
            deal.offer[place],
            texts([code] * size),
            texts([name] * size),
            False,
            np.full(size, amount) if amount else deal.insured_sum[place],
            fee,
        )
        for (code, name, _, amount), fee in zip(CAR_PARTS, fees, strict=True)
    ]
