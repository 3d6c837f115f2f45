"""Rows of the contracts: policies, coverages, parties, service people, vehicles and drivers (POL-1)."""

from dataclasses import dataclass

import numpy as np

from keyuan.kernel.codes import BeneficiaryType, PayMode, Relation, TermUnit
from keyuan.setup.demo.contracts import COVER_YEARS, IS_GROUP, IS_LONG, NCD_BP, Contracts, is_motor
from keyuan.setup.demo.days import FOREVER, NO_DAY, Ints, local_moment, years_of
from keyuan.setup.demo.draws import Draws
from keyuan.setup.demo.families import CHILD, HEAD, NOBODY, PARENT, SPOUSE
from keyuan.setup.demo.lines import SINGLE, Lines
from keyuan.setup.demo.naming import Names, draw_given_names, draw_surnames, texts
from keyuan.setup.demo.numbers import cards, plates, scattered, vehicle_numbers
from keyuan.setup.demo.people import People
from keyuan.setup.demo.roll import Roll
from keyuan.setup.demo.schema import Frame
from keyuan.setup.demo.sealing import indexes, sealed
from keyuan.setup.demo.sinks import Out
from keyuan.setup.demo.standing import IS_IN_FORCE, IS_SUSPENDED, STATUS_CODES, Standings
from keyuan.setup.demo.tree import CHANNELS, Force
from keyuan.setup.demo.words import products as catalogue
from keyuan.setup.demo.words.places import PLATE_LETTERS
from keyuan.setup.demo.words.trades import BANKS, VEHICLES

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
    due = now.next_due != FOREVER
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
            "in_cooling_off": now.in_cooling_off,
            "in_grace": now.in_grace,
            "is_paid_up": now.paid_up,
            "is_reduced_paid_up": now.reduced,
            "on_premium_loan": now.premium_loan,
            "is_loaned": now.loaned,
            "is_lost": now.lost,
            "is_frozen": now.frozen,
            "is_premium_waived": now.waived,
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
            "next_clock_on": np.where(due, np.where(now.in_grace, now.next_due + 60, now.next_due), NO_DAY),
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


def write_coverages(out: Out, deals: Deals, draws: Draws) -> None:
    """Write the main cover of each policy with its riders; a car's commercial cover has three parts of its own."""
    deal, now = deals.contracts, deals.standings
    count = deal.count
    car = deal.offer == catalogue.MOTOR_COMMERCIAL
    main = np.flatnonzero(~car)
    rideable = IS_LONG[deal.offer] & ~IS_GROUP[deal.offer]
    riders = [np.flatnonzero(rideable & draws.chance(share, count)) for share in (0.16, 0.2, 0.14, 0.05)]
    cars = np.flatnonzero(car)
    parts = [
        (
            main,
            deal.offer[main],
            CODES[deal.offer[main]],
            NAMES[deal.offer[main]],
            False,
            deal.insured_sum[main],
            deal.premium[main],
        )
    ]
    for number, place in zip(catalogue.RIDERS, riders, strict=True):
        offer = catalogue.OFFERS[number]
        fee = np.full(len(place), offer.premium * 100)
        parts.append(
            (
                place,
                np.full(len(place), number),
                texts([offer.code] * len(place)),
                texts([offer.name] * len(place)),
                True,
                fee * offer.times // 10,
                fee,
            )
        )
    shares = (
        ("OD", "机动车损失保险", 55, None),
        ("TPL", "机动车第三者责任保险", 38, 200_000_000),
        ("PASSENGER", "机动车车上人员责任保险", 7, 1_000_000),
    )
    for code, name, share, amount in shares:
        whole = deal.insured_sum[cars] if amount is None else np.full(len(cars), amount)
        fee = (
            deal.premium[cars] * share // 100
            if code != "OD"
            else deal.premium[cars] - deal.premium[cars] * 38 // 100 - deal.premium[cars] * 7 // 100
        )
        parts.append((cars, deal.offer[cars], texts([code] * len(cars)), texts([name] * len(cars)), False, whole, fee))
    place = np.concatenate([part[0] for part in parts])
    order = np.argsort(place, kind="stable")
    rider = np.concatenate([np.full(len(part[0]), part[4]) for part in parts])
    out.write(
        "policies.Coverage",
        {
            "policy_id": deals.ids[place][order],
            "product_id": np.concatenate([part[1] for part in parts])[order] + 1,
            "code": np.concatenate([part[2] for part in parts])[order],
            "name": np.concatenate([part[3] for part in parts])[order],
            "is_rider": rider[order],
            "sum_insured": np.concatenate([part[5] for part in parts])[order],
            "premium": np.concatenate([part[6] for part in parts])[order],
            "status": STATUS_CODES[now.status[place]][order],
        },
    )


