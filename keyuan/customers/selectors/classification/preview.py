"""What other thresholds would move: both judged on the same facts of the mart, nothing written (CUS-5)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np

from keyuan.customers.rules.classification import AXIS_KEYS, DATE_FACTS, FACTS, Thresholds, classify
from keyuan.customers.rules.classification.axes import AXES, LETTERS
from keyuan.customers.rules.classification.judging import NO_DAY, Column, Facts
from keyuan.customers.selectors.classification.board import Move
from keyuan.customers.selectors.classification.columns import FLAGS, TEXTS, living, stretch_of
from keyuan.kernel.errors import Refused
from keyuan.platform.mart import Snapshot, connect, latest

#: Up to so many customers the book itself is asked where there is no snapshot.
SMALL = 20_000
#: Customers judged at one go.
STRETCH = 200_000
#: Facts under another name in the mart.
NAMES = {"source_of_prospect": "prospect_source", "has_long_term": "long_term"}


@dataclass(frozen=True, slots=True)
class Preview:
    """Customers who would move, axis by axis; ``as_of`` is the moment of the facts, None for the book of now."""

    customers: int
    moved: int
    moves: list[Move]
    as_of: datetime | None


def preview(present: Thresholds, proposed: Thresholds, today: date) -> Preview:
    """Return what ``proposed`` would move. Raises Refused ``mart.none`` for a large book without a snapshot."""
    snapshot = latest()
    if snapshot is not None:
        return _compared(_from_mart(snapshot), present, proposed, today, snapshot.as_of)
    ids = list(living().order_by("pk").values_list("pk", flat=True)[: SMALL + 1])
    if len(ids) > SMALL:
        raise Refused("mart.none")
    parts = (stretch_of(ids[start : start + 2000]).facts for start in range(0, len(ids), 2000))
    return _compared(parts, present, proposed, today, None)


def _compared(
    parts: Iterator[Facts], present: Thresholds, proposed: Thresholds, today: date, as_of: datetime | None
) -> Preview:
    customers, moved, pairs = 0, 0, dict[tuple[str, str], int]()
    for facts in parts:
        old, new = classify(facts, present, today), classify(facts, proposed, today)
        places = np.flatnonzero(old != new)
        customers, moved = customers + len(old), moved + len(places)
        both = np.char.add(old[places], new[places])
        for text, count in zip(*np.unique(both, return_counts=True), strict=True):
            half = len(text) // 2
            key = (str(text[:half]), str(text[half:]))
            pairs[key] = pairs.get(key, 0) + int(count)
    return Preview(customers, moved, _moves(pairs), as_of)


def _moves(pairs: dict[tuple[str, str], int]) -> list[Move]:
    found: dict[tuple[str, str, str], int] = {}
    for (old, new), count in pairs.items():
        for axis, left, right in zip(AXIS_KEYS, old, new, strict=True):
            if left != right:
                values = AXES[axis]
                key = (axis, values[LETTERS.index(left)], values[LETTERS.index(right)])
                found[key] = found.get(key, 0) + count
    moves = [Move(*key, count) for key, count in found.items()]
    return sorted(moves, key=lambda one: (AXIS_KEYS.index(one.axis), -one.moves))


def _from_mart(snapshot: Snapshot) -> Iterator[Facts]:
    """Yield the facts in stretches of ids, so that a large book takes no more memory than a small one."""
    columns = ", ".join(f"{_expression(name)} AS {name}" for name in FACTS)
    with connect(snapshot) as mart:
        top = (mart.execute("SELECT coalesce(max(customer_id), 0) FROM customers").fetchone() or (0,))[0]
        for start in range(0, int(top) + 1, STRETCH):
            # Names of our own code; nothing of a user stands in it.
            rows = f"SELECT {columns} FROM customers WHERE customer_id >= ? AND customer_id < ?"  # noqa: S608 - see above
            found: dict[str, Any] = mart.execute(rows, [start, start + STRETCH]).fetchnumpy()
            if len(found["is_policyholder"]):
                yield {name: _plain(found[name]) for name in FACTS}


def _expression(name: str) -> str:
    column = NAMES.get(name, name)
    if name in DATE_FACTS:
        return f"coalesce(date_diff('day', DATE '1970-01-01', {column}), {NO_DAY})::BIGINT"
    if name in TEXTS:
        return f"coalesce({column}, '')"
    return f"coalesce({column}, {'false' if name in FLAGS else 0})"


def _plain(column: Any) -> Column:
    found: Column = np.ma.getdata(column)
    return found
