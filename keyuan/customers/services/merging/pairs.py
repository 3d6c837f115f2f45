"""Keeping the pairs of customers who may be one: written in bulk, decided once, followed through merges (CUS-8)."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from keyuan.customers.models import Customer, CustomerSummary, DuplicatePair
from keyuan.organisation.models import LEVEL_COLUMNS
from keyuan.platform.imports.bulk import Same, insert, next_ids, update

#: Rows of one transaction: a chunk must not hold the write lock for long.
CHUNK = 2000
#: Where a pair stands: filled where both of its customers stand in the same place.
PLACE = (*LEVEL_COLUMNS, "sales_channel", "servicing_agent_id")
Status = DuplicatePair.Status
Place = tuple[Any, ...]
#: A chain of merges is followed at most so far.
LONGEST_CHAIN = 50


@dataclass(frozen=True, slots=True)
class FoundPair:
    """Two customers in any order, how likely they are one, and how each field agrees (see `DuplicatePair`)."""

    a: int
    b: int
    weight: float
    probability: float
    band: str = DuplicatePair.Band.LIKELY
    levels: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class StoredPairs:
    """What became of found pairs: new, known and still open, and decided before or gone (left as they are)."""

    new: int = 0
    renewed: int = 0
    settled: int = 0


def store_pairs(
    pairs: Iterable[FoundPair],
    *,
    now: datetime,
    source: str = DuplicatePair.Source.LINKAGE,
    run_id: int | None = None,
    note: str = "",
) -> StoredPairs:
    """Write found pairs, each chunk in a transaction of its own; the same pairs twice change nothing more.

    A pair that was decided ("not the same person" above all) is left as it stands. A record that was merged counts
    as its survivor.
    """
    stored = StoredPairs()
    chunk: list[FoundPair] = []
    for pair in pairs:
        chunk.append(pair)
        if len(chunk) == CHUNK:
            _store(chunk, stored, now, source, run_id, note)
            chunk = []
    _store(chunk, stored, now, source, run_id, note)
    return stored


def drop_stale_pairs(*, run_id: int, most: int = CHUNK) -> int:
    """Delete open pairs that an earlier linkage found and run ``run_id`` did not; return how many of ``most``."""
    stale = DuplicatePair.objects.filter(
        ~Q(run_id=run_id), status=Status.OPEN, source=DuplicatePair.Source.LINKAGE, is_held=False
    )
    ids = list(stale.values_list("pk", flat=True)[:most])
    with transaction.atomic():
        DuplicatePair.objects.filter(pk__in=ids, status=Status.OPEN).delete()
    return len(ids)


def survivors_of(ids: Iterable[int]) -> dict[int, int]:
    """Return for each merged one of ``ids`` the living customer that stands for it; others are left out."""
    heads = {pk: pk for pk in ids}
    for _round in range(LONGEST_CHAIN):
        rows = Customer.objects.filter(pk__in=set(heads.values()), merged_into__isnull=False)
        into = dict(rows.values_list("pk", "merged_into_id"))
        if not into:
            break
        heads = {pk: into.get(head) or head for pk, head in heads.items()}
    return {pk: head for pk, head in heads.items() if head != pk}


def places_of(ids: Iterable[int]) -> dict[int, Place]:
    """Return where customers stand: level units, sales channel, service person."""
    rows = CustomerSummary.objects.filter(pk__in=set(ids)).values_list("pk", *PLACE)
    return {pk: tuple(place) for pk, *place in rows}


def shared_place(one: Place, other: Place) -> Place:
    """Return what two places have in common: None (no channel: empty) where they differ."""
    empty = ["" if column == "sales_channel" else None for column in PLACE]
    return tuple(left if left == right else nothing for left, right, nothing in zip(one, other, empty, strict=True))


def refresh_places(customer_ids: Sequence[int]) -> int:
    """Bring the scope columns of open pairs of ``customer_ids`` up to date, in the caller's transaction."""
    found: dict[int, tuple[int, int]] = {}
    for column in ("a_id__in", "b_id__in"):
        rows = DuplicatePair.objects.filter(**{column: customer_ids}, status=Status.OPEN)
        found |= {pk: (a, b) for pk, a, b in rows.values_list("pk", "a_id", "b_id")}
    places = places_of(pk for pair in found.values() for pk in pair)
    ids = [pk for pk, (a, b) in found.items() if a in places and b in places]
    wanted = [shared_place(places[found[pk][0]], places[found[pk][1]]) for pk in ids]
    update(DuplicatePair, ids, {name: [row[at] for row in wanted] for at, name in enumerate(PLACE)})
    return len(ids)


