"""Terms of a contract that were filled in at its end: in some books a premium is set to 0 when the contract goes.

Dated events cannot say what comes later; the terms of issue can, where somebody overwrites them. So they are asked as
the columns of a file are (`lapse.known`), before a model may learn from them (ANA-6).
"""

from datetime import date

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from ibis import _

from keyuan.analytics.rules.churn.facts import FACTS, LIFE, one_of, with_terms
from keyuan.analytics.rules.churn.outcomes import OUTCOMES, days_of
from keyuan.analytics.rules.lapse.book import Book, features_of
from keyuan.analytics.rules.lapse.known import Suspect, suspects

#: Contracts that are asked, of each line.
MOST = 40_000
AT_ISSUE = tuple(one for one in FACTS if one.at_issue)


def issued(policies: ir.Table, *, as_of: date, one_in: int = 1) -> ir.Table:
    """One row for each contract ever in force: its terms, its beginning and its end."""
    own = one_of(with_terms(policies.mutate(on=ibis.literal(as_of))), one_in).filter(_.issued_on < as_of)
    names = [one.name for one in AT_ISSUE]
    return own.select(
        "policy_id", "customer_id", "issued_on", "ended_on", "is_long_term", *(one.ended_on for one in OUTCOMES), *names
    )


def leaks(frame: pd.DataFrame, line: str, as_of: date) -> list[Suspect]:
    """Return the terms of issue (`issued`) that look known only at exit in ``line``; those left out may not be used."""
    rows = frame[frame["is_long_term"].to_numpy(dtype=bool) == (line == LIFE)].head(MOST)
    if rows.empty:
        return []
    last = np.datetime64(as_of)
    begun, end = days_of(rows["issued_on"]), days_of(rows["ended_on"])
    event = np.zeros(len(rows), dtype=bool)
    for outcome in OUTCOMES:
        if outcome.line == line:
            event |= days_of(rows[outcome.ended_on]) < last
    names = [one.name for one in AT_ISSUE if line in one.lines]
    features, _nothing = features_of(rows[names])
    number = np.datetime64("1970-01-01")
    return suspects(
        Book(
            issue=(begun - number).astype(float),
            end=(np.minimum(end, last) - number).astype(float),
            event=event,
            ended=end < last,
            features=features,
            observed_until=as_of,
        )
    )
