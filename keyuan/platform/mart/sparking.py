"""Spark on this machine: an optional engine for books beyond what one process of DuckDB holds (ANA-1, CUS-8).

It needs Java 17 to 21 and ``requirements/spark.txt``, and reads Parquet only: frames handed over in memory lose the
difference between nothing and "NaN".
"""

import importlib
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any


def is_installed() -> bool:
    """Tell whether ``requirements/spark.txt`` was installed."""
    return find_spec("pyspark") is not None


def running() -> Any | None:
    """Return the session of this process (a cluster's, perhaps), None where none was begun."""
    return importlib.import_module("pyspark.sql").SparkSession.getActiveSession()


def started(name: str, folder: Path, options: Mapping[str, str]) -> Any:
    """Return the session of this process; where none runs, begin one that listens on loopback and spills in ``folder``.

    ``options`` are Spark's own. Those of memory and files hold only for a session that begins here.
    """
    always = {
        "spark.local.dir": str(folder),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.sql.shuffle.partitions": "8",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
    }
    builder = importlib.import_module("pyspark.sql").SparkSession.builder.appName(name)
    for key, value in {**always, **options}.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    return session
