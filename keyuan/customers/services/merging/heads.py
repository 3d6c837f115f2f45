"""The two records themselves: the survivor takes what was chosen, the other one points to it; and back (CUS-8)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from keyuan.customers.models import Customer, CustomerSummary, Merge, NameGram, NameKey
from keyuan.customers.rules.merging.survivorship import FIELDS, Told, choose
from keyuan.customers.services.merging.journal import Couple
from keyuan.customers.services.merging.packing import (
    columns_of,
    pack,
    packed,
    plain_defaults,
    put_back,
    snapshot_of,
    unpack,
    whole_rows,
)
from keyuan.customers.services.name_index import index_names
from keyuan.platform.imports.bulk import update

HEAD, SUMMARY = "customers.Customer", "customers.CustomerSummary.customer"
SEALED = "health_notes"
#: Kept by services on every change; an undo of a record that nobody touched puts them back, too.
KEPT = ("version", "updated_at")
Status = Customer.Status
Orders = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Heads:
    """The records of some couples, locked, by id."""

    rows: Mapping[int, Customer]

    def of(self, one: Couple) -> tuple[Customer, Customer]:
        """Return survivor and loser."""
        return self.rows[one.survivor], self.rows[one.loser]


def lock_heads(couples: Sequence[Couple]) -> Heads:
    """Read both records of each couple, locked in the order of their ids."""
    ids = sorted(pk for one in couples for pk in (one.survivor, one.loser))
    return Heads({row.pk: row for row in Customer.objects.select_for_update().filter(pk__in=ids).order_by("pk")})


def told_by(customer: Customer, field: str) -> Told:
    """Return what a record says of a field of `FIELDS`; sealed values only as being there."""
    value = getattr(customer, field)
    return Told(value, str(customer.field_sources.get(field, "")), customer.updated_at)


def default_choices(survivor: Customer, loser: Customer, orders: Orders) -> dict[str, str]:
    """Return the fields that the survivor takes from the loser by rule, with what decided."""
    found = {}
    for name in FIELDS:
        choice = choose(orders[name], told_by(survivor, name), told_by(loser, name))
        if choice.side == "loser":
            found[name] = choice.because
    return found


def snapshot_couple(survivor: Customer) -> tuple[dict[str, Any], Any]:
    """Return what `Merge` keeps of the survivor right before: plain columns, and the sealed one."""
    return snapshot_of(survivor), survivor.health_notes


def join_heads(couples: Sequence[Couple], heads: Heads, now: datetime) -> list[int]:
    """Give survivors the chosen columns and let the losers point to them; return survivors whose name changed."""
    columns: dict[str, list[tuple[int, Any]]] = {}
    renamed = []
    for one in couples:
        survivor, loser = heads.of(one)
        after = _taken(one, survivor, loser)
        change = one.of(HEAD)
        before = {name: getattr(survivor, name) for name in after if name != SEALED}
        plain = {name: value for name, value in after.items() if name != SEALED}
        change.changed(survivor.pk, packed(before | _kept(survivor)), packed(plain | _moved_on(survivor, now)))
        change.changed(loser.pk, {"status": loser.status}, {"status": str(Status.MERGED)})
        for name, value in after.items():
            columns.setdefault(name, []).append((survivor.pk, value))
        if "name" in after:
            renamed.append(survivor.pk)
    for name, rows in columns.items():
        values = [as_stored(name, value) for _pk, value in rows]
        update(Customer, [pk for pk, _value in rows], {name: values})
    update(Customer, [one.survivor for one in couples], {"updated_at": [now] * len(couples)}, raised=("version",))
    losers = [one.loser for one in couples]
    into = [one.survivor for one in couples]
    update(Customer, losers, {"status": [str(Status.MERGED)] * len(losers), "merged_into_id": into})
    return renamed


def as_stored(name: str, value: Any) -> Any:
    """Return a column's value as bulk statements take it: sealed bytes, JSON as text."""
    if name == SEALED:
        return value.blob if value else None
    return json.dumps(value, ensure_ascii=False) if name == "field_sources" else value


def _kept(customer: Customer) -> dict[str, Any]:
    return {name: getattr(customer, name) for name in KEPT}


def _moved_on(customer: Customer, now: datetime) -> dict[str, Any]:
    return {"version": customer.version + 1, "updated_at": now}


