"""What customers bought, paid and said: the facts that recency, frequency and value are judged by (ANA-2).

Functions from tables to a table. Money is in minor units of CNY; contracts in other currencies count as contracts
but not as money. NULL means that something never happened.
"""

from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
from ibis import _

IN_FORCE = "IN_FORCE"
#: Contracts that were never sold.
UNSOLD = ("PENDING", "NOT_EFFECTIVE")
YEAR = timedelta(days=365)
CNY = "CNY"
#: The line of customers who hold nothing: they have a scale of their own.
NO_LINE = "NONE"
#: What is 0 and not NULL for customers without a contract.
COUNTS = ("long_in_force", "in_force", "bought", "premium", "paid", "paid_year", "contacts_year")


def holdings(policies: ir.Table, *, as_of: date) -> ir.Table:
    """What each holder bought and has: recency, contracts, premium in force, and from when until when (ANA-2).

    ``active_until`` is the day on which the last contract ended; NULL while one is in force.
    """
    sold = policies.filter(~_.status.isin(UNSOLD), _.issued_on.notnull(), _.issued_on <= as_of)
    sold = sold.mutate(
        held=_.status == IN_FORCE, yearly=_.annual_premium.fill_null(0) * (_.currency == CNY).cast("int64")
    )
    found = sold.group_by("customer_id").aggregate(
        first_on=_.issued_on.min(),
        last_on=_.issued_on.max(),
        last_long_on=_.issued_on.max(where=_.is_long_term),
        ended_on=_.terminated_on.max(),
        long_in_force=(_.held & _.is_long_term).cast("int64").sum(),
        in_force=_.held.cast("int64").sum(),
        bought=_.count(),
        premium=_.yearly.sum(where=_.held),
    )
    return found.mutate(
        premium=_.premium.fill_null(0),
        active_until=ibis.ifelse(_.in_force > 0, ibis.null("date"), _.ended_on),
    ).drop("ended_on")


def main_lines(policies: ir.Table) -> ir.Table:
    """The line of business in which each holder pays most at present; of equal ones the first by name (ANA-2)."""
    held = policies.filter(_.status == IN_FORCE)
    by_line = held.group_by("customer_id", "product_kind").aggregate(paid=_.annual_premium.fill_null(0).sum())
    order = ibis.window(group_by="customer_id", order_by=[ibis.desc("paid"), "product_kind"])
    ranked = by_line.mutate(place=ibis.row_number().over(order))
    return ranked.filter(_.place == 0).select("customer_id", line="product_kind")


def premiums_paid(payments: ir.Table, *, as_of: date) -> ir.Table:
    """What came in from each holder, ever and within a year (ANA-2)."""
    seen = payments.filter(_.paid_on <= as_of)
    return seen.group_by("customer_id").aggregate(
        paid=_.amount.sum(),
        paid_year=_.amount.sum(where=_.paid_on > as_of - YEAR).fill_null(0),
        last_paid_on=_.paid_on.max(),
    )


def contacts(interactions: ir.Table, *, as_of: date) -> ir.Table:
    """When somebody last spoke with each customer, and how often within a year (ANA-2: R2)."""
    seen = interactions.mutate(on=_.occurred_at.cast("date")).filter(_.on <= as_of)
    return seen.group_by("customer_id").aggregate(
        contact_on=_.on.max(), contacts_year=(_.on > as_of - YEAR).cast("int64").sum()
    )


def behaviour(
    customers: ir.Table, policies: ir.Table, payments: ir.Table, interactions: ir.Table, *, as_of: date
) -> ir.Table:
    """One row for each customer of the book: what was bought, paid and said until ``as_of`` (ANA-2)."""
    found = customers.select("customer_id", "opened_on", "sales_channel")
    for part in (
        holdings(policies, as_of=as_of),
        main_lines(policies),
        premiums_paid(payments, as_of=as_of),
        contacts(interactions, as_of=as_of),
    ):
        found = found.left_join(part, "customer_id").drop("customer_id_right")
    until = found.active_until.fill_null(as_of)
    return found.mutate(
        line=_.line.fill_null(NO_LINE),
        recency_days=days_since(found.last_long_on.fill_null(found.last_on), as_of),
        contact_days=days_since(found.contact_on, as_of),
        active_days=until.delta(found.first_on, unit="day"),
        **{name: found[name].fill_null(0) for name in COUNTS},
    )


def days_since(column: ir.DateColumn, as_of: date) -> ir.IntegerColumn:
    """Return the days from ``column`` to ``as_of``; NULL where there is no day."""
    return ibis.literal(as_of).delta(column, unit="day")
