"""Building a snapshot: everything read at one moment, put in place in one step (decision 21)."""

import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import structlog
from django.conf import settings
from django.db import transaction

from keyuan.platform.jobs import enqueue
from keyuan.platform.mart import reading, shelf
from keyuan.platform.mart.extracts import Extract, Statement, extracts, statement_of
from keyuan.platform.mart.followers import followers
from keyuan.platform.mart.shelf import Snapshot

#: Rows of one row group: what a reader takes up at a time.
GROUP = 120_000
Say = Callable[[str, int], object]
log = structlog.get_logger(__name__)


def nothing(_key: str, _rows: int) -> None:
    """Hear of progress and say nothing."""


def build(
    *,
    day: date,
    now: datetime,
    say: Say = nothing,
    moment: Callable[[], AbstractContextManager[Any]] = reading.one_moment,
) -> Snapshot:
    """Read every extract at one moment into the snapshot of ``day`` and return it; ``say`` hears of each table.

    A build that is killed leaves nothing that a reader could find; the next one sweeps its traces. A second build of
    a day stands beside the first. Raises Refused ``mart.busy`` while another runs.
    """
    with shelf.alone():
        shelf.sweep(keep_days=settings.MART_DAYS, now=now)
        started, target = time.monotonic(), shelf.place_for(day)
        draft = shelf.home() / f"{shelf.BUILDING}{target.name}"
        draft.mkdir(mode=0o700)
        try:
            rows = _write_all(draft, moment, say)
            seconds = round(time.monotonic() - started, 1)
            facts = {"day": day.isoformat(), "as_of": now.isoformat(), "rows": rows, "seconds": seconds}
            _write(draft / shelf.FACTS, json.dumps(facts, indent=1))
            _settle(draft)
            draft.rename(target)
            _settle(shelf.home())
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise
        shelf.sweep(keep_days=settings.MART_DAYS, now=now)
    log.info("mart.built", snapshot=target.name, rows=rows, seconds=seconds)
    _call_followers()
    return Snapshot(target, day, now, rows, seconds)


def _write_all(draft: Path, moment: Callable[[], AbstractContextManager[Any]], say: Say) -> dict[str, int]:
    rows: dict[str, int] = {}
    with moment() as opened:
        for extract in extracts:
            rows[extract.key] = _write_one(opened, extract, draft)
            say(extract.key, rows[extract.key])
    return rows


def _write_one(opened: Any, extract: Extract, draft: Path) -> int:
    statement, count = statement_of(extract), 0
    path, schema = draft / f"{extract.key}.parquet", reading.schema_of(statement)
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for group in _groups(opened, statement, schema):
            writer.write_table(group, row_group_size=GROUP)
            count += group.num_rows
    path.chmod(0o600)
    _settle(path)
    return count


def _groups(opened: Any, statement: Statement, schema: pa.Schema) -> Iterator[pa.Table]:
    waiting: list[pa.RecordBatch] = []
    for batch in reading.batches(opened, statement):
        waiting.append(batch)
        if sum(one.num_rows for one in waiting) >= GROUP:
            yield pa.Table.from_batches(waiting, schema)
            waiting = []
    if waiting:
        yield pa.Table.from_batches(waiting, schema)


def _write(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
    _settle(path)


def _settle(path: Path) -> None:
    """Put a file or folder on the disk, so that a loss of power finds it whole."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _call_followers() -> None:
    with transaction.atomic():
        for follower in followers:
            enqueue(follower.path)
