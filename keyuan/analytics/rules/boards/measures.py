"""What is counted of the mart, by unit, sales channel and month: the parts that every indicator is made of (ANA-12).

A measure adds ``value`` over the rows of a source that satisfy ``where``, in the month of their ``day``. Sums of units
add up to their parent's. `Kind.LEVEL` counts arrivals and departures (rows of +1 and −1): what stands at the end of a
month is their running total, so that months gone by can be told. `Kind.STATE` is known on the night itself only; each
month keeps what its last night found. Amounts are in minor units of CNY.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Kind(StrEnum):
    """How a measure gets its months."""

    FLOW = "flow"
    LEVEL = "level"
    STATE = "state"


@dataclass(frozen=True, slots=True)
class Measure:
    """One count or sum. ``source`` is a name of `SOURCES`; ``value`` and ``where`` are SQL over its columns."""

    key: str
    kind: Kind
    source: str
    value: str = "1"
    where: str = "true"


#: Contracts that were in force once: those still pending or never effective are none.
SOLD = ("IN_FORCE", "SUSPENDED", "TERMINATED")
#: What the statements below have in common; ``{day}`` is the day of the night.
WORDS = {
    "place": "branch_id, sub_branch_id, coalesce(sales_channel, '') AS sales_channel",
    "sold": f"status IN {SOLD}",
    "fen": "(currency = 'CNY')::BIGINT",
    "began": "least(coalesce(effective_on, issued_on, {day}), {day}) AS began",
    # What is in force has not left it, whatever days it carries.
    "left": "CASE status WHEN 'IN_FORCE' THEN NULL ELSE"
    " greatest(began, least(coalesce(least(suspended_on, terminated_on), began), {day})) END AS gone",
}
#: A statement for each source, over the tables of the mart and of `HELPERS`.
SOURCES = {
    "customers": "SELECT {place}, * EXCLUDE (branch_id, sub_branch_id, sales_channel), opened_on AS day FROM customers",
    "policies": """
        SELECT {place}, status, is_long_term, pay_mode, effective_on AS day, in_grace, expires_on,
               {fen} * coalesce(annual_premium, 0) AS yearly, {fen} * coalesce(premium, 0) AS single
        FROM policies""",
    "in_force": """
        WITH held AS (
            SELECT {place}, status, is_long_term, suspended_on, terminated_on, {began},
                   {fen} * coalesce(annual_premium, 0) AS yearly
            FROM policies WHERE {sold}
        ), spans AS (SELECT *, {left} FROM held)
        SELECT branch_id, sub_branch_id, sales_channel, is_long_term, began AS day, 1 AS n, yearly FROM spans
        UNION ALL
        SELECT branch_id, sub_branch_id, sales_channel, is_long_term, gone, -1, -yearly FROM spans
        WHERE gone IS NOT NULL""",
    "holders": """
        SELECT {place}, span.day, span.n FROM (
            SELECT customer_id, began AS day, 1 AS n FROM long_spans
            UNION ALL SELECT customer_id, gone, -1 FROM long_spans WHERE gone IS NOT NULL
        ) span JOIN customers USING (customer_id)""",
    # Each customer once a year, when the first further contract began.
    "repeats": """
        SELECT {place}, bought.day FROM (
            SELECT customer_id, min(began) AS day FROM long_held GROUP BY customer_id, date_trunc('year', began)
        ) bought JOIN customers USING (customer_id)
        WHERE EXISTS (
            FROM long_spans span WHERE span.customer_id = bought.customer_id
            AND span.began < date_trunc('year', bought.day)
            AND (span.gone IS NULL OR span.gone >= date_trunc('year', bought.day)))""",
    "scores": """
        SELECT {place}, scores.value_group, scores.lifetime_value, NULL::DATE AS day
        FROM scores JOIN customers USING (customer_id)""",
    "claims": "SELECT {place}, occurred_on AS day FROM claims",
    "orders": "SELECT {place}, kind, is_open, mark, received_at::DATE AS day FROM work_orders",
    "orders_closed": "SELECT {place}, closed_on AS day FROM work_orders",
    # The 15th month tells the 13th: premiums of April 2009 are measured in June 2010 (domain.md §A.10).
    "premiums": """
        SELECT {place}, months, base, grace_end, (cohort + to_months((months + 1)::INT))::DATE AS day
        FROM premium_years""",
}
#: Tables made first, of ``holdings``: from when until when a long-term contract, and its holder's span, was in force.
HELPERS = {
    "long_held": """
        SELECT customer_id, began, {left} FROM (
            SELECT customer_id, status, suspended_on, terminated_on, {began}
            FROM holdings WHERE {sold} AND is_long_term AND customer_id IS NOT NULL)""",
    # Contracts of one holder that overlap or meet make one span.
    "long_spans": """
        SELECT customer_id, min(began) AS began, CASE WHEN bool_or(gone IS NULL) THEN NULL ELSE max(gone) END AS gone
        FROM (
            SELECT *, sum(fresh) OVER (
                PARTITION BY customer_id ORDER BY began, gone NULLS LAST ROWS UNBOUNDED PRECEDING) AS place
            FROM (
                SELECT *, (began > coalesce(max(coalesce(gone, DATE '9999-12-31')) OVER (
                    PARTITION BY customer_id ORDER BY began, gone NULLS LAST
                    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), DATE '0001-01-01'))::INT AS fresh
                FROM long_held))
        GROUP BY customer_id, place""",
}
#: Tables of the mart that the sources read.
READS = ("customers", "policies", "claims", "work_orders", "premium_years", "scores")


def written(statement: str, day: date) -> str:
    """Return a statement, or a part of one, for the night of ``day``."""
    night = f"DATE '{day.isoformat()}'"
    words = {name: text.replace("{day}", night) for name, text in WORDS.items()}
    return statement.format(day=night, **words)


_FLOW, _LEVEL, _STATE = Kind.FLOW, Kind.LEVEL, Kind.STATE
MEASURES: Sequence[Measure] = (
    Measure("customers", _STATE, "customers"),
    Measure("orphans", _STATE, "customers", where="is_orphan"),
    Measure("unreachable", _STATE, "customers", where="NOT has_contact"),
    Measure("dormant", _STATE, "customers", where="activity = 'DORMANT'"),
    Measure("contacted", _STATE, "customers", where="last_contact_on >= {day} - 90"),
    Measure("new_customers", _FLOW, "customers"),
    Measure("referred", _FLOW, "customers", where="prospect_source = 'REFERRAL'"),
    Measure("at_risk", _STATE, "scores", where="value_group = 'AT_RISK'"),
    Measure("lifetime_value", _STATE, "scores", "lifetime_value"),
    Measure("in_force", _LEVEL, "in_force", "n"),
    Measure("premium_in_force", _LEVEL, "in_force", "yearly"),
    Measure("long_in_force", _LEVEL, "in_force", "n", "is_long_term"),
    Measure("long_holders", _LEVEL, "holders", "n"),
    Measure("repeat_buyers", _FLOW, "repeats"),
    Measure("in_grace", _STATE, "policies", where="in_grace"),
    Measure("expiring", _STATE, "policies", where="status = 'IN_FORCE' AND expires_on BETWEEN {day} AND {day} + 40"),
    Measure("sold", _FLOW, "policies", where="{sold}"),
    Measure("new_premium", _FLOW, "policies", "yearly", "{sold}"),
    Measure("regular_premium", _FLOW, "policies", "yearly", "{sold} AND is_long_term AND pay_mode <> '01'"),
    Measure("single_premium", _FLOW, "policies", "single", "{sold} AND is_long_term AND pay_mode = '01'"),
    *(
        Measure(f"p{months}_{name}", _FLOW, "premiums", column, f"months = {months}")
        for months in (13, 25)
        for name, column in (("base", "base"), ("received", "grace_end"))
    ),
    Measure("claims", _FLOW, "claims"),
    Measure("orders", _FLOW, "orders"),
    Measure("complaints", _FLOW, "orders", where="kind = 'COMPLAINT'"),
    Measure("closed", _FLOW, "orders_closed"),
    Measure("open_orders", _STATE, "orders", where="is_open"),
    Measure("late_orders", _STATE, "orders", where="is_open AND mark = 'LATE'"),
)
KINDS = {one.key: one.kind for one in MEASURES}
STATES = tuple(one.key for one in MEASURES if one.kind is Kind.STATE)
