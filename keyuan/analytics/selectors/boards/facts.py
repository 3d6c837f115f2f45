"""The SQL by which DuckDB counts measures: by unit of the whole mart, or of what one post reaches (ANA-12)."""

from datetime import date
from typing import Any

import duckdb

from keyuan.analytics.rules.boards.measures import HELPERS, MEASURES, SOURCES, Kind, Measure, written
from keyuan.analytics.rules.persistency.ratios import month_after

#: Months that are kept: five whole years and the one under way, so that a plan of five years has its past; of
#: sub-branches three years and the month under way, which comparisons and projections need.
WINDOW, SMALL_WINDOW = 72, 37


def count_facts(mart: duckdb.DuckDBPyConnection, day: date) -> None:
    """Make the table ``board_facts``: unit, channel, month, figures and states as JSON texts.

    ``mart`` has the tables of `measures.READS`, whole or narrowed to a reach, and ``holdings``, the contracts of its
    customers wherever they are served. Units: the book, branches, sub-branches.
    """
    last = day.replace(day=1)
    first = month_after(last, 1 - WINDOW)
    for name, statement in HELPERS.items():
        mart.execute(f"CREATE TEMP TABLE {name} AS {written(statement, day)}")
    for name, statement in SOURCES.items():
        mart.execute(f"CREATE TEMP VIEW source_{name} AS {written(statement, day)}")
    mart.execute(
        "CREATE TEMP TABLE counted (branch_id BIGINT, sub_branch_id BIGINT, sales_channel VARCHAR, month DATE,"
        " measure VARCHAR, value BIGINT)"
    )
    for one in MEASURES:
        mart.execute(f"INSERT INTO counted {written(_counted(one, first, last), day)}")
    since = month_after(last, 1 - SMALL_WINDOW)
    mart.execute(f"CREATE TEMP TABLE rolled AS {_ROLLED.format(first=first, since=since)}")
    mart.execute(
        f"CREATE TEMP TABLE months AS SELECT unnest(generate_series(DATE '{first}', DATE '{last}', INTERVAL 1 MONTH))"
        "::DATE AS month"
    )
    levels = ", ".join(f"'{one.key}'" for one in MEASURES if one.kind is Kind.LEVEL)
    states = ", ".join(f"'{one.key}'" for one in MEASURES if one.kind is Kind.STATE)
    mart.execute(f"CREATE TEMP TABLE board_facts AS {_FACTS.format(levels=levels, states=states)}")


def _counted(one: Measure, first: date, last: date) -> str:
    """Return the statement of one measure; arrivals before the window stand in the month before it."""
    day, where = "date_trunc('month', day)::DATE", one.where
    if one.kind is Kind.STATE:
        day = f"DATE '{last}'"
    elif one.kind is Kind.LEVEL:
        day = f"greatest({day}, DATE '{month_after(first, -1)}')"
    else:
        where = f"({where}) AND day >= DATE '{first}' AND day < DATE '{month_after(last, 1)}'"
    return (
        f"SELECT branch_id, sub_branch_id, sales_channel, {day}, '{one.key}', sum({one.value})::BIGINT"  # noqa: S608 - of our own
        f" FROM source_{one.source} WHERE {where} GROUP BY ALL"
    )


_ROLLED = """
SELECT unit_id, since, sales_channel, month, measure, sum(value)::BIGINT AS value FROM (
    SELECT 0 AS unit_id, DATE '{first}' AS since, sales_channel, month, measure, value FROM counted
    UNION ALL SELECT branch_id, DATE '{first}', sales_channel, month, measure, value FROM counted
    WHERE branch_id IS NOT NULL
    UNION ALL SELECT sub_branch_id, DATE '{since}', sales_channel, month, measure, value FROM counted
    WHERE sub_branch_id IS NOT NULL
) GROUP BY ALL"""
#: Levels are running totals over every month; flows and states stand where they were counted.
_FACTS = """
WITH grid AS (
    SELECT unit_id, sales_channel, month
    FROM (SELECT DISTINCT unit_id, since, sales_channel FROM rolled) JOIN months ON month >= since),
moves AS (SELECT unit_id, sales_channel, month, measure, value FROM rolled WHERE measure IN ({levels})),
every AS (
    FROM moves UNION ALL
    SELECT grid.unit_id, grid.sales_channel, grid.month, own.measure, 0
    FROM grid JOIN (SELECT DISTINCT unit_id, sales_channel, measure FROM moves) own USING (unit_id, sales_channel)),
running AS (
    SELECT unit_id, sales_channel, month, measure, sum(sum(value)) OVER (
        PARTITION BY unit_id, sales_channel, measure ORDER BY month ROWS UNBOUNDED PRECEDING)::BIGINT AS value
    FROM every GROUP BY unit_id, sales_channel, month, measure),
told AS (
    SELECT *, false AS is_state FROM running
    UNION ALL
    SELECT unit_id, sales_channel, month, measure, value, measure IN ({states}) FROM rolled
    WHERE measure NOT IN ({levels}))
SELECT grid.unit_id, grid.sales_channel, grid.month,
    to_json(map_from_entries(list((measure, value) ORDER BY measure) FILTER (NOT is_state AND value <> 0))) AS figures,
    to_json(map_from_entries(list((measure, value) ORDER BY measure) FILTER (is_state))) AS states
FROM grid LEFT JOIN told USING (unit_id, sales_channel, month) GROUP BY ALL"""


def facts_of(mart: duckdb.DuckDBPyConnection, unit_id: int | None = None) -> list[tuple[Any, ...]]:
    """Return the rows that `count_facts` made, of one unit where it is named."""
    where = "" if unit_id is None else f"WHERE unit_id = {int(unit_id)}"
    told = ", ".join(f"coalesce({name}, '{{}}')" for name in ("figures", "states"))
    return mart.execute(
        f"SELECT unit_id, sales_channel, month, {told} FROM board_facts {where} ORDER BY ALL"  # noqa: S608 - a number
    ).fetchall()
