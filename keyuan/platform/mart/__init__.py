"""The mart: a dated copy of the book in columns, for whatever reads much and writes nothing (decision 21).

Contexts add `Extract` objects to `extracts`; a build reads them all at one moment into Parquet files of one folder;
`latest` and `connect` open it with DuckDB. What decides about contact is checked live, never here.
"""

from keyuan.platform.mart.engine import connect
from keyuan.platform.mart.extracts import Extract, extracts
from keyuan.platform.mart.shelf import Snapshot, latest, snapshots

__all__ = ["Extract", "Snapshot", "connect", "extracts", "latest", "snapshots"]
