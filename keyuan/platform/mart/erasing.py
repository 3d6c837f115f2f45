"""Deletion reaches snapshots (decision 21): rows about erased customers leave every copy that is kept."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow.parquet as pq

from keyuan.platform.mart import shelf
from keyuan.platform.mart.engine import engine
from keyuan.platform.mart.extracts import extracts
from keyuan.platform.mart.shelf import Snapshot

#: The column by which rows of derived tables are about a customer.
CUSTOMER = "customer_id"


def forget(customer_ids: Iterable[int]) -> int:
    """Take every row about ``customer_ids`` out of every snapshot; return how many files were written anew.

    Each file is replaced in one step; asked twice it changes nothing more. Not inside a transaction: it writes
    files. Raises Refused ``mart.busy`` while a build runs: try again later.
    """
    ids = sorted(set(customer_ids))
    if not ids:
        return 0
    with shelf.alone():
        kept = [file for one in shelf.snapshots() for file in (*_extracted(one), *_derived(one))]
        return sum(_forget(path, subject, ids) for path, subject in kept)


def _extracted(snapshot: Snapshot) -> Iterator[tuple[Path, str]]:
    for extract in extracts:
        if extract.subject and extract.key in snapshot.rows:
            yield snapshot.path(extract.key), extract.subject


def _derived(snapshot: Snapshot) -> Iterator[tuple[Path, str]]:
    for path in sorted((snapshot.folder / shelf.DERIVED).glob("*.parquet")):
        if CUSTOMER in pq.read_schema(path).names:
            yield path, CUSTOMER


def _forget(path: Path, subject: str, ids: list[int]) -> bool:
    draft = path.with_suffix(".draft")
    with engine(path.parent) as opened:
        opened.execute("CREATE TABLE forgotten AS SELECT unnest(?::BIGINT[]) AS id", [ids])
        rows = f"FROM read_parquet('{path}') AS known"
        # Names of our own; the ids come as a table.
        told = opened.execute(f'SELECT count(*) {rows} WHERE "{subject}" IN (FROM forgotten)').fetchone()
        if not told or not told[0]:
            return False
        kept = f'SELECT known.* {rows} WHERE "{subject}" IS NULL OR "{subject}" NOT IN (FROM forgotten)'
        opened.execute(f"COPY ({kept}) TO '{draft}' (FORMAT parquet, COMPRESSION zstd)")
    draft.chmod(0o600)
    draft.replace(path)
    return True
