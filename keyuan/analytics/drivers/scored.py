"""A file again, row by row, with a score beside each: CSV, TSV or Parquet by the name of the new file (ANA-7)."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any, Protocol, Self

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from keyuan.kernel.errors import Refused

SCORE = "score"
_PARQUET = (".parquet", ".pq")

Scorer = Callable[[pd.DataFrame], "np.ndarray[Any, Any]"]


class _Sink(Protocol):
    def __call__(self, frame: pd.DataFrame) -> None: ...


def write_scored(frames: Iterable[pd.DataFrame], scorer: Scorer, out: Path) -> int:
    """Write each frame with its scores to ``out`` in their order and return the number of rows.

    ``out`` appears only when all rows stand in it. Raises Refused propensity.score_exists, .out_unwritable and
    whatever ``frames`` and ``scorer`` refuse.
    """
    partial, rows = out.with_name(f".{out.name}.part"), 0
    try:
        with _Parquet(partial) if out.suffix.lower() in _PARQUET else _Texts(partial, out) as write:
            for frame in frames:
                if SCORE in frame.columns:
                    raise Refused("propensity.score_exists", column=SCORE)
                write(frame.assign(**{SCORE: scorer(frame)}))
                rows += len(frame)
        partial.replace(out)
    except OSError as error:
        raise Refused("propensity.out_unwritable", file=str(out), reason=error.strerror or str(error)) from None
    finally:
        partial.unlink(missing_ok=True)
    return rows


class _Texts(AbstractContextManager["_Texts"]):
    """Writes frames below each other, separated by commas, or by tabs into a file called .tsv."""

    def __init__(self, path: Path, out: Path) -> None:
        self._path, self._separator, self._begun = path, "\t" if out.suffix.lower() == ".tsv" else ",", False
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self._file = self._stack.enter_context(self._path.open("w", encoding="utf-8", newline=""))
        return self

    def __exit__(self, *_error: object) -> None:
        self._stack.close()

    def __call__(self, frame: pd.DataFrame) -> None:
        frame.to_csv(self._file, sep=self._separator, index=False, header=not self._begun, lineterminator="\n")
        self._begun = True


class _Parquet(AbstractContextManager["_Parquet"]):
    """Writes frames as row groups; the first one says of which type each column is."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer: pq.ParquetWriter | None = None

    def __exit__(self, *_error: object) -> None:
        if self._writer:
            self._writer.close()

    def __call__(self, frame: pd.DataFrame) -> None:
        schema = self._writer.schema if self._writer else None
        table = pa.Table.from_pandas(frame, schema=schema, preserve_index=False)
        self._writer = self._writer or pq.ParquetWriter(self._path, table.schema)
        self._writer.write_table(table)
