"""Lifetime value: what a customer's contracts will still bring, reckoned by year (ANA-2, domain.md §H).

``CLV = Σ_t (premium_t × margin + cross-sell_t) × survival_t ÷ (1 + d)^t − service cost``. What it cost to win the
customer is spent and stands outside. Contracts of a year are taken to be renewed until the horizon. Everything that
does not depend on the contract's premium is one table of factors, so that both engines do only whole-number arithmetic.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import product

import ibis
import ibis.expr.types as ir
from ibis import _

from keyuan.analytics.rules.features.behaviour import CNY, IN_FORCE
from keyuan.analytics.rules.value.assumptions import WHOLE, Assumptions

SINGLE = "01"
YEARS, ONCE = "Y", "S"
#: Years a contract has run, as far as its survival depends on them: from the fourth on it stays the same.
AGES = (0, 1, 2, 3)
#: Survival of channels of which nothing was measured.
ANY = ""
#: Factors stand in this part of one.
PART = 10_000

Survival = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Factor:
    """Of a contract with ``years`` premiums to come: what one unit of premium is worth, and what serving it costs."""

    product_kind: str
    sales_channel: str
    age: int
    years: int
    worth: int
    cost: int


def assumed(terms: Assumptions) -> Survival:
    """Return the survival of ``terms``: after the first, second, third and every later year."""
    years = (terms.persist_1, terms.persist_2, terms.persist_3, terms.persist_later)
    first, second, third, later = (year / WHOLE for year in years)
    return first, second, third, later


def annuity(age: int, years: int, survival: Survival, discount: float) -> float:
    """Return the present value of one a year, paid while the contract survives; the first a year from now."""
    alive, worth = 1.0, 0.0
    for year in range(years):
        alive *= survival[min(age + year, len(survival) - 1)]
        worth += alive / (1 + discount) ** (year + 1)
    return worth


def factors(terms: Assumptions, measured: Mapping[str, Survival]) -> Iterator[Factor]:
    """Yield a factor for every kind, channel, age and number of premiums to come."""
    by_channel = {ANY: assumed(terms), **measured}
    for channel, survival in by_channel.items():
        for age, years in product(AGES, range(terms.horizon + 1)):
            worth = annuity(age, years, survival, terms.discount / WHOLE)
            for kind, margin in terms.margins.items():
                share = margin / WHOLE * (1 + terms.cross_sell / WHOLE)
                cost = round(terms.service_cost * worth)
                yield Factor(kind, channel, age, years, round(PART * worth * share), cost)


def outstanding(policies: ir.Table, *, as_of: date, terms: Assumptions) -> ir.Table:
    """Contracts in force with premiums to come: years run, and premiums still to come within the horizon."""
    held = policies.filter(
        _.status == IN_FORCE, _.currency == CNY, _.pay_mode != SINGLE, _.annual_premium > 0, _.effective_on <= as_of
    )
    begun = held.effective_on.year() * 10_000 + held.effective_on.month() * 100 + held.effective_on.day()
    today = as_of.year * 10_000 + as_of.month * 100 + as_of.day
    run = ((ibis.literal(today) - begun) // 10_000).cast("int64")
    in_years = ibis.and_(held.is_long_term, held.pay_term_unit == YEARS, held.pay_term.notnull())
    left = ibis.cases(
        (ibis.and_(held.is_long_term, held.pay_term_unit == ONCE), 0),
        (in_years, held.pay_term.cast("int64") - run - 1),
        else_=terms.horizon,
    )
    return held.select(
        "customer_id",
        "product_kind",
        "sales_channel",
        "annual_premium",
        age=ibis.least(run, AGES[-1]),
        years=ibis.least(ibis.greatest(left, 0), terms.horizon),
    )


def lifetime(policies: ir.Table, factors: ir.Table, *, as_of: date, terms: Assumptions) -> ir.Table:
    """The lifetime value of each holder, and how many contracts it comes from (ANA-2)."""
    channels = factors.select("sales_channel", measured=ibis.literal(1)).distinct()
    due = outstanding(policies, as_of=as_of, terms=terms).left_join(channels, "sales_channel")
    due = due.mutate(sales_channel=ibis.ifelse(_.measured.isnull(), ANY, _.sales_channel))
    due = due.select("customer_id", "product_kind", "sales_channel", "annual_premium", "age", "years")
    found = due.inner_join(factors, ["product_kind", "sales_channel", "age", "years"])
    worth = (found.annual_premium * found.worth) // PART - found.cost
    return found.group_by("customer_id").aggregate(lifetime_value=worth.sum().cast("int64"), contracts_due=_.count())