def _taken(one: Couple, survivor: Customer, loser: Customer) -> dict[str, Any]:
    """Return the survivor's new columns: those of the chosen fields, their sources, and a death that only one knows."""
    after: dict[str, Any] = {}
    sources = dict(survivor.field_sources)
    for field in one.choices:
        for name in FIELDS[field]:
            if getattr(survivor, name) != getattr(loser, name):
                after[name] = getattr(loser, name)
            source = loser.field_sources.get(name)
            if source:
                sources[name] = source
            else:
                sources.pop(name, None)
    if loser.status == Status.DECEASED and survivor.status == Status.ACTIVE:
        after |= {"status": str(Status.DECEASED), "death_on": loser.death_on}
    if after and sources != survivor.field_sources:
        after["field_sources"] = sources
    return after


def hide(couples: Sequence[Couple], renamed: Sequence[int]) -> None:
    """Take the losers out of lists and search, and index survivors under their new names."""
    losers = [one.loser for one in couples]
    by_loser = {one.loser: one for one in couples}
    for row in whole_rows(CustomerSummary, "customer_id", losers):
        by_loser[row["customer_id"]].of(SUMMARY).changed(row["customer_id"], packed(row), None)
    CustomerSummary.objects.filter(pk__in=losers).delete()
    NameGram.objects.filter(customer_id__in=losers).delete()
    NameKey.objects.filter(customer_id__in=losers).delete()
    if renamed:
        index_names(Customer.objects.filter(pk__in=renamed).values_list("pk", "name"))


def part_heads(couples: Sequence[Couple], heads: Heads, merges: Mapping[int, Merge], now: datetime) -> list[int]:
    """Undo `join_heads`; return the ids whose names have to be indexed anew.

    What was changed on a survivor since stays, and is flagged; a record that nobody touched comes back to the letter.
    """
    renamed = [one.loser for one in couples]
    for one in couples:
        survivor, loser = heads.of(one)
        name = survivor.name
        _restore_survivor(one, survivor, loser, merges[one.merge_id], now)
        if survivor.name != name:
            renamed.append(survivor.pk)
        loser.status = one.changes[HEAD].before[str(loser.pk)]["status"]
        loser.merged_into_id = None
    losers = [heads.rows[one.loser] for one in couples]
    back: dict[str, Any] = {"status": [str(row.status) for row in losers], "merged_into_id": [None] * len(losers)}
    update(Customer, [row.pk for row in losers], back)
    return renamed


def _restore_survivor(one: Couple, survivor: Customer, loser: Customer, merge: Merge, now: datetime) -> None:
    change = one.changes[HEAD]
    before, after = change.before[str(survivor.pk)], change.after[str(survivor.pk)] or {}
    edited = _edited(survivor, merge, after)
    columns = [name for name in after if name not in (*KEPT, "field_sources") and name not in edited]
    for name in columns:
        setattr(survivor, name, unpack(Customer, name, before[name]))
    if "field_sources" in after:
        was = before["field_sources"]
        kept = {name: source for name, source in survivor.field_sources.items() if name not in columns}
        survivor.field_sources = kept | {name: was[name] for name in columns if name in was}
    if SEALED in one.choices:
        if survivor.health_notes == loser.health_notes:
            survivor.health_notes = merge.health_notes
        else:
            edited.append(SEALED)
    untouched = survivor.version == after["version"]
    survivor.version = before["version"] if untouched else survivor.version + 1
    survivor.updated_at = unpack(Customer, "updated_at", before["updated_at"]) if untouched else now
    if untouched and "field_sources" in after:
        survivor.field_sources = before["field_sources"]
    if edited:
        one.flag("edited", reference=HEAD, ids=[survivor.pk], fields=sorted(edited))
    survivor.save(update_fields=[*columns, SEALED, "field_sources", *KEPT])


def _edited(survivor: Customer, merge: Merge, after: Mapping[str, Any]) -> list[str]:
    """Return the columns that somebody changed since the merge."""
    defaults = plain_defaults(Customer)
    expected = {**defaults, **merge.snapshot, **after}
    compared = [name for name in columns_of(Customer) if name not in (*KEPT, "field_sources", "id")]
    return [name for name in compared if pack(getattr(survivor, name)) != expected[name]]


def show(couples: Sequence[Couple], renamed: Sequence[int]) -> None:
    """Undo `hide`."""
    rows = [row for one in couples if SUMMARY in one.changes for row in one.changes[SUMMARY].before.values()]
    put_back(CustomerSummary, rows)
    index_names(Customer.objects.filter(pk__in=renamed).values_list("pk", "name"))
