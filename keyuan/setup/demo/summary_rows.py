"""The summary of every customer, as `customers.services.summary` and `policies.services.summary` would make it."""

from dataclasses import dataclass

import numpy as np

from keyuan.customers.services.name_index import name_sort_key
from keyuan.policies.services.summary import state
from keyuan.setup.demo.archive_rows import Archive
from keyuan.setup.demo.class_rows import Letters, Work, facts_today, is_open, present_columns
from keyuan.setup.demo.days import FAR_PAST, FOREVER, NO_DAY, Bools, Ints, local_day, month_day
from keyuan.setup.demo.naming import Names
from keyuan.setup.demo.policy_rows import Deals, nullable, scope_columns
from keyuan.setup.demo.service_rows import AWAITING, Claims
from keyuan.setup.demo.sinks import Out
from keyuan.setup.demo.standing import IS_IN_FORCE, IS_PENDING, IS_SUSPENDED

#: Least annual premium in fen of each tier.
TIERS = (("DIAMOND", 15_000_000), ("PLATINUM", 4_500_000), ("GOLD", 1_500_000), ("NORMAL", 0))
UNKNOWN_BIRTHDAY = 9999


@dataclass(frozen=True, slots=True)
class Facts:
    """What a customer's contracts add up to."""

    total: Ints
    in_force: Ints
    premium: Ints
    due: Ints
    due_amount: Ints
    grace: Ints
    bought: Ints
    cooling: Bools
    suspended: Bools


def facts_of(deals: Deals) -> Facts:
    """Add up the contracts by holder; applications do not count."""
    deal, now, size = deals.contracts, deals.standings, deals.roll.count
    held = now.status != IS_PENDING
    live = now.status == IS_IN_FORCE

    def count(where: Bools) -> Ints:
        return np.bincount(deal.holder[where], minlength=size)

    due = np.full(size, FOREVER, dtype=np.int64)
    np.minimum.at(due, deal.holder[live], now.next_due[live])
    next_one = live & (now.next_due != FOREVER) & (now.next_due == due[deal.holder])
    grace = np.full(size, FOREVER, dtype=np.int64)
    np.minimum.at(grace, deal.holder[live & now.in_grace], now.next_due[live & now.in_grace] + 60)
    bought = np.full(size, NO_DAY, dtype=np.int64)
    np.maximum.at(bought, deal.holder[held], deal.issued[held])
    return Facts(
        total=count(held),
        in_force=count(live),
        premium=_sum(deal.holder[live], deal.annual[live], size),
        due=due,
        due_amount=_sum(deal.holder[next_one], (deal.premium - now.part_paid)[next_one], size),
        grace=np.where(grace == FOREVER, NO_DAY, grace),
        bought=bought,
        cooling=count(now.in_cooling_off) > 0,
        suspended=count(now.status == IS_SUSPENDED) > 0,
    )


def _sum(owner: Ints, amount: Ints, size: int) -> Ints:
    total = np.zeros(size, dtype=np.int64)
    np.add.at(total, owner, amount)
    return total


def tiers_of(facts: Facts) -> Names:
    """Return tiers by annual premium; prospects have none."""
    conditions = [facts.premium >= least for _, least in TIERS]
    return np.where(facts.total > 0, np.select(conditions, [name for name, _ in TIERS], ""), "").astype(object)


def _states(facts: Facts) -> Names:
    """Return the state of each customer in the words of the rule itself."""
    cases = (
        (facts.grace != NO_DAY, {"grace": True}),
        (facts.cooling, {"cooling": 1}),
        (facts.in_force > 0, {"in_force": 1}),
        (facts.suspended, {"suspended": 1}),
        (facts.total > 0, {"total": 1}),
    )
    words = [state(dict(case)) for _, case in cases]
    return np.select([where for where, _ in cases], words, state({})).astype(object)


def write_summaries(
    out: Out, deals: Deals, archive: Archive, facts: Facts, last_contact: Ints, work: Work, claims: Claims
) -> Letters:
    """Write one narrow row per customer; return where each stands on the axes of classification."""
    roll = deals.roll
    open_claims = np.bincount(deals.contracts.insured[claims.place[is_open(claims)]], minlength=roll.count)
    columns: dict[str, object] = {
        **_archive_columns(deals, archive),
        "tier": tiers_of(facts),
        "is_policyholder": facts.total > 0,
        "state": _states(facts),
        "has_contact": archive.shown_phone > 0,
        "is_orphan": roll.agent < 0,
        "policies_in_force": facts.in_force,
        "policies_total": facts.total,
        "annual_premium": facts.premium,
        "next_due_on": facts.due,
        "next_due_amount": facts.due_amount,
        "grace_until": facts.grace,
        "last_contact_on": np.where(last_contact == NO_DAY, FAR_PAST, last_contact),
        "last_purchase_on": facts.bought,
        "open_claims": open_claims,
        "open_items": work.open_items,
        **scope_columns(deals.force, roll.team, roll.agent),
    }
    asked = facts_today(deals, claims)
    found, letters = present_columns(asked, archive, columns, deals.today, open_claims, work.agreed)
    out.write("customers.CustomerSummary", {**columns, **found})
    return letters


def _archive_columns(deals: Deals, archive: Archive) -> dict[str, object]:
    """Return what the summary repeats of the archive."""
    roll, known = deals.roll, archive.birth != NO_DAY
    return {
        "customer_id": roll.ids,
        "customer_no": archive.numbers,
        "kind": np.where(roll.is_person, "P", "O"),
        "name": roll.name,
        "name_sort": [name_sort_key(name) for name in roll.name],
        "sex": np.where(roll.sex > 0, roll.sex.astype(str).astype(object), ""),
        "birth_on": archive.birth,
        "birth_md": np.where(known, month_day(np.where(known, archive.birth, 0)), UNKNOWN_BIRTHDAY),
        "region_code": roll.county,
        "opened_on": local_day(archive.entered),
        "primary_phone_id": nullable(archive.shown_phone, archive.shown_phone == 0),
    }


def awaiting(claims: Claims) -> Bools:
    """Tell which claims wait for papers."""
    return claims.status == AWAITING
