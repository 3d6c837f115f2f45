"""Everything that refers to a record follows it into its survivor, reference by reference (CUS-8)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connections, router

from keyuan.customers.extensions import MergeReference, merge_references
from keyuan.customers.models import CustomerSummary
from keyuan.customers.rules.merging.survivorship import is_empty
from keyuan.customers.services.merging.journal import Change, Couple
from keyuan.customers.services.merging.packing import packed, put_back, whole_rows
from keyuan.customers.services.merging.pairs import PLACE
from keyuan.customers.services.merging.tables import OnlyOne, Table, moving_references, table_of
from keyuan.platform.imports.bulk import update

#: Derived rows that have their own care in `heads`.
APART = frozenset({"customers.CustomerSummary.customer", "customers.NameGram.customer", "customers.NameKey.customer"})
#: Ids that one query is asked for.
MOST_IDS = 5000
Places = Mapping[int, CustomerSummary]
#: Fields whose values `bulk.update` stores itself.
PLAIN = frozenset({"DateField", "DateTimeField"})


def carry_rows(couples: Sequence[Couple], summaries: Places) -> None:
    """Let the rows of every reference follow; ``summaries`` are those of both records, read before."""
    for reference in moving_references():
        _carry(reference, table_of(reference.key), couples, summaries)
    for reference in merge_references:
        if reference.rule == "rebuild" and reference.key not in APART:
            _take_away(reference, couples)


def _carry(reference: MergeReference, table: Table, couples: Sequence[Couple], summaries: Places) -> None:
    ids = [pk for one in couples for pk in (one.survivor, one.loser)]
    rows = table.by_customer(ids)
    if not rows:
        return
    both = [one for one in couples if one.survivor in rows and one.loser in rows]
    twins = _twins(table, both, rows)
    if reference.apart:
        twins |= dict.fromkeys(_pointing_to_survivor(reference, table, couples, rows), 0)
    for one in couples:
        own, theirs = rows.get(one.survivor, []), rows.get(one.loser, [])
        if own or theirs:
            change = one.of(reference.key)
            change.own = own
            change.moved = [pk for pk in theirs if pk not in twins]
            change.stayed = [pk for pk in theirs if pk in twins]
    if reference.combine:
        _combine(reference, table, couples, {loser: row for loser, row in twins.items() if row})
    moved = [(pk, one.survivor) for one in couples if one.loser in rows for pk in one.changes[reference.key].moved]
    update(table.model, [pk for pk, _to in moved], {table.column: [to for _pk, to in moved]})
    if reference.stamp:
        _stamp(reference, table, couples, summaries)


def _twins(table: Table, couples: Sequence[Couple], rows: Mapping[int, list[int]]) -> dict[int, int]:
    """Return the losers' rows that may not stand beside the survivor's, each with the row that is in the way."""
    if not table.rules or not couples:
        return {}
    found: dict[int, int] = {}
    wanted = [pk for one in couples for pk in (*rows[one.survivor], *rows[one.loser])]
    for rule in table.rules:
        keys = keys_of(table, rule, wanted)
        for one in couples:
            taken = {keys[pk]: pk for pk in rows[one.survivor] if pk in keys}
            found |= {pk: taken[keys[pk]] for pk in rows[one.loser] if pk in keys and keys[pk] in taken}
    return found


def keys_of(table: Table, rule: OnlyOne, ids: Sequence[int]) -> dict[int, tuple[Any, ...]]:
    """Return by row what a unique rule compares; rows outside its condition or with a gap are free of it."""
    found: dict[int, tuple[Any, ...]] = {}
    for start in range(0, len(ids), MOST_IDS):
        rows = table.model._base_manager.filter(pk__in=ids[start : start + MOST_IDS])
        if rule.condition is not None:
            rows = rows.filter(rule.condition)
        found |= {
            pk: tuple(key) for pk, *key in rows.values_list("pk", *rule.others) if all(one is not None for one in key)
        }
    return found


def _pointing_to_survivor(
    reference: MergeReference, table: Table, couples: Sequence[Couple], rows: Mapping[int, list[int]]
) -> Iterable[int]:
    """Return the losers' rows that would come to point from the survivor to itself."""
    heads = {pk: one.survivor for one in couples for pk in rows.get(one.loser, [])}
    there = table.model._base_manager.filter(pk__in=list(heads)).values_list("pk", f"{reference.apart}_id")
    return [pk for pk, other in there if other == heads[pk]]


