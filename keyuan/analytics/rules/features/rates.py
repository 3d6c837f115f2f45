"""How customers stay, come back and bring others, over the year that ends on the day of the night (ANA-10, §A.10).

Second purchase: of those who held a long-term contract when the year began, who bought another one in it. Retention:
of those who held anything then, who still does. Referral: of new customers, who came by one. Growth: holders now over
holders then. Renewal: of yearly contracts that ran out in the year, which were followed by another.
"""

from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
from ibis import _

from keyuan.analytics.rules.features.behaviour import IN_FORCE, UNSOLD

YEAR = timedelta(days=365)
REFERRAL = "REFERRAL"
SECOND, RETAINED, REFERRED, GROWTH, RENEWED = "second_purchase", "retention", "referral", "growth", "renewal"
MEASURES = (SECOND, RETAINED, RENEWED, REFERRED, GROWTH)
SUMMED = ("branch_id", "sub_branch_id", "sales_channel")
#: Where a row stands, for lists in anybody's reach.
PLACE = ("head_office_id", "section_id", "team_id", "servicing_agent_id", *SUMMED)


def holders(policies: ir.Table, *, as_of: date) -> ir.Table:
    """What each holder had when the year began, bought in it, and has now."""
    start = as_of - YEAR
    sold = policies.filter(~_.status.isin(UNSOLD), _.issued_on.notnull(), _.issued_on <= as_of)
    # A contract that lapsed before the year began covered nobody then, whenever it was terminated for good.
    left = ibis.least(sold.suspended_on, sold.terminated_on)
    held = ibis.and_(sold.issued_on <= start, ibis.or_(left.isnull(), left > start))
    marked = sold.mutate(
        then=held,
        then_long=ibis.and_(held, sold.is_long_term),
        again=ibis.and_(sold.is_long_term, sold.issued_on > start),
        now=sold.status == IN_FORCE,
    )
    return marked.group_by("customer_id").aggregate(
        **{name: _[name].cast("int64").max() for name in ("then", "then_long", "again", "now")}
    )


def rate_members(customers: ir.Table, policies: ir.Table, *, as_of: date) -> ir.Table:
    """One row for each customer (for renewals: contract) whom a measure counts: in ``part``, in ``whole``, or both.

    The figures are the sums of these rows, so that a list behind a figure cannot say anything else.
    """
    start = as_of - YEAR
    seen = customers.select("customer_id", "opened_on", "prospect_source", *PLACE)
    joined = seen.left_join(holders(policies, as_of=as_of), "customer_id").drop("customer_id_right")
    known = joined.mutate(**{name: joined[name].fill_null(0) for name in ("then", "then_long", "again", "now")})
    new = ibis.and_(known.opened_on > start, known.opened_on <= as_of)
    came = ibis.and_(new, known.prospect_source == REFERRAL)
    people = known.mutate(policy_id=ibis.null("int64"))
    parts = [
        _measure(people, SECOND, known.then_long * known.again, known.then_long),
        _measure(people, RETAINED, known.then * known.now, known.then),
        _measure(people, GROWTH, known.now, known.then),
        _measure(people, REFERRED, came.fill_null(False).cast("int64"), new.fill_null(False).cast("int64")),
        _renewals(policies, as_of=as_of),
    ]
    return ibis.union(*parts)


def rates(rate_members: ir.Table, *, as_of: date) -> ir.Table:
    """One row for each measure and place with something to measure: ``part`` of ``whole``."""
    del as_of
    return rate_members.group_by("measure", *SUMMED).aggregate(part=_.part.sum(), whole=_.whole.sum())


def _measure(rows: ir.Table, key: str, part: ir.IntegerValue, whole: ir.IntegerValue) -> ir.Table:
    marked = rows.mutate(measure=ibis.literal(key), part=part, whole=whole)
    counted = marked.filter(ibis.or_(marked.part > 0, marked.whole > 0))
    return counted.select("measure", "customer_id", "policy_id", "part", "whole", *PLACE)


def _renewals(policies: ir.Table, *, as_of: date) -> ir.Table:
    """Contracts of a year or less whose cover ran out in the year, and those of them that were followed."""
    ended = policies.filter(~_.is_long_term, ~_.status.isin(UNSOLD), _.expires_on > as_of - YEAR, _.expires_on <= as_of)
    after = policies.filter(_.previous_policy_id.notnull(), ~_.status.isin(UNSOLD))
    followed = after.select(policy_id=after.previous_policy_id, followed=ibis.literal(1)).distinct()
    joined = ended.left_join(followed, "policy_id").drop("policy_id_right")
    return _measure(joined, RENEWED, joined.followed.fill_null(0).cast("int64"), ibis.literal(1, type="int64"))
