"""Contracts in force on a day, with what was known of them on that day, and nothing that came later (ANA-6).

Two kinds of columns come in: what a contract was issued with, and dated events, of which those before the day count.
Whatever the book holds as of today (a status, a flag of a loan, a present due date) stays outside: of a contract that
has ended it tells the end. Amounts in minor units of CNY; contracts in other currencies have none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir
from ibis import _

from keyuan.analytics.rules.features.behaviour import CNY, UNSOLD

#: Months between two premiums; who pays otherwise owes no further premium.
MODE_MONTHS = {"02": 1, "03": 3, "04": 6, "05": 12}
#: The reason with which a contract was given up for its cash value (退保), and those of one that ran its course.
SURRENDERED = "03"
RAN_OUT = ("", "01")
#: Days after the end of a yearly contract in which the next one may begin and still follow it (GK).
FOLLOWS = 31
#: A contract reinstated lately has forgotten when it lapsed: for so long before, nobody knows how it stood.
FORGOTTEN_YEARS = 2
#: More premiums behind than this tell no more: histories that were never taken over look so.
MOST_BEHIND = 6
#: Months back in which customers' dealings count.
LATELY = 24

LIFE, YEARLY = "life", "yearly"


@dataclass(frozen=True, slots=True)
class Fact:
    """A column that models may learn from; ``lines`` are those of `LIFE` and `YEARLY` in which it says something."""

    name: str
    lines: tuple[str, ...] = (LIFE, YEARLY)
    is_measure: bool = True
    at_issue: bool = False


FACTS = (
    Fact("product_kind", is_measure=False, at_issue=True),
    Fact("sales_channel", is_measure=False, at_issue=True),
    Fact("pay_mode", (LIFE,), is_measure=False, at_issue=True),
    Fact("premium", at_issue=True),
    Fact("sum_insured", at_issue=True),
    Fact("pay_years", (LIFE,), at_issue=True),
    Fact("is_renewal", (YEARLY,), at_issue=True),
    Fact("months_held", (LIFE,)),
    Fact("months_to_due", (LIFE,)),
    Fact("months_to_end", (YEARLY,)),
    Fact("behind", (LIFE,)),
    Fact("age"),
    Fact("contracts"),
    Fact("given_up"),
    Fact("months_since_bought"),
    Fact("contacts"),
    Fact("months_since_contact"),
    Fact("claims"),
    Fact("claims_open"),
)
KEYS = ("policy_id", "customer_id", "on")
ENDS = ("lapsed_on", "surrendered_on", "unrenewed_on")
EXTRA = ("is_long_term", "is_paying", "expires_on")


def sold(policies: ir.Table) -> ir.Table:
    """Return contracts that were ever in force, with the day on which each of the three things happened, if it did."""
    known = policies.filter(~_.status.isin(UNSOLD), _.issued_on.notnull())
    after = policies.filter(_.previous_policy_id.notnull(), ~_.status.isin(UNSOLD))
    begun = after.group_by(policy_id=after.previous_policy_id).aggregate(next_on=_.effective_on.min())
    known = known.left_join(begun, "policy_id").drop("policy_id_right")
    given_up = known.termination_reason == SURRENDERED
    followed = known.next_on.delta(known.expires_on, unit="day") <= FOLLOWS
    unfollowed = ibis.and_(known.termination_reason.fill_null("").isin(RAN_OUT), ~followed.fill_null(False))
    never = ibis.null().cast("date")
    lapsed = known.suspended_on
    return known.mutate(
        lapsed_on=lapsed,
        surrendered_on=ibis.ifelse(ibis.and_(given_up, lapsed.isnull()), known.terminated_on, never),
        unrenewed_on=ibis.cases(
            (known.is_long_term, never), (given_up, known.terminated_on), (unfollowed, known.expires_on), else_=never
        ),
        # The smallest of the days that there are: engines differ about NULL in LEAST.
        ended_on=ibis.least(
            lapsed.fill_null(known.expires_on), known.terminated_on.fill_null(known.expires_on), known.expires_on
        ),
    )


def one_of(policies: ir.Table, one_in: int) -> ir.Table:
    """Return every so-many-th contract, spread evenly; the same ones on every engine."""
    return policies.filter(policies.policy_id * 7_919 % 1_000_003 % one_in == 0) if one_in > 1 else policies


def in_force(policies: ir.Table, *, days: Sequence[date], one_in: int = 1) -> ir.Table:
    """One row for each contract in force at the beginning of each of ``days``, which is its ``on``."""
    dated = one_of(sold(policies), one_in).mutate(on=ibis.array([ibis.literal(day) for day in days]).unnest())
    forgotten = ibis.and_(
        dated.reinstated_on.notnull(),
        dated.on < dated.reinstated_on,
        dated.on >= dated.reinstated_on - ibis.interval(years=FORGOTTEN_YEARS),
    )
    return dated.filter(
        dated.issued_on < dated.on,
        dated.effective_on <= dated.on,
        dated.ended_on >= dated.on,
        ~forgotten.fill_null(False),
    )


def facts(
    policies: ir.Table,
    customers: ir.Table,
    payments: ir.Table,
    interactions: ir.Table,
    claims: ir.Table,
    *,
    days: Sequence[date],
    one_in: int = 1,
) -> ir.Table:
    """One row for each contract in force on each day, with `FACTS` as known at its beginning, and how it ended.

    ``one_in`` takes every so-many-th contract, with all its days. ``sex`` stands beside the facts for judging whether a
    model is fair; none learns from it.
    """
    seen = _own(in_force(policies, days=days, one_in=one_in))
    seen = seen.select(*KEYS, *ENDS, *EXTRA, "due", *(one.name for one in FACTS if one.name in seen.columns))
    looked_at = seen.select("customer_id", "on").distinct()
    found = _with(seen, _paid(seen, payments), "policy_id")
    for part in (
        _dealings(looked_at, policies),
        _contacts(looked_at, interactions),
        _claims(looked_at, claims),
    ):
        found = _with(found, part, "customer_id")
    found = found.left_join(customers.select("customer_id", "birth_on", "sex"), "customer_id").drop("customer_id_right")
    late = found.due - found.premiums_paid.fill_null(0)
    counted = {name: found[name].fill_null(0) for name in ("contacts", "claims", "claims_open", "given_up")}
    return found.mutate(
        behind=ibis.greatest(ibis.least(late, MOST_BEHIND), 0),
        age=months_between(found.birth_on, found.on) // 12,
        contracts=found.contracts.fill_null(1),
        **counted,
    ).select(*KEYS, *ENDS, *EXTRA, "sex", *(one.name for one in FACTS))


def months_between(early: ir.DateColumn, late: ir.DateColumn) -> ir.IntegerColumn:
    """Return the whole months from ``early`` to ``late``."""
    months = (late.year() - early.year()) * 12 + late.month() - early.month()
    return months.cast("int64") - (late.day() < early.day()).cast("int64")


def with_terms(policies: ir.Table) -> ir.Table:
    """Add what contracts say by themselves on their ``on``: terms, age, and where they stand between two premiums."""
    return _own(sold(policies))


def _own(seen: ir.Table) -> ir.Table:
    held = months_between(seen.effective_on, seen.on)
    step = seen.pay_mode.cases(*((mode, months) for mode, months in MODE_MONTHS.items()), else_=0).cast("int64")
    step = ibis.ifelse(seen.is_long_term, step, 0)
    years = ibis.ifelse(seen.pay_term_unit == "Y", seen.pay_term.cast("int64"), ibis.null().cast("int64"))
    paying = ibis.and_(step > 0, ibis.or_(years.isnull(), held < years * 12))
    divisor = ibis.greatest(step, 1)
    owed = ibis.ifelse(paying, held // divisor + 1, 0)
    return seen.mutate(
        premium=ibis.ifelse(seen.currency == CNY, seen.annual_premium, ibis.null().cast("int64")),
        sum_insured=ibis.ifelse(seen.currency == CNY, seen.sum_insured, ibis.null().cast("int64")),
        pay_years=years,
        is_renewal=seen.previous_policy_id.notnull().cast("int64"),
        months_held=held,
        months_to_due=ibis.ifelse(paying, divisor - held % divisor, ibis.null().cast("int64")),
        months_to_end=months_between(seen.on, seen.expires_on),
        is_paying=paying,
        due=owed,
    )


def _with(left: ir.Table, right: ir.Table, key: str) -> ir.Table:
    """Join what was counted for a key on a day."""
    return left.left_join(right, [key, "on"]).drop(f"{key}_right", "on_right")


def _paid(seen: ir.Table, payments: ir.Table) -> ir.Table:
    """Count the premiums received before each day; what was paid back counts for nothing."""
    received = payments.filter(_.amount > 0, _.paid_on.notnull()).select("policy_id", "paid_on")
    paying = seen.filter(seen.due > 0).select("policy_id", "on")
    before = paying.join(received, "policy_id").filter(_.paid_on < _.on)
    return before.group_by("policy_id", "on").aggregate(premiums_paid=_.count())


def _dealings(looked_at: ir.Table, policies: ir.Table) -> ir.Table:
    """Count what a holder had on the day, gave up lately, and when they last bought."""
    all_of = sold(policies).select("customer_id", "issued_on", "ended_on", "lapsed_on", "surrendered_on")
    pairs = looked_at.join(all_of, "customer_id").filter(_.issued_on < _.on)
    left_on = ibis.coalesce(pairs.lapsed_on, pairs.surrendered_on)
    left = ibis.and_(left_on < pairs.on, left_on >= pairs.on - ibis.interval(months=LATELY))
    marked = pairs.mutate(held=pairs.ended_on >= pairs.on, left=left.fill_null(False))
    found = marked.group_by("customer_id", "on").aggregate(
        contracts=_.held.cast("int64").sum(), given_up=_.left.cast("int64").sum(), bought_on=_.issued_on.max()
    )
    return found.mutate(months_since_bought=months_between(found.bought_on, found.on)).drop("bought_on")


def _contacts(looked_at: ir.Table, interactions: ir.Table) -> ir.Table:
    """Count the contacts of a year, and the months since the last one; NULL where there was none."""
    dated = interactions.select("customer_id", at=interactions.occurred_at.cast("date"))
    pairs = looked_at.join(dated, "customer_id").filter(_.at < _.on)
    recent = pairs.mutate(recent=pairs["at"] >= pairs.on - ibis.interval(years=1))
    found = recent.group_by("customer_id", "on").aggregate(contacts=_.recent.cast("int64").sum(), last=_["at"].max())
    return found.mutate(months_since_contact=months_between(found["last"], found.on)).drop("last")


def _claims(looked_at: ir.Table, claims: ir.Table) -> ir.Table:
    """Count the claims reported lately, and those of them that nobody had decided by the day."""
    dated = claims.select("customer_id", "decided_on", reported=claims.reported_at.cast("date"))
    pairs = looked_at.join(dated, "customer_id").filter(
        _.reported < _.on, _.reported >= _.on - ibis.interval(months=LATELY)
    )
    undecided = ibis.or_(pairs.decided_on.isnull(), pairs.decided_on >= pairs.on)
    marked = pairs.mutate(undecided=undecided.cast("int64"))
    return marked.group_by("customer_id", "on").aggregate(claims=_.count(), claims_open=_.undecided.sum())
