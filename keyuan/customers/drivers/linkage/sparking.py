"""The same weights on Spark, for books beyond one machine: the model trained on DuckDB, pairs weighed by Spark (CUS-8).

Spark is an optional extra (`keyuan.platform.mart.sparking`).
"""

import importlib
import json
import logging
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import splink
from splink import Linker

from keyuan.customers.drivers.linkage import sql
from keyuan.customers.drivers.linkage.preparing import Features
from keyuan.customers.drivers.linkage.scoring import LIGHTEST, compact_sql, frequency_sql, unique_columns
from keyuan.customers.drivers.linkage.session import Connection
from keyuan.customers.drivers.linkage.training import Settings
from keyuan.customers.rules.linkage.levels import Comparison
from keyuan.kernel.errors import Refused
from keyuan.platform.mart import sparking

_MEMORY = "2g"


@contextmanager
def spark_session(folder: Path) -> Iterator[Any]:
    """Lend a session of Spark with the functions of Splink, its files in ``folder``. Raises Refused linkage.no_spark.

    Where one runs in this process already (a cluster's), that one is used and left running.
    """
    if not sparking.is_installed():
        raise Refused("linkage.no_spark")
    jar = importlib.import_module("splink.internals.spark.jar_location").similarity_jar_location()
    if running := sparking.running():
        running.sql(f"ADD JAR '{jar}'")
        yield running
        return
    options = {"spark.jars": jar, "spark.driver.memory": _MEMORY, "spark.default.parallelism": "8"}
    session = sparking.started("keyuan-linkage", folder, options)
    session.sparkContext.setCheckpointDir(str(folder / "checkpoints"))
    try:
        yield session
    finally:
        session.stop()


def in_words_of_spark(settings: Settings) -> Settings:
    """Return settings that were trained on DuckDB with the names that Spark has for the same functions."""
    text = json.dumps(settings, ensure_ascii=False).replace("jaro_winkler_similarity(", "jaro_winkler(")
    return dict(json.loads(text))


def score_on_spark(
    connection: Connection,
    settings: Settings,
    features: Features,
    comparisons: Sequence[Comparison],
    *,
    folder: Path,
) -> None:
    """Build table ``scored`` like `score`, by Spark. Raises Refused linkage.no_spark."""
    with tempfile.TemporaryDirectory(prefix="spark-", dir=folder) as place, spark_session(Path(place)) as spark:
        files = _export(connection, settings, features, Path(place))
        make: Any = splink.SparkAPI
        api = make(spark_session=spark, break_lineage_method="persist")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            linker = Linker(
                api.register(spark.read.parquet(files["people"])), in_words_of_spark(settings), log_level=logging.ERROR
            )
            for column in unique_columns(features, settings):
                linker.table_management.register_term_frequency_lookup(
                    api.register(spark.read.parquet(files[column])), column
                )
            linker.table_management.register_blocked_pairs_for_predict(api.register(spark.read.parquet(files["pairs"])))
            found = linker.inference.predict(threshold_match_weight=LIGHTEST, warning_mode="never")
        answer = Path(place) / "scored"
        found.as_spark_dataframe().write.parquet(str(answer))
        source = f"read_parquet({sql.value(str(answer / '*.parquet'))})"
        connection.execute(f"create or replace table scored as {compact_sql(source, settings, comparisons)}")


def _export(connection: Connection, settings: Settings, features: Features, place: Path) -> dict[str, str]:
    """Write people, pairs and frequencies as Parquet; they go with the folder."""
    queries = {"people": "from people", "pairs": "from pairs"}
    queries |= {column: frequency_sql(column) for column in unique_columns(features, settings)}
    files = {}
    for key, query in queries.items():
        files[key] = str(place / f"{key}.parquet")
        connection.execute(f"copy ({query}) to {sql.value(files[key])} (format parquet)")
    return files
