"""Rows of roles: holder, insured, beneficiaries with order and share, payers (POL-1)."""

from dataclasses import dataclass

import numpy as np

from keyuan.kernel.codes import BeneficiaryType, Relation
from keyuan.setup.demo.days import NO_DAY, Ints
from keyuan.setup.demo.draws import Draws
from keyuan.setup.demo.families import CHILD, HEAD, NOBODY, PARENT, SPOUSE
from keyuan.setup.demo.naming import Names, texts
from keyuan.setup.demo.people import People
from keyuan.setup.demo.policy_rows import KINDS, Deals, nullable
from keyuan.setup.demo.sinks import Out

IS_LIFE = np.isin(KINDS.astype(str), ("LIFE", "ENDOWMENT", "ANNUITY", "CRITICAL_ILLNESS", "ACCIDENT"))


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
    rank = np.ones(len(place), dtype=np.int64)
    share = np.full(len(place), None, dtype=object)
    rank[role == 2], share[role == 2] = named.order, named.share
    out.write(
        "policies.PolicyParty",
        {
            "policy_id": deals.ids[place][order],
            "customer_id": nullable(deals.roll.ids[who], who < 0)[order],
            "role": texts(("HOLDER", "INSURED", "BENEFICIARY", "PAYER"))[role][order],
            "relation_to_insured": relation[order],
            "benefit_type": np.where(role == 2, BeneficiaryType.DEATH.value, "")[order],
            "order": rank[order],
            "share_bp": share[order],
            "is_statutory": ((role == 2) & (who < 0))[order],
            "valid_from": np.where(deal.issued == NO_DAY, deal.applied, deal.issued)[place][order],
        },
    )  # fmt: skip
