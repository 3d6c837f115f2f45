"""Figures of units, kept as the last night counted them, so that boards open at once (ANA-2, ANA-10)."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import models, transaction

from keyuan.analytics.extensions import Done
from keyuan.analytics.models import ClusterCell, LabelCell, PersistencyCell, RatioCell, RegionCell, ValueCell
from keyuan.analytics.services.night.work import Night
from keyuan.platform.imports.bulk import Same, insert

WRITE = 5000
#: Days of cells that stay: readers of the last night are not disturbed while the next is written.
KEPT = 2
PERSISTENCY = (
    "unit_id", "sales_channel", "cohort", "months", "contracts", "base", "due_base", "due_month", "first_grace",
    "grace_end", "by_loan", "reinstated",
)  # fmt: skip
VALUE = (
    "unit_id", "sales_channel", "value_group", "abc", "value_tier", "customers", "premium", "lifetime_value",
)  # fmt: skip
CLUSTERS = ("unit_id", "sales_channel", "cluster", "customers", "premium", "lifetime_value")
LABELS = ("unit_id", "sales_channel", "label", "customers")
RATES = ("unit_id", "sales_channel", "measure", "part", "whole")
#: Whose figures are kept: the whole book, branches, sub-branches.
UNITS = ("0", "branch_id", "sub_branch_id")
_BY_UNIT = """
SELECT {unit} AS unit_id, coalesce(c.sales_channel, '') AS sales_channel, {parts},
       count(*) AS customers, sum(s.premium)::BIGINT AS premium, sum(s.lifetime_value)::BIGINT AS lifetime_value
FROM scores s JOIN customers c USING (customer_id) WHERE {unit} IS NOT NULL AND {counted} GROUP BY ALL
"""


def count_persistency(night: Night) -> Done:
    """Keep the cells of persistency."""
    names = ", ".join(PERSISTENCY)
    return keep(night, PersistencyCell, PERSISTENCY, f"SELECT {names} FROM persistency", ("persistency",))  # noqa: S608 - names of our own


def count_value(night: Night) -> Done:
    """Keep how many customers of each unit stand in which group, class and tier, with their premium and value."""
    return keep(night, ValueCell, VALUE, _by_unit("s.value_group, s.abc, s.value_tier"), ("scores", "customers"))


def count_clusters(night: Night) -> Done:
    """Keep how many customers of each unit stand in which group of similar needs."""
    return keep(night, ClusterCell, CLUSTERS, _by_unit("s.cluster", "s.cluster <> ''"), ("scores", "customers"))


def count_labels(night: Night) -> Done:
    """Keep how many customers of each unit each label means."""
    return keep(night, LabelCell, LABELS, _each_unit("label, count(*) AS customers", "labels"), ("labels",))


def _each_unit(columns: str, table: str) -> str:
    """Return the statement that adds ``table`` up for the book, branches and sub-branches."""
    parts = [
        f"SELECT {unit} AS unit_id, coalesce(sales_channel, '') AS sales_channel, {columns}"  # noqa: S608 - names of our own
        f" FROM {table} WHERE {unit} IS NOT NULL GROUP BY ALL"
        for unit in UNITS
    ]
    return " UNION ALL ".join(f"({part})" for part in parts)


def _by_unit(parts: str, counted: str = "true") -> str:
    """Return the statement that adds scores up by ``parts`` for the book, branches and sub-branches."""
    units = ("0", "c.branch_id", "c.sub_branch_id")
    return " UNION ALL ".join(f"({_BY_UNIT.format(unit=unit, parts=parts, counted=counted)})" for unit in units)


def count_rates(night: Night) -> Done:
    """Keep how customers of each unit stayed, came back and brought others."""
    sums = "measure, sum(part)::BIGINT AS part, sum(whole)::BIGINT AS whole"
    return keep(night, RatioCell, RATES, _each_unit(sums, "rates"), ("rates",))


def count_regions(night: Night) -> Done:
    """Keep what the book stands for in each province: the figures from outside are looked at beside it (ANA-1)."""
    statement = """
    SELECT CASE WHEN coalesce(region_code, '') = '' THEN '' ELSE left(region_code, 2) || '0000' END AS region_code,
           count(*) AS customers, coalesce(sum(annual_premium), 0)::BIGINT AS premium
    FROM customers WHERE policies_in_force > 0 GROUP BY ALL
    """
    return keep(night, RegionCell, ("region_code", "customers", "premium"), statement, ("customers",))


def keep(night: Night, model: type[models.Model], names: Sequence[str], statement: str, reads: tuple[str, ...]) -> Done:
    """Let the figures of the night's day be the rows of ``statement`` (columns ``names``, of tables ``reads``)."""
    with night.opened() as mart:
        columns = mart.execute(f"SELECT * FROM ({statement}) ORDER BY ALL").to_arrow_table().to_pydict()  # noqa: S608 - names of our own
    changed = _replace(model, night.day, names, columns)
    return Done(reads, (), night.rows(*reads), len(columns[names[0]]), changed)


def _replace(model: type[models.Model], day: date, names: Sequence[str], columns: Mapping[str, list[Any]]) -> int:
    """Let the cells of ``day`` be ``columns``; return how many rows were written: none where they are so already."""
    wanted = list(zip(*(columns[name] for name in names), strict=True))
    rows = model._default_manager.filter(day=day)
    if sorted(rows.values_list(*names)) == sorted(wanted):
        return 0
    rows.delete()
    for start in range(0, len(wanted), WRITE):
        part = {name: columns[name][start : start + WRITE] for name in names}
        with transaction.atomic():
            insert(model, {**part, "day": Same(day)}, len(part[names[0]]))
    model._default_manager.filter(day__lt=day - timedelta(days=KEPT)).delete()
    return len(wanted)
