"""Contracts that went, for following what became of cases (ANA-6)."""

from datetime import date

import ibis
import ibis.expr.types as ir
from ibis import _

from keyuan.analytics.rules.churn.facts import sold


def ends(policies: ir.Table, *, since: date, as_of: date) -> ir.Table:
    """One row for each contract that lapsed, was given up or was not renewed from ``since`` until ``as_of``.

    An end that may still be followed by a renewal counts: a later night takes it back.
    """
    known = sold(policies)
    gone = known.mutate(left_on=ibis.coalesce(known.lapsed_on, known.surrendered_on, known.unrenewed_on))
    return gone.filter(_.left_on >= since, _.left_on < as_of).select("policy_id", "customer_id", "left_on")
