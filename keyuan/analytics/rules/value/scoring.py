"""Scores of customers: fifths of recency, frequency, monetary value and contact, groups, classes, tiers (ANA-2).

Ranks are taken within the line of business in which a customer pays most; customers who hold nothing have a scale of
their own, by contacts and by what they ever paid. Equal values get equal scores, on every engine.
"""

from datetime import date

import ibis
import ibis.expr.types as ir
from ibis import _

from keyuan.analytics.rules.features.behaviour import NO_LINE, days_since
from keyuan.analytics.rules.value.assumptions import WHOLE, Assumptions

FIFTHS = 5
#: Longer ago than anything.
NEVER = 1_000_000
LOYAL, POTENTIAL, AT_RISK, GENERAL, LOST, PROSPECT = "LOYAL", "POTENTIAL", "AT_RISK", "GENERAL", "LOST", "PROSPECT"


def fifth(order: ir.Value, group: ir.Value | None = None) -> ir.IntegerColumn:
    """Return 1 to 5 by the share of rows that stand before: the last fifth of ``order`` gets 5."""
    share = ibis.percent_rank().over(ibis.window(group_by=group, order_by=order))
    return ibis.least((share * FIFTHS).floor().cast("int64") + 1, FIFTHS)


def ranked(behaviour: ir.Table, *, as_of: date) -> ir.Table:
    """Add the scores. A recency or contact that never was counts as longest ago."""
    held = behaviour.line != NO_LINE
    talked = days_since(behaviour.contact_on, as_of).fill_null(NEVER)
    basis = behaviour.mutate(
        r_days=ibis.ifelse(held, behaviour.recency_days.fill_null(NEVER), talked),
        f_count=ibis.ifelse(held, behaviour.long_in_force, behaviour.contacts_year),
        m_sum=ibis.ifelse(held, behaviour.premium, behaviour.paid),
        c_days=talked,
    )
    return basis.mutate(
        recency=fifth(ibis.desc(basis.r_days), basis.line),
        frequency=fifth(basis.f_count.asc(), basis.line),
        monetary=fifth(basis.m_sum.asc(), basis.line),
        contact=fifth(ibis.desc(basis.c_days), basis.line),
    )


def group_of(scored: ir.Table) -> ir.StringColumn:
    """Return the group that says what to do: keep, wake, hold, win back (domain.md §H)."""
    return ibis.cases(
        (scored.bought == 0, PROSPECT),
        (scored.in_force == 0, LOST),
        (ibis.and_(scored.frequency >= 4, scored.monetary >= 3), LOYAL),
        (ibis.and_(scored.recency <= 2, scored.monetary >= 4), AT_RISK),
        (ibis.or_(scored.recency >= 4, scored.monetary >= 4), POTENTIAL),
        else_=GENERAL,
    )


def abc_of(table: ir.Table, terms: Assumptions) -> ir.StringColumn:
    """Return the class of each: A makes up the first part of all premium in force, B the next, C the rest."""
    order = ibis.cumulative_window(order_by=[table.premium.desc(), table.customer_id.asc()])
    before = table.premium.sum().over(order) - table.premium
    whole = table.premium.sum().over(ibis.window())
    return ibis.cases(
        (table.premium <= 0, ""),
        (before * WHOLE < whole * terms.abc_a, "A"),
        (before * WHOLE < whole * terms.abc_b, "B"),
        else_="C",
    )


def tier_of(worth: ir.IntegerColumn, terms: Assumptions) -> ir.StringColumn:
    """Return the value tier of a lifetime value."""
    return ibis.cases(
        (worth >= terms.tier_top, "TOP"),
        (worth >= terms.tier_high, "HIGH"),
        (worth >= terms.tier_medium, "MEDIUM"),
        (worth > 0, "LOW"),
        else_="NONE",
    )


def scores(behaviour: ir.Table, lifetime: ir.Table, *, as_of: date, terms: Assumptions) -> ir.Table:
    """One row for each customer, as it is written back (ANA-2)."""
    worth = lifetime.select("customer_id", "lifetime_value")
    joined = ranked(behaviour, as_of=as_of).left_join(worth, "customer_id").drop("customer_id_right")
    known = joined.mutate(lifetime_value=_.lifetime_value.fill_null(0))
    return known.select(
        "customer_id",
        "line",
        "recency",
        "frequency",
        "monetary",
        "contact",
        value_group=group_of(known),
        abc=abc_of(known, terms),
        value_tier=tier_of(known.lifetime_value, terms),
        lifetime_value=known.lifetime_value,
        premium=known.premium,
        contracts=known.long_in_force,
        bought=known.bought,
        # The day that recency was judged by: of the last long-term purchase where there is one.
        last_bought_on=known.last_long_on.fill_null(known.last_on),
        last_contact_on=known.contact_on,
        active_from=known.first_on,
        active_until=known.active_until,
    )
