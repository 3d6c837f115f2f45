"""Weights of the candidate pairs by Splink, on DuckDB (CUS-8)."""

import logging
import warnings
from collections.abc import Sequence
from typing import Any

from splink import DuckDBAPI, Linker

from keyuan.customers.drivers.linkage.preparing import Features
from keyuan.customers.drivers.linkage.session import Connection
from keyuan.customers.drivers.linkage.training import Settings
from keyuan.customers.rules.linkage.kinds import Kind
from keyuan.customers.rules.linkage.levels import Comparison

#: Lighter pairs than this (with the first guess of the prior) can neither be linked nor speak for a link.
LIGHTEST = -16.0
#: Kinds of which hardly two people hold the same value.
_UNIQUE = (
    Kind.ID_NUMBER, Kind.PHONE, Kind.EMAIL, Kind.CODE, Kind.ID_TOKEN, Kind.PHONE_TOKEN, Kind.EMAIL_TOKEN,
)  # fmt: skip


def frequency_sql(column: str, records: str = "people") -> str:
    """Return SQL for how often each value of a column of numbers is held by others than the two that are compared."""
    return (
        f"select {column}, (greatest(count(*) - 2, 0) + 0.05) / (select count({column}) from {records}) as tf_{column} "
        f"from {records} where {column} is not null group by {column}"
    )


def unique_columns(features: Features, settings: Settings) -> list[str]:
    """Return the columns of numbers whose frequency counts in ``settings``."""
    used = {
        level.get("tf_adjustment_column") for each in settings["comparisons"] for level in each["comparison_levels"]
    }
    return [column for kind in _UNIQUE for column in features.of(kind) if column in used]


def register_frequencies(linker: Linker, api: Any, queries: Sequence[tuple[str, Any]]) -> None:
    """Give Splink our own frequencies instead of those it would count."""
    for column, table in queries:
        linker.table_management.register_term_frequency_lookup(api.register(table), column)


def score(connection: Connection, settings: Settings, features: Features, comparisons: Sequence[Comparison]) -> None:
    """Build table ``scored`` from ``people`` and ``pairs``: row_l, row_r, weight, personal, weights by comparison.

    ``b_NAME`` is the weight of the level, by which it is known again, ``w_NAME`` the same with the frequency of the
    value; ``personal`` is what the columns say together that a family does not share.
    """
    api = DuckDBAPI(connection)
    queries = []
    for column in unique_columns(features, settings):
        connection.execute(f"create or replace table often_{column} as {frequency_sql(column)}")
        queries.append((column, f"often_{column}"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        linker = Linker(api.register("people"), settings, log_level=logging.ERROR)
        register_frequencies(linker, api, queries)
        linker.table_management.register_blocked_pairs_for_predict(api.register("pairs"))
        found = linker.inference.predict(threshold_match_weight=LIGHTEST, warning_mode="never")
    connection.execute(f"create or replace table scored as {compact_sql(found.physical_name, settings, comparisons)}")
    connection.execute(f"drop table {found.physical_name}")


def compact_sql(source: str, settings: Settings, comparisons: Sequence[Comparison]) -> str:
    """Return SQL that keeps of Splink's answer what is needed afterwards."""
    whole = {}
    for trained in settings["comparisons"]:
        name = trained["output_column_name"]
        has_frequency = any(level.get("tf_adjustment_column") for level in trained["comparison_levels"])
        whole[name] = f"mw_{name} + mw_tf_adj_{name}" if has_frequency else f"mw_{name}"
    personal = " + ".join(whole[each.name] for each in comparisons if each.is_personal) or "1.0"
    kept = [f"mw_{name} as b_{name}, {text} as w_{name}" for name, text in whole.items()]
    return (
        f"select row_l, row_r, match_weight as weight, {personal} as personal, match_key, {', '.join(kept)} "
        f"from {source} order by row_l, row_r"
    )
