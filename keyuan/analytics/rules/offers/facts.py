"""What was known of each adult customer on a day, in bands, and what they bought afterwards (ANA-7).

Only contracts and talks dated up to the day are looked at, and of a contract only what did not change since: kind,
dates, premium. Today's status, tags and scores stay out. Sex is no fact, either: an offer shall not hang on it; it
goes along for measuring whether the cards treat people alike.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
from ibis import _

from keyuan.analytics.rules.features.behaviour import CNY, UNSOLD, days_since
from keyuan.analytics.rules.offers.terms import ADULT, FAMILIES, OLDEST

YEAR = timedelta(days=365)
YUAN = 100
#: Lower bounds of the bands above the first; the code of a band is how many bounds are reached, absent is 0.
AGES = (ADULT, 25, 30, 35, 40, 45, 50, 55, 60, 65)
DAYS = (0, 90, 180, 365, 730, 1095, 1825)
CONTRACTS = (1, 2, 3, 4, 6)
PREMIUMS = tuple(yuan * YUAN for yuan in (1, 1_000, 5_000, 10_000, 30_000, 100_000))
CONTACTS = (1, 2, 3, 5)
CHANNELS = ("INDIVIDUAL", "BANCASSURANCE", "TELESALES", "ONLINE", "BROKERAGE")
#: Of a family: never had, had once, has one, has more.
NEVER, ONCE, ONE, MORE = range(4)
HELD = "held_"
#: What a product's terms of sale ask of the customer, besides age.
SERVED = ("sales_channel", "region_code", "risk_appetite")

#: Each fact with the number of its codes.
FACTS: Mapping[str, int] = {
    "age": len(AGES) + 1,
    "channel": len(CHANNELS) + 1,
    "tenure": len(DAYS) + 1,
    "since_bought": len(DAYS) + 1,
    "contracts": len(CONTRACTS) + 1,
    "premium": len(PREMIUMS) + 1,
    "contacts": len(CONTACTS) + 1,
    "ended": 2,
    **{f"{HELD}{family}": MORE + 1 for family in FAMILIES},
}


@dataclass(frozen=True, slots=True)
class Window:
    """A day on which customers are looked at, and the last day of what they bought afterwards; a part of the rows."""

    number: int
    on: date
    until: date


def facts_at(customers: ir.Table, policies: ir.Table, interactions: ir.Table, *, as_of: date) -> ir.Table:
    """One row for each adult person known on ``as_of``: the code of every fact, years of age, and where served."""
    people = customers.filter(_.kind == "P", _.opened_on <= as_of, _.birth_on.notnull())
    people = people.mutate(years=completed_years(people.birth_on, as_of))
    people = people.filter(_.years >= ADULT, _.years <= OLDEST)
    people = people.select("customer_id", "sex", "years", "opened_on", *SERVED)
    found = people
    for part in (held_at(policies, as_of=as_of), talks_at(interactions, as_of=as_of)):
        found = found.left_join(part, "customer_id").drop("customer_id_right")
    codes = {f"{HELD}{family}": found[f"{HELD}{family}"].fill_null(NEVER) for family in FAMILIES}
    return found.select(
        "customer_id",
        "sex",
        "years",
        *SERVED,
        age=band(found.years, AGES),
        channel=ibis.cases(*((found.sales_channel == code, n) for n, code in enumerate(CHANNELS, 1)), else_=0),
        tenure=band(days_since(found.opened_on, as_of), DAYS),
        since_bought=band(days_since(found.bought_on, as_of), DAYS),
        contracts=band(found.held, CONTRACTS),
        premium=band(found.paid, PREMIUMS),
        contacts=band(found.talks, CONTACTS),
        ended=(found.ended.fill_null(0) > 0).cast("int64"),
        **codes,
    )


def held_at(policies: ir.Table, *, as_of: date) -> ir.Table:
    """What each holder had and had had on ``as_of``; contracts that never took effect were never had."""
    seen = sold(policies).filter(_.issued_on <= as_of)
    seen = seen.mutate(running=_.terminated_on.isnull() | (_.terminated_on > as_of))
    families = {f"{HELD}{family}": _had(seen, family) for family in FAMILIES}
    yearly = seen.annual_premium.fill_null(0) * (seen.currency == CNY).cast("int64")
    return seen.group_by("customer_id").aggregate(
        bought_on=_.issued_on.max(where=_.previous_policy_id.isnull()),
        held=_.running.cast("int64").sum(),
        paid=yearly.sum(where=seen.running),
        ended=((~_.running) & (_.terminated_on > as_of - YEAR)).cast("int64").sum(),
        **families,
    )


def _had(seen: ir.Table, family: str) -> ir.IntegerValue:
    own = seen.product_kind == family
    running, ever = (own & seen.running).cast("int64").sum(), own.cast("int64").sum()
    return ibis.cases((running > 1, MORE), (running == 1, ONE), (ever > 0, ONCE), else_=NEVER)


def talks_at(interactions: ir.Table, *, as_of: date) -> ir.Table:
    """How often somebody spoke with each customer in the year up to ``as_of``."""
    seen = interactions.mutate(on=_.occurred_at.cast("date")).filter(_.on <= as_of, _.on > as_of - YEAR)
    return seen.group_by("customer_id").aggregate(talks=_.count())


def sold(policies: ir.Table) -> ir.Table:
    """Contracts of persons that took effect."""
    return policies.filter(~_.status.isin(UNSOLD), _.issued_on.notnull(), ~_.is_group)


def purchases(policies: ir.Table) -> ir.Table:
    """Contracts that were newly bought: one that continues another is none."""
    return sold(policies).filter(_.previous_policy_id.isnull())


def learning(
    customers: ir.Table, policies: ir.Table, interactions: ir.Table, *, windows: Sequence[Window], part: int
) -> ir.Table:
    """The facts of every window with what was bought in it, of ``part`` in 65,536 of the customers (ANA-7)."""
    found = [_window(customers, policies, interactions, window, part) for window in windows]
    return ibis.union(*found) if len(found) > 1 else found[0]


def _window(customers: ir.Table, policies: ir.Table, interactions: ir.Table, window: Window, part: int) -> ir.Table:
    # Drawn before anything is added up: the rest of the book is passed over.
    lot = share_of(_.customer_id + window.number) < part
    drawn, contracts, talks = (table.filter(lot) for table in (customers, policies, interactions))
    facts = facts_at(drawn, contracts, talks, as_of=window.on)
    after = purchases(contracts).filter(_.issued_on > window.on, _.issued_on <= window.until)
    bought = after.group_by("customer_id").aggregate(
        **{f"bought_{family}": (_.product_kind == family).cast("int64").max() for family in FAMILIES}
    )
    joined = facts.left_join(bought, "customer_id").drop("customer_id_right")
    outcomes = {f"bought_{family}": joined[f"bought_{family}"].fill_null(0) for family in FAMILIES}
    return joined.select("customer_id", "sex", "years", *FACTS, window=ibis.literal(window.number), **outcomes)


#: What `share_of` counts to.
PARTS = 1 << 16


def share_of(number: ir.IntegerColumn) -> ir.IntegerColumn:
    """Return a lot from 0 to 65,535 that looks drawn and stays the same on every engine."""
    return ((number % 1_000_003) * 48_271 % 2_147_483_647) % PARTS


def completed_years(born: ir.DateColumn, on: date) -> ir.IntegerColumn:
    """Return the years of age on a day."""
    today = on.year * 10_000 + on.month * 100 + on.day
    return ((ibis.literal(today) - (born.year() * 10_000 + born.month() * 100 + born.day())) // 10_000).cast("int64")


def band(value: ir.NumericValue, bounds: Sequence[int]) -> ir.IntegerValue:
    """Return how many of the rising ``bounds`` are reached; 0 where nothing is known."""
    reached = [(value >= bound, number) for number, bound in reversed(list(enumerate(bounds, 1)))]
    return ibis.cases(*reached, else_=0)


def windows_before(day: date, *, months: int = 6, trained: int = 3) -> tuple[Window, ...]:
    """Return ``trained`` windows to learn from, one to calibrate on, and the last one to judge by, oldest first."""
    span = timedelta(days=round(months * 30.44))
    count = trained + 2
    return tuple(
        Window(number, day - span * (count - number), day - span * (count - number - 1)) for number in range(count)
    )