def refresh_all_places(after: int = 0) -> int | None:
    """Bring the scope columns of the next `CHUNK` open pairs behind pair ``after`` up to date; return the last one.

    Customers change their place by day; whoever opens a pair is checked against today's places whatever it says.
    """
    rows = DuplicatePair.objects.filter(pk__gt=after, status=Status.OPEN).order_by("pk")
    found = list(rows.values_list("pk", "a_id", "b_id")[:CHUNK])
    if not found:
        return None
    with transaction.atomic():
        refresh_places(sorted({pk for _pair, a, b in found for pk in (a, b)}))
    return found[-1][0]


def _store(
    chunk: list[FoundPair], stored: StoredPairs, now: datetime, source: str, run_id: int | None, note: str
) -> None:
    with transaction.atomic():
        ordered = _ordered(chunk)
        places = places_of(pk for pair in ordered for pk in (pair.a, pair.b))
        known = _known(ordered)
        fresh, again = [], []
        for pair in ordered:
            pk, status = known.get((pair.a, pair.b), (None, ""))
            if pair.a not in places or pair.b not in places or (pk and status != Status.OPEN):
                stored.settled += 1
            elif pk:
                again.append((pk, pair))
            else:
                fresh.append(pair)
        stored.new += len(fresh)
        stored.renewed += len(again)
        update(DuplicatePair, [pk for pk, _pair in again], _columns([pair for _pk, pair in again], places, run_id))
        more: dict[str, Any] = {"source": Same(source), "found_at": Same(now), "note": Same(note[:200])}
        more["id"] = next_ids(DuplicatePair, len(fresh))
        more |= {"a_id": [pair.a for pair in fresh], "b_id": [pair.b for pair in fresh]}
        insert(DuplicatePair, more | _columns(fresh, places, run_id), len(fresh))


def _ordered(chunk: list[FoundPair]) -> list[FoundPair]:
    """Return the pairs with merged records replaced by their survivors, smaller id first, each pair once."""
    heads = survivors_of({pk for pair in chunk for pk in (pair.a, pair.b)})
    found: dict[tuple[int, int], FoundPair] = {}
    for pair in chunk:
        a, b = sorted((heads.get(pair.a, pair.a), heads.get(pair.b, pair.b)))
        if a != b and ((a, b) not in found or found[a, b].weight < pair.weight):
            found[a, b] = replace(pair, a=a, b=b)
    return list(found.values())


def _known(pairs: list[FoundPair]) -> dict[tuple[int, int], tuple[int, str]]:
    wanted = {(pair.a, pair.b) for pair in pairs}
    rows = DuplicatePair.objects.filter(a_id__in={a for a, _b in wanted}).values_list("a_id", "b_id", "pk", "status")
    return {(a, b): (pk, status) for a, b, pk, status in rows if (a, b) in wanted}


def _columns(pairs: list[FoundPair], places: dict[int, Place], run_id: int | None) -> dict[str, Any]:
    where = [shared_place(places[pair.a], places[pair.b]) for pair in pairs]
    columns: dict[str, Any] = {name: [row[at] for row in where] for at, name in enumerate(PLACE)}
    return columns | {
        "weight": [pair.weight for pair in pairs],
        "probability": [pair.probability for pair in pairs],
        "band": [str(pair.band) for pair in pairs],
        "levels": [json.dumps(pair.levels) for pair in pairs],
        "run_id": Same(run_id),
    }
