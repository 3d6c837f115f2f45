"""Bringing the rows of a merged record back to it, whatever happened to them since (CUS-8)."""

from collections.abc import Mapping, Sequence
from typing import Any

from keyuan.customers.extensions import MergeReference, merge_references
from keyuan.customers.services.merging.journal import Change, Couple
from keyuan.customers.services.merging.packing import columns_of, pack, unpacked
from keyuan.customers.services.merging.references import MOST_IDS, keys_of, write_rows
from keyuan.customers.services.merging.tables import Table, moving_references, table_of
from keyuan.platform.imports.bulk import update

#: Reference → rows added since the merge that go with the restored record.
Chosen = Mapping[str, Sequence[int]]


def return_rows(couples: Sequence[Couple], chosen: Chosen) -> None:
    """Let moved rows point to the restored records again, with those of ``chosen``; flag what cannot be as it was."""
    for reference in reversed(moving_references()):
        table = table_of(reference.key)
        _return(reference, table, couples, set(chosen.get(reference.key, ())))


def restore_columns(couples: Sequence[Couple], skip: frozenset[str]) -> None:
    """Give rows that were combined or stamped their columns back, except where somebody changed them since."""
    for reference in merge_references:
        if reference.key in skip:
            continue
        wanted = [
            (one, int(pk), before, one.changes[reference.key].after[pk])
            for one in couples
            if reference.key in one.changes
            for pk, before in one.changes[reference.key].before.items()
        ]
        kept = [(one, pk, before, after) for one, pk, before, after in wanted if after is not None]
        if kept:
            _restore(reference.key, table_of(reference.key), kept)


def _return(reference: MergeReference, table: Table, couples: Sequence[Couple], chosen: set[int]) -> None:
    heads = {one.survivor: one for one in couples}
    ids = [pk for one in couples for pk in (one.survivor, one.loser)]
    rows = {customer_id: set(found) for customer_id, found in table.by_customer(ids).items()}
    moves: list[tuple[int, int]] = []
    for one in heads.values():
        moves += [(pk, one.loser) for pk in _going_back(reference, table, one, rows, chosen)]
    update(table.model, [pk for pk, _to in moves], {table.column: [to for _pk, to in moves]})


def _going_back(
    reference: MergeReference, table: Table, one: Couple, rows: Mapping[int, set[int]], chosen: set[int]
) -> list[int]:
    key = reference.key
    change = one.changes.get(key, Change())
    here = rows.get(one.survivor, set())
    if table.is_key:
        back = set(here) if change.moved else set()
        added: set[int] = set()
    else:
        back = here & set(change.moved)
        added = here - set(change.own) - set(change.moved)
    if len(back) < len(change.moved):
        one.flag("gone", reference=key, count=len(change.moved) - len(back))
    if added - chosen and not reference.noted:
        one.flag("added", reference=key, ids=sorted(added - chosen)[:200], count=len(added - chosen))
    going = sorted(back | (added & chosen))
    stuck = _in_the_way(table, going, rows.get(one.loser, set()))
    if stuck:
        one.flag("stuck", reference=key, ids=sorted(stuck)[:200], count=len(stuck))
    return [pk for pk in going if pk not in stuck]


def _in_the_way(table: Table, going: list[int], there: set[int]) -> set[int]:
    """Return those of the rows ``going`` back that a unique rule forbids beside the rows that are there."""
    if not going or not there:
        return set()
    stuck: set[int] = set()
    for rule in table.rules:
        keys = keys_of(table, rule, [*going, *there])
        taken = {keys[pk] for pk in there if pk in keys}
        stuck |= {pk for pk in going if pk in keys and keys[pk] in taken}
    return stuck


def _restore(key: str, table: Table, wanted: Sequence[tuple[Couple, int, dict[str, Any], dict[str, Any]]]) -> None:
    ids = [pk for _one, pk, _before, _after in wanted]
    names = [name for name in {name for row in wanted for name in row[2]} if name in columns_of(table.model)]
    here: dict[int, dict[str, Any]] = {}
    for start in range(0, len(ids), MOST_IDS):
        rows = table.model._base_manager.filter(pk__in=ids[start : start + MOST_IDS])
        here |= {row.pop("pk"): row for row in rows.values("pk", *names)}
    written: dict[tuple[str, ...], list[tuple[int, dict[str, Any]]]] = {}
    for one, pk, before, after in wanted:
        if pk not in here:
            continue
        same = {name: old for name, old in before.items() if name in names and pack(here[pk][name]) == after[name]}
        edited = sorted(name for name in before if name in names and name not in same)
        if edited:
            one.flag("edited", reference=key, ids=[pk], fields=edited)
        if same:
            written.setdefault(tuple(sorted(same)), []).append((pk, unpacked(table.model, same)))
    for columns, rows_of_them in written.items():
        values = {name: [row[name] for _pk, row in rows_of_them] for name in columns}
        write_rows(table, [pk for pk, _row in rows_of_them], values)
