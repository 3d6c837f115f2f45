"""What became of each contract's premium in its second, third and fourth year (ANA-10, domain.md §A.10).

``P13 = second-year premium received by the end of grace ÷ first-year premium of the cohort``; P25 and P37 likewise
with the third and fourth year over the same base. Three cuts: received in the month it was due, by the end of the
month after (the first month of grace), by the end of grace. A snapshot of what is in force is not persistency.
"""

from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
from ibis import _

#: Months at which it is measured, with the policy year whose premium decides.
MEASURES = {13: 2, 25: 3, 37: 4}
CUTS = ("due_month", "first_grace", "grace_end")
YEARS = "Y"
#: Cohorts older than this are history: nothing of them changes any more.
OLDEST = 6
LEVELS = ("branch_id", "sub_branch_id", "section_id", "team_id")
PLACE = ("head_office_id", *LEVELS, "sales_channel", "servicing_agent_id")
SUMS = ("base", "due_base", *CUTS, "by_loan", "reinstated")
#: Among the units: the whole book.
WHOLE = 0


def months_after(day: ir.DateColumn, months: int) -> ir.DateColumn:
    """Return the first day of the month so many months after that of ``day``."""
    return day.truncate("M") + ibis.interval(months=months)


def premium_years(cohorts: ir.Table, later_premiums: ir.Table, *, as_of: date) -> ir.Table:
    """One row for each contract that counts and each measure whose month has come: base, and what came in when.

    Out on both sides: cooling-off, same-day withdrawal, claims, conversions, waived premiums, and contracts whose
    payment term ends before the year in question.
    """
    counted = cohorts.filter(
        _.excluded == "", _.annual_premium > 0, _.effective_on > as_of.replace(day=1) - timedelta(366 * OLDEST)
    )
    parts = [_measured(counted, later_premiums, months, year, as_of) for months, year in MEASURES.items()]
    return ibis.union(*parts)


def _measured(counted: ir.Table, later: ir.Table, months: int, year: int, as_of: date) -> ir.Table:
    due = counted.filter(
        months_after(counted.effective_on, months - 1) <= as_of.replace(day=1),
        ibis.or_(counted.pay_term_unit != YEARS, counted.pay_term.isnull(), counted.pay_term >= year),
    )
    paid = _received(later, year).select("policy_id", "due_on", "paid_on", "received", "by_loan")
    before = _received(later, year - 1).select("policy_id", before="received")
    rows = due.left_join(paid, "policy_id").drop("policy_id_right")
    rows = rows.left_join(before, "policy_id").drop("policy_id_right")
    rows = rows.mutate(came=ibis.or_(_.received > 0, False).fill_null(False), lent=_.by_loan.fill_null(False))
    rows = rows.mutate(
        since=_.due_on.fill_null(months_after(rows.effective_on, months - 1)),
        own=ibis.and_(_.came, ~_.lent, _.paid_on.notnull()),
    )
    grace = rows.since + rows.grace_days.fill_null(60).cast("int64").as_interval("D")
    in_grace = ibis.and_(rows.own, rows.paid_on <= grace)
    return rows.select(
        "policy_id",
        "customer_id",
        "product_kind",
        *PLACE,
        "status",
        "termination_reason",
        "paid_on",
        cohort=rows.effective_on.truncate("M"),
        months=ibis.literal(months, type="int64"),
        due_on=rows.since,
        grace_on=grace,
        base=rows.annual_premium,
        due_base=_if(ibis.or_(ibis.literal(year == 2), rows.before.fill_null(0) > 0), rows),
        due_month=_if(ibis.and_(in_grace, rows.paid_on < months_after(rows.since, 1)), rows),
        first_grace=_if(ibis.and_(in_grace, rows.paid_on < months_after(rows.since, 2)), rows),
        grace_end=_if(in_grace, rows),
        by_loan=_if(ibis.and_(rows.came, rows.lent), rows),
        reinstated=_if(ibis.and_(rows.own, rows.paid_on > grace, rows.reinstated_on.notnull()), rows),
    )


def _received(later: ir.Table, year: int) -> ir.Table:
    return later.filter(later.policy_year == year)


def _if(condition: ir.BooleanValue, rows: ir.Table) -> ir.IntegerColumn:
    """The annualised premium where ``condition`` holds: a monthly contract weighs as one that pays yearly."""
    return ibis.ifelse(condition, rows.annual_premium, 0)


def persistency(premium_years: ir.Table, *, as_of: date) -> ir.Table:
    """Add the premium years up by unit (the book, branches, sub-branches), channel, cohort and measure (ANA-10)."""
    del as_of
    units = {"whole": ibis.literal(WHOLE, type="int64")}
    units |= {name: premium_years[name].cast("int64") for name in LEVELS[:2]}
    parts = [_added(premium_years.filter(unit.notnull()), unit) for unit in units.values()]
    return ibis.union(*parts)


def _added(rows: ir.Table, unit: ir.IntegerValue) -> ir.Table:
    keys = {"unit_id": unit, "sales_channel": _.sales_channel, "cohort": _.cohort, "months": _.months}
    sums = {name: _[name].sum().cast("int64") for name in SUMS}
    return rows.group_by(**keys).aggregate(contracts=_.count(), **sums)
