"""Figures from outside as they were known on the day of the night, ready to be joined (ANA-1).

Whoever builds a feature joins by region: that of a province is the first two digits of a customer's and four zeros.
"""

from datetime import date

import ibis
import ibis.expr.types as ir
from ibis import _

#: A figure is compared with that of the same indicator, region and kind of period one year before.
YEAR_MONTHS = 12


def surroundings(external_figures: ir.Table, *, as_of: date) -> ir.Table:
    """One row for each indicator, region and kind of period: the newest figure known on the day, and a year before.

    ``change`` is the relative change over that year, NULL without a figure then.
    """
    known = external_figures.filter(_.known_on <= as_of)
    key = ["indicator", "region_code", "kind"]
    newest = known.group_by(key).aggregate(first_on=_.first_on.max())
    now = known.inner_join(newest, [*key, "first_on"]).select(*key, "first_on", "last_on", "value", "unit")
    before = known.select(*key, first_on=_.first_on + ibis.interval(months=YEAR_MONTHS), year_before=_.value)
    joined = now.left_join(before, [*key, "first_on"]).select(
        *key, "first_on", "last_on", "value", "unit", "year_before"
    )
    return joined.mutate(change=(_.value - _.year_before) / _.year_before.nullif(0).abs())
