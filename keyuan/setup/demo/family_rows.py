"""Rows of families, relations and what is known of people beyond the archive (CUS-1, CUS-2, CUS-6)."""

from typing import Any

import numpy as np

from keyuan.customers.services.name_index import gram_rows, key_rows
from keyuan.kernel.codes import Relation
from keyuan.setup.demo.days import NO_DAY, Bools, Ints, local_moment
from keyuan.setup.demo.draws import Draws
from keyuan.setup.demo.families import CHILD, HEAD, PARENT, ROLE_CODES, SPOUSE, STRUCTURES
from keyuan.setup.demo.naming import texts
from keyuan.setup.demo.people import People
from keyuan.setup.demo.roll import Roll
from keyuan.setup.demo.sinks import Out
from keyuan.setup.demo.words.sentences import FEEDBACK, TAGS
from keyuan.setup.demo.words.trades import OTHER_INSURERS

#: (role of one, role of the other, what the one is to the other); the inverse is written beside it.
KINSHIPS = (
    (SPOUSE, HEAD, Relation.SPOUSE),
    (CHILD, HEAD, Relation.CHILD),
    (CHILD, SPOUSE, Relation.CHILD),
    (PARENT, HEAD, Relation.PARENT),
)
NEEDS = (
    ("CRITICAL_ILLNESS", 50),
    ("PENSION", 100),
    ("EDUCATION", 60),
    ("MEDICAL", 200),
    ("LIFE", 100),
    ("ACCIDENT", 100),
)
EVENTS = texts(("MARRIAGE", "BIRTH", "HOUSE", "CAR", "JOB", "PROMOTION", "MOVE", "SCHOOL"))
COVERS = texts(("CRITICAL_ILLNESS", "MEDICAL", "LIFE", "ACCIDENT", "MOTOR"))


def write_families(out: Out, draws: Draws, people: People, roll: Roll, entered: Ints) -> None:
    """Write households, their members, and every relation in both directions."""
    families = people.families
    count = len(families.first)
    incomes = np.bincount(families.family, weights=people.income, minlength=count).astype(np.int64)
    heads = families.first
    households = out.write(
        "customers.Household",
        {
            "label": families.names[heads] + "户",
            "head_id": roll.ids[heads],
            "income": incomes,
            "structure": STRUCTURES[families.shape],
            "region_code": people.county[heads],
            "created_at": entered[heads],
        },
    )
    out.write(
        "customers.HouseholdMember",
        {
            "household_id": households[families.family],
            "customer_id": roll.ids[: people.count],
            "role": ROLE_CODES[families.role],
        },
    )
    one, other, kind = _kinship(people)
    referred = _referrals(draws, people)
    one, other = np.concatenate((one, referred[0])), np.concatenate((other, referred[1]))
    kinds = np.concatenate((kind, texts(["REFERRER"] * len(referred[0]))))
    inverse = texts("REFERRED" if item == "REFERRER" else Relation(item).inverse().value for item in kinds)
    out.write(
        "customers.Relation",
        {
            "customer_id": roll.ids[np.concatenate((one, other))],
            "other_id": roll.ids[np.concatenate((other, one))],
            "kind": np.concatenate((kinds, inverse)),
            "created_at": entered[np.concatenate((one, other))],
        },
    )


def _kinship(people: People) -> tuple[Ints, Ints, Any]:
    families = people.families
    ones, others, kinds = [], [], []
    for role, other_role, kind in KINSHIPS:
        target = families.first if other_role == HEAD else families.spouses()
        places = np.flatnonzero(families.role == role)
        to = target[families.family[places]]
        ones.append(places[to >= 0])
        others.append(to[to >= 0])
        kinds.append(texts([kind.value] * len(ones[-1])))
    return np.concatenate(ones), np.concatenate(others), np.concatenate(kinds)


def _referrals(draws: Draws, people: People) -> tuple[Ints, Ints]:
    """One head of family in twenty was referred by another family's."""
    heads = people.families.first
    chosen = heads[draws.chance(0.05, len(heads))]
    by = heads[draws.below(len(heads), len(chosen))]
    fitting = by < chosen
    return by[fitting], chosen[fitting]


