"""Pairs of duplicates follow a merge: what was decided of a record holds for whoever stands for it now (CUS-8)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q

from keyuan.customers.models import DuplicatePair
from keyuan.customers.services.merging.journal import Couple
from keyuan.customers.services.merging.packing import Row, packed
from keyuan.customers.services.merging.pairs import PLACE, places_of, shared_place

PAIRS = "customers.DuplicatePair"
Status = DuplicatePair.Status
COLUMNS = ("a_id", "b_id", "status", "decided_at", "decided_by_id")
Key = tuple[int, int]


def distinct_pairs(ids: Iterable[int]) -> set[Key]:
    """Return the pairs among ``ids`` of which somebody said that they are not one person."""
    wanted = set(ids)
    rows = DuplicatePair.objects.filter(a_id__in=wanted, status=Status.DISTINCT).values_list("a_id", "b_id")
    return {(a, b) for a, b in rows if b in wanted}


class _Pairs:
    """The pairs around some couples, changed in memory and written in the order of the changes."""

    def __init__(self, couples: Sequence[Couple]) -> None:
        ids = [pk for one in couples for pk in (one.survivor, one.loser)]
        self.rows: dict[int, Row] = {}
        for near in (Q(a_id__in=ids), Q(b_id__in=ids)):
            self.rows |= {row["id"]: row for row in DuplicatePair.objects.filter(near).values("id", *COLUMNS)}
        self.by_key = {(row["a_id"], row["b_id"]): pk for pk, row in self.rows.items()}
        self.near: dict[int, set[int]] = {}
        for pk, row in self.rows.items():
            for end in ("a_id", "b_id"):
                self.near.setdefault(row[end], set()).add(pk)
        self.moved: set[int] = set()

    def change(self, one: Couple, pk: int, **after: Any) -> None:
        row = self.rows[pk]
        one.of(PAIRS).changed(pk, packed({name: row[name] for name in after}), packed(after))
        row.update(after)
        DuplicatePair.objects.filter(pk=pk).update(**after)

    def repoint(self, one: Couple, pk: int, key: Key, was: Key) -> None:
        del self.by_key[was]
        self.by_key[key] = pk
        for end in key:
            self.near.setdefault(end, set()).add(pk)
        self.moved.add(pk)
        self.change(one, pk, a_id=key[0], b_id=key[1])


def follow_pairs(couples: Sequence[Couple], actor_id: int | None, now: datetime) -> None:
    """Close the pairs that are merged, and let the other pairs of the losers name the survivors."""
    pairs = _Pairs(couples)
    for one in couples:
        for pk in sorted(pairs.near.get(one.loser, ())):
            row = pairs.rows[pk]
            was = (row["a_id"], row["b_id"])
            if one.loser not in was or row["status"] == Status.FOLDED:
                continue
            other = was[0] if was[1] == one.loser else was[1]
            if other == one.survivor:
                pairs.change(one, pk, status=str(Status.MERGED), decided_at=now, decided_by_id=actor_id)
            elif row["status"] != Status.MERGED:
                _follow(pairs, one, pk, was, other)
    _place(pairs)


def _follow(pairs: _Pairs, one: Couple, pk: int, was: Key, other: int) -> None:
    key = (min(other, one.survivor), max(other, one.survivor))
    there = pairs.by_key.get(key)
    if there is None:
        pairs.repoint(one, pk, key, was)
        return
    if pairs.rows[pk]["status"] == Status.DISTINCT and pairs.rows[there]["status"] == Status.OPEN:
        row = pairs.rows[pk]
        pairs.change(
            one, there, status=str(Status.DISTINCT), decided_at=row["decided_at"], decided_by_id=row["decided_by_id"]
        )
    pairs.change(one, pk, status=str(Status.FOLDED))


def _place(pairs: _Pairs) -> None:
    """Keep the scope columns of repointed pairs true."""
    moved = [pairs.rows[pk] for pk in sorted(pairs.moved)]
    places = places_of(pk for row in moved for pk in (row["a_id"], row["b_id"]))
    for row in moved:
        if row["a_id"] in places and row["b_id"] in places:
            place = shared_place(places[row["a_id"]], places[row["b_id"]])
            DuplicatePair.objects.filter(pk=row["id"]).update(**dict(zip(PLACE, place, strict=True)))


def return_pairs(couples: Sequence[Couple], status: str, actor_id: int | None, now: datetime, note: str) -> None:
    """Undo `follow_pairs`; the pairs of the couples themselves become ``status`` (open again, or not one person)."""
    for one in couples:
        change = one.changes.get(PAIRS)
        if change is None:
            continue
        rows = {row.pk: row for row in DuplicatePair.objects.filter(pk__in=[int(pk) for pk in change.before])}
        for key, before in reversed(change.before.items()):
            row = rows.get(int(key))
            if row is not None:
                _return(one, row, before, change.after[key] or {}, status, actor_id, now, note)


def _return(
    one: Couple,
    row: DuplicatePair,
    before: Row,
    after: Row,
    status: str,
    actor_id: int | None,
    now: datetime,
    note: str,
) -> None:
    if {row.a_id, row.b_id} == {one.survivor, one.loser}:
        row.status, row.is_held, row.note = status, True, note[:200]
        row.decided_by_id, row.decided_at = (actor_id, now) if status == Status.DISTINCT else (None, None)
    elif "a_id" in before and one.survivor in (row.a_id, row.b_id):
        other = row.b_id if row.a_id == one.survivor else row.a_id
        row.a_id, row.b_id = sorted((other, one.loser))
    elif "status" in before and row.status == after["status"]:
        row.status, row.decided_by_id = before["status"], before.get("decided_by_id", row.decided_by_id)
        if "decided_at" in before:
            row.decided_at = DuplicatePair._meta.get_field("decided_at").to_python(before["decided_at"])
    places = places_of((row.a_id, row.b_id))
    if len(places) == 2:
        for name, value in zip(PLACE, shared_place(places[row.a_id], places[row.b_id]), strict=True):
            setattr(row, name, value)
    row.save()
