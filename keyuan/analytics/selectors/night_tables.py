"""Questions to the tables of the last night, inside a reader's reach: for figures and lists that nobody keeps (ANA-1).

Tables hold the place of each row (unit of each level, channel, serving agent) as of the copy of the book.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from keyuan.customers.selectors.classification.places import Place
from keyuan.customers.selectors.scope import scope_terms
from keyuan.kernel.actor import Actor
from keyuan.organisation.models import LEVEL_COLUMNS
from keyuan.platform.mart import Snapshot, snapshots
from keyuan.platform.mart.engine import engine
from keyuan.platform.mart.shelf import DERIVED

Terms = Sequence[tuple[str, Any]]


def terms_of(actor: Actor, place: Place, channel: str = "") -> Terms | None:
    """Return the columns and values that keep rows inside the reach and ``place``; None where nothing is in reach."""
    own = scope_terms(actor)
    if own is None:
        return None
    channel = place.channel or channel
    narrowed = [(LEVEL_COLUMNS[place.unit.level - 1], place.unit.pk)] if place.unit else []
    return [*own, *narrowed, *([("sales_channel", channel)] if channel else [])]


def newest(table: str) -> Path | None:
    """Return the newest file of a table of the night; None before the first."""
    found = holding(table)
    return _place(found, table) if found else None


def holding(table: str) -> Snapshot | None:
    """Return the newest copy of the book for which a night made ``table``; None before the first."""
    return next((one for one in snapshots() if _place(one, table).exists()), None)


def _place(snapshot: Snapshot, table: str) -> Path:
    return snapshot.folder / DERIVED / f"{table}.parquet"


def asked_of(table: str, statement: str, terms: Terms | None, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Return the rows of ``statement`` over the night's ``table``, which it calls ``rows``.

    ``{within}`` in it becomes the reach; ``values`` are its own parameters, which stand before those of the reach.
    """
    path = newest(table)
    if terms is None or path is None:
        return []
    # Columns and paths are ours; values are parameters.
    where = " AND ".join(f'"{column}" = ?' for column, _value in terms) or "true"
    with engine(path.parent) as opened:
        opened.execute(f"CREATE VIEW rows AS FROM read_parquet('{path}')")
        found = opened.execute(statement.format(within=where), [*values, *(value for _column, value in terms)])
        return [tuple(row) for row in found.fetchall()]
