"""What a merge did, collected while it runs and written at its end: the whole of what undoes it (CUS-8)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from keyuan.customers.models import MergeChange
from keyuan.platform.imports.bulk import insert

Row = dict[str, Any]


@dataclass(slots=True)
class Change:
    """One reference's part; see `MergeChange`. Keys of ``before`` and ``after`` are ids as text."""

    moved: list[int] = field(default_factory=list)
    own: list[int] = field(default_factory=list)
    stayed: list[int] = field(default_factory=list)
    before: dict[str, Row] = field(default_factory=dict)
    after: dict[str, Row | None] = field(default_factory=dict)

    def changed(self, pk: int, before: Row, after: Row | None) -> None:
        """Note that columns of a row changed, or (``after`` None) that it was taken away."""
        key = str(pk)
        self.before[key] = {**before, **self.before.get(key, {})}
        self.after[key] = None if after is None else {**(self.after.get(key) or {}), **after}

    def __bool__(self) -> bool:
        return bool(self.moved or self.own or self.stayed or self.before)


@dataclass(slots=True)
class Couple:
    """Two records being made one (or two again): ids, what was chosen, and what was done."""

    survivor: int
    loser: int
    merge_id: int = 0
    choices: dict[str, str] = field(default_factory=dict)
    changes: dict[str, Change] = field(default_factory=dict)
    flags: list[Row] = field(default_factory=list)

    def of(self, reference: str) -> Change:
        """Return the part of one reference."""
        return self.changes.setdefault(reference, Change())

    def flag(self, kind: str, **more: Any) -> None:
        """Note something that an undo could not put back by itself."""
        self.flags.append({"kind": kind, **more})


def write_changes(couples: Sequence[Couple], first_id: int) -> None:
    """Write what was done; the changes take ids from ``first_id`` on, in the order of ``couples``."""
    rows = [(one.merge_id, key, change) for one in couples for key, change in one.changes.items() if change]
    columns: dict[str, Any] = {
        "id": list(range(first_id, first_id + len(rows))),
        "merge_id": [row[0] for row in rows],
        "reference": [row[1] for row in rows],
    }
    # A couple has some twenty changes, most of them empty but for one list.
    for name, empty in (("moved", "[]"), ("own", "[]"), ("stayed", "[]"), ("before", "{}"), ("after", "{}")):
        said = (getattr(change, name) for _pk, _key, change in rows)
        columns[name] = [json.dumps(one, ensure_ascii=False) if one else empty for one in said]
    insert(MergeChange, columns, len(rows))


def read_changes(couples: Sequence[Couple]) -> None:
    """Fill the couples, whose merges were done, with what was done."""
    by_merge = {one.merge_id: one for one in couples}
    for row in MergeChange.objects.filter(merge_id__in=list(by_merge)).order_by("pk"):
        by_merge[row.merge_id].changes[row.reference] = Change(
            row.moved, row.own, row.stayed, dict(row.before), dict(row.after)
        )
