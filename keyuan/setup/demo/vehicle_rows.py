"""Rows of insured cars and their named drivers (POL-1)."""

import numpy as np

from keyuan.setup.demo.contracts import NCD_BP, is_motor
from keyuan.setup.demo.days import Ints
from keyuan.setup.demo.draws import Draws
from keyuan.setup.demo.naming import draw_given_names, draw_surnames, texts
from keyuan.setup.demo.numbers import plates, vehicle_numbers
from keyuan.setup.demo.policy_rows import Deals, nullable
from keyuan.setup.demo.sinks import Out
from keyuan.setup.demo.words.places import PLATE_LETTERS
from keyuan.setup.demo.words.products import MOTOR_COMMERCIAL
from keyuan.setup.demo.words.trades import VEHICLES


def write_vehicles(out: Out, deals: Deals, draws: Draws) -> None:
    """Write the car of every motor policy, the same car for all years and both covers, and named drivers."""
    deal, lines = deals.contracts, deals.lines
    place = np.flatnonzero(is_motor(deal.offer))
    cars = int(lines.car.max(initial=-1)) + 1
    kind = draws.below(len(VEHICLES), cars)
    owner = np.zeros(cars, dtype=np.int64)
    with_car = np.flatnonzero(lines.car >= 0)
    owner[lines.car[with_car]] = lines.holder[with_car]
    begins = np.full(cars, 0, dtype=np.int64)
    begins[lines.car[with_car]] = lines.start[with_car]
    columns = [texts(column) for column in zip(*VEHICLES, strict=True)]
    make, model, sort, fuel, seats, engine, power, mass, value, prefix = (column[kind] for column in columns)
    provinces = texts(PLATE_LETTERS[code[:2]] for code in deals.roll.county[owner])
    numbers, plate = vehicle_numbers(draws, prefix), plates(draws, provinces, fuel == "纯电动")
    registered = begins - draws.between(0, 1500, cars)
    car = lines.car[deal.line[place]]
    age = np.maximum(0, (deal.effective[place] - registered[car]) // 365)
    out.write(
        "policies.Vehicle",
        {
            "policy_id": deals.ids[place],
            "plate": plate[car],
            "vin": numbers[car],
            "make": make[car],
            "model": model[car],
            "kind": sort[car],
            "usage": "家庭自用",
            "fuel": fuel[car],
            "engine_ml": nullable(engine[car].astype(np.int64), engine[car] == 0),
            "power_kw": power[car],
            "mass_kg": mass[car],
            "seats": seats[car],
            "value": (value[car].astype(np.int64) * 100 * np.maximum(25, 100 - 9 * age) // 10_000) * 100,
            "age_years": age,
            "registered_on": registered[car],
            "region_code": deals.roll.county[deal.holder[place]],
            "bonus_malus_bp": NCD_BP[np.minimum(deal.year[place], 9)],
        },
    )
    _write_drivers(out, deals, draws, place)


def _write_drivers(out: Out, deals: Deals, draws: Draws, motor: Ints) -> None:
    deal, people = deals.contracts, deals.people
    place = motor[
        (deal.offer[motor] == MOTOR_COMMERCIAL) & (deal.holder[motor] < people.count) & draws.chance(0.4, len(motor))
    ]
    holder = deal.holder[place]
    second = place[draws.chance(0.4, len(place))]
    age = np.maximum(18, (deal.effective[place] - people.families.birth[holder]) // 365)
    other_age, sex = draws.between(20, 62, len(second)), draws.between(1, 2, len(second))
    names = draw_surnames(draws, len(second)) + draw_given_names(draws, sex, deals.today - other_age * 365)
    ages = np.concatenate((age, other_age))
    out.write(
        "policies.Driver",
        {
            "policy_id": deals.ids[np.concatenate((place, second))],
            "position": np.repeat((1, 2), (len(place), len(second))),
            "name": np.concatenate((deals.roll.name[holder], names)),
            "sex": np.concatenate((people.families.sex[holder], sex)).astype(str).astype(object),
            "age_years": ages,
            "licence_years": np.maximum(0, (ages - 18) * 6 // 10),
        },
    )