def _combine(reference: MergeReference, table: Table, couples: Sequence[Couple], twins: Mapping[int, int]) -> None:
    """Let the survivor's row take what the row that stays behind has more of."""
    names = tuple(reference.combine or ())
    ids = [*twins, *twins.values()]
    rows = {row.pop("pk"): row for row in table.model._base_manager.filter(pk__in=ids).values("pk", *names)}
    heads = {pk: one for one in couples for pk in one.of(reference.key).stayed}
    written: dict[tuple[str, ...], dict[int, Any]] = {}
    for loser, survivor in twins.items():
        mine = rows[survivor]
        after = {
            name: value
            for name in names
            if (value := combined((reference.combine or {})[name], mine[name], rows[loser][name])) != mine[name]
        }
        if after:
            before = {name: mine[name] for name in after}
            heads[loser].of(reference.key).changed(survivor, packed(before), packed(after))
            mine.update(after)
            written.setdefault(tuple(after), {})[survivor] = mine
    for columns, changed in written.items():
        write_rows(table, list(changed), {name: [row[name] for row in changed.values()] for name in columns})


def write_rows(table: Table, ids: Sequence[int], columns: Mapping[str, Sequence[Any]]) -> None:
    """Write columns of many rows together; JSON and sealed values in the form in which their field stores them."""
    fields = {key: one for one in table.model._meta.concrete_fields for key in (str(one.name), str(one.attname))}
    connection = connections[router.db_for_write(table.model)]
    values: dict[str, Any] = {}
    for name, column in columns.items():
        found = fields[name]
        is_plain = found.get_internal_type() in PLAIN
        values[str(found.column)] = (
            list(column) if is_plain else [found.get_db_prep_save(value, connection=connection) for value in column]
        )
    update(table.model, ids, values)


def combined(how: str, mine: Any, theirs: Any) -> Any:
    """Return what the survivor's row holds when ``theirs`` joins ``mine``: max, min, sum, or fill (where empty)."""
    if is_empty(theirs):
        return mine
    if is_empty(mine) or how == "fill":
        return theirs if is_empty(mine) else mine
    if how == "sum":
        return mine + theirs
    return max(mine, theirs) if how == "max" else min(mine, theirs)


def _stamp(reference: MergeReference, table: Table, couples: Sequence[Couple], summaries: Places) -> None:
    """Give moved rows the survivor's place, where the two records stood in different ones."""
    if reference.stamp is None:
        return
    elsewhere: dict[int, Couple] = {}
    for one in couples:
        change = one.changes.get(reference.key)
        if change and change.moved and _place(summaries, one.survivor) != _place(summaries, one.loser):
            elsewhere |= dict.fromkeys(change.moved, one)
    if not elsewhere:
        return
    wanted = {one.survivor: reference.stamp(summaries[one.survivor]) for one in elsewhere.values()}
    names = list(next(iter(wanted.values())))
    rows = table.model._base_manager.filter(pk__in=list(elsewhere), **(reference.stamped or {}))
    stamped = []
    for pk, *there in rows.values_list("pk", *names):
        one = elsewhere[pk]
        place = wanted[one.survivor]
        before = {name: value for name, value in zip(names, there, strict=True) if value != place[name]}
        if before:
            one.of(reference.key).changed(pk, packed(before), packed({name: place[name] for name in before}))
            stamped.append((pk, place))
    columns = {name: [place[name] for _pk, place in stamped] for name in names}
    write_rows(table, [pk for pk, _place in stamped], columns)


def _place(summaries: Places, pk: int) -> tuple[Any, ...]:
    row = summaries.get(pk)
    return tuple(getattr(row, name) for name in PLACE) if row else ()


def _take_away(reference: MergeReference, couples: Sequence[Couple]) -> None:
    """Take away the derived rows of the losers, and keep them for an undo."""
    table = table_of(reference.key)
    by_loser = {one.loser: one for one in couples}
    rows = whole_rows(table.model, table.column, by_loser)
    name = str(table.model._meta.pk.attname)
    for row in rows:
        by_loser[row[table.column]].of(reference.key).changed(row[name], packed(row), None)
    if rows:
        table.model._base_manager.filter(pk__in=[row[name] for row in rows]).delete()


def return_taken(couples: Sequence[Couple]) -> None:
    """Put the derived rows of restored records back."""
    for reference in merge_references:
        if reference.rule != "rebuild" or reference.key in APART:
            continue
        rows = [row for one in couples for row in one.changes.get(reference.key, Change()).before.values()]
        if rows:
            put_back(table_of(reference.key).model, rows)