def write_names(out: Out, roll: Roll) -> None:
    """Write the search rows of every name (CUS-4)."""
    grams: list[tuple[str, int]] = []
    keys: list[tuple[str, str, int]] = []
    for customer, name in zip(roll.ids.tolist(), roll.name, strict=True):
        grams += gram_rows(customer, name)
        keys += key_rows(customer, name)
    gram, owner = zip(*grams, strict=True)
    out.write("customers.NameGram", {"gram": gram, "customer_id": owner})
    kind, key, holder = zip(*keys, strict=True)
    out.write("customers.NameKey", {"kind": kind, "key": key, "customer_id": holder})


def write_knowledge(out: Out, draws: Draws, today: int, people: People, roll: Roll, buys: Bools) -> None:
    """Write needs, other cover, life events, opinions and tags."""
    grown = np.flatnonzero(people.age >= 20)

    def some(share: float) -> Ints:
        return grown[draws.chance(share, len(grown))]

    def moment(size: int) -> Ints:
        return local_moment(today - draws.between(1, 700, size), draws.between(9 * 3600, 18 * 3600, size))

    place = some(0.16)
    kind = draws.below(len(NEEDS), len(place))
    out.write(
        "customers.Need",
        {
            "customer_id": roll.ids[place],
            "kind": texts(name for name, _ in NEEDS)[kind],
            "sum_insured": np.array([amount for _, amount in NEEDS])[kind] * 1_000_000,
            "budget": draws.between(2, 30, len(place)) * 100_000,
            "wanted_on": np.where(draws.chance(0.5, len(place)), today + draws.between(10, 300, len(place)), NO_DAY),
            "created_at": moment(len(place)),
        },
    )
    place = some(0.1)
    out.write(
        "customers.OtherCover",
        {
            "customer_id": roll.ids[place],
            "insurer": texts(OTHER_INSURERS)[draws.below(len(OTHER_INSURERS), len(place))],
            "kind": COVERS[draws.below(len(COVERS), len(place))],
            "sum_insured": draws.between(5, 100, len(place)) * 1_000_000,
            "premium": draws.between(3, 80, len(place)) * 10_000,
            "created_at": moment(len(place)),
        },
    )
    place = some(0.2)
    out.write(
        "customers.LifeEvent",
        {
            "customer_id": roll.ids[place],
            "kind": EVENTS[draws.below(len(EVENTS), len(place))],
            "happened_on": today - draws.between(10, 2500, len(place)),
            "created_at": moment(len(place)),
        },
    )
    _write_feedback(out, draws, today, roll, some(0.03), moment)
    _write_tags(out, draws, today, people, roll, buys, moment)


def _write_feedback(out: Out, draws: Draws, today: int, roll: Roll, place: Ints, moment: Any) -> None:
    said = draws.below(len(FEEDBACK), len(place))
    out.write(
        "customers.Feedback",
        {
            "customer_id": roll.ids[place],
            "said_on": today - draws.between(1, 600, len(place)),
            "topic": texts(topic for topic, _ in FEEDBACK)[said],
            "text": texts(text for _, text in FEEDBACK)[said],
            "created_at": moment(len(place)),
        },
    )


def _write_tags(out: Out, draws: Draws, today: int, people: People, roll: Roll, buys: Bools, moment: Any) -> None:
    size = people.count
    first = draws.below(len(TAGS), size)
    second = (first + 1 + draws.below(len(TAGS) - 1, size)) % len(TAGS)
    grown = (people.age >= 20) & (np.arange(size) >= people.told)
    one = np.flatnonzero(grown & buys[:size] & draws.chance(0.4, size))
    two = np.flatnonzero(grown & buys[:size] & draws.chance(0.12, size))
    place = np.concatenate((one, two))
    tag = np.concatenate((first[one], second[two]))
    source = draws.pick((30, 55, 15), len(place))
    out.write(
        "customers.CustomerTag",
        {
            "customer_id": roll.ids[place],
            "tag_id": tag + 1,
            "source": texts(("HAND", "RULE", "MODEL"))[source],
            "confidence_bp": np.where(source == 2, draws.between(5500, 9700, len(place)), 10_000),
            "expires_on": np.where(draws.chance(0.3, len(place)), today + draws.between(20, 400, len(place)), NO_DAY),
            "created_at": moment(len(place)),
        },
    )