def relation_between(people: People, one: Ints, other: Ints) -> Names:
    """Return what ``one`` is to ``other``, both persons of a family by position; 00 for the same, 99 else."""
    role = people.families.role
    same_family = people.families.family[one] == people.families.family[other]
    pairs = (
        (SPOUSE, HEAD, Relation.SPOUSE), (HEAD, SPOUSE, Relation.SPOUSE), (CHILD, HEAD, Relation.CHILD),
        (CHILD, SPOUSE, Relation.CHILD), (HEAD, CHILD, Relation.PARENT), (SPOUSE, CHILD, Relation.PARENT),
        (PARENT, HEAD, Relation.PARENT), (HEAD, PARENT, Relation.CHILD), (PARENT, CHILD, Relation.GRANDPARENT),
        (CHILD, PARENT, Relation.GRANDCHILD), (CHILD, CHILD, Relation.SIBLING),
    )  # fmt: skip
    found = texts([Relation.OTHER.value] * len(one))
    for mine, yours, relation in pairs:
        found[same_family & (role[one] == mine) & (role[other] == yours)] = relation.value
    found[one == other] = Relation.SELF.value
    return found


@dataclass(frozen=True, slots=True)
class _Beneficiaries:
    place: Ints
    who: Ints
    order: Ints
    share: Ints


def _beneficiaries(deals: Deals, draws: Draws) -> _Beneficiaries:
    """Name one or two of the family, in one order or two; where nobody is named, the law decides (法定)."""
    deal, families = deals.contracts, deals.people.families
    persons = deals.people.count
    place = np.flatnonzero(IS_LIFE[deal.offer] & (deal.insured < persons))
    insured = deal.insured[place]
    family = families.family[insured]
    head, spouse = families.first[family], families.spouses()[family]
    child = np.full(len(families.first), NOBODY, dtype=np.int64)
    children = np.flatnonzero(families.role == CHILD)
    child[families.family[children]] = children
    child = child[family]
    first = np.where(insured == head, np.where(spouse >= 0, spouse, child), head)
    second = np.where((first == child) | (insured == child), NOBODY, child)
    luck = draws.uniform(len(place))
    named = (luck < 0.58) & (first >= 0)
    shared = named & (luck < 0.2) & (second >= 0) & (second != insured)
    behind = shared & (luck < 0.07)
    split = np.array((5000, 6000, 7000))[draws.below(3, len(place))]
    whole = np.full(len(place), 10_000)
    parts = (
        (~named, np.full(len(place), NOBODY), 1, whole),
        (named, first, 1, np.where(shared & ~behind, split, whole)),
        (shared & ~behind, second, 1, 10_000 - split),
        (behind, second, 2, whole),
    )
    chosen = [np.flatnonzero(part[0]) for part in parts]
    return _Beneficiaries(
        np.concatenate([place[here] for here in chosen]),
        np.concatenate([part[1][here] for part, here in zip(parts, chosen, strict=True)]),
        np.concatenate([np.full(len(here), part[2]) for part, here in zip(parts, chosen, strict=True)]),
        np.concatenate([part[3][here] for part, here in zip(parts, chosen, strict=True)]),
    )


def write_parties(out: Out, deals: Deals, draws: Draws) -> None:
    """Write holder, insured, beneficiaries and now and then another payer."""
    deal, people = deals.contracts, deals.people
    every = np.arange(deal.count)
    named = _beneficiaries(deals, draws)
    paid = np.flatnonzero(
        (deal.holder < people.count)
        & (deal.insured != deal.holder)
        & (deal.insured < people.count)
        & draws.chance(0.06, deal.count)
    )
    place = np.concatenate((every, every, named.place, paid))
    who = np.concatenate((deal.holder, deal.insured, named.who, deal.holder[paid]))
    role = np.repeat(np.arange(4), (deal.count, deal.count, len(named.place), len(paid)))
    insured = deal.insured[place]
    person = (who >= 0) & (who < people.count) & (insured < people.count)
    relation = texts([""] * len(place))
    relation[person] = relation_between(people, who[person], insured[person])
    relation[(role != 2) & (who == insured)] = Relation.SELF.value
    order = np.argsort(place * 4 + role, kind="stable")
    count = len(place) - len(named.place)
    share: list[int | None] = [None] * len(place)
    share[2 * deal.count : 2 * deal.count + len(named.place)] = named.share.tolist()
    out.write(
        "policies.PolicyParty",
        {
            "policy_id": deals.ids[place][order],
            "customer_id": nullable(deals.roll.ids[who], who < 0)[order],
            "role": texts(("HOLDER", "INSURED", "BENEFICIARY", "PAYER"))[role][order],
            "relation_to_insured": relation[order],
            "benefit_type": np.where(role == 2, BeneficiaryType.DEATH.value, "")[order],
            "order": np.where(role == 2, np.insert(np.ones(count, dtype=np.int64), [2 * deal.count] * len(named.order), named.order), 1)[order],
            "share_bp": np.array(share, dtype=object)[order],
            "is_statutory": ((role == 2) & (who < 0))[order],
            "valid_from": np.where(deal.issued == NO_DAY, deal.applied, deal.issued)[place][order],
        },
    )  # fmt: skip


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
        (deal.offer[motor] == catalogue.MOTOR_COMMERCIAL)
        & (deal.holder[motor] < people.count)
        & draws.chance(0.4, len(motor))
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
