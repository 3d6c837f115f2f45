"""Policies of which their source says something new: a later year, another status (PLT-9, POL-7)."""

import json
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from keyuan.platform.imports import Chunk, ImportContext
from keyuan.platform.imports.bulk import Column, Same, update
from keyuan.policies.models import Driver, Policy, PolicyKey, PolicyParty, Vehicle
from keyuan.policies.services.intake_writing import (
    DATED,
    DRIVERS,
    PLAIN,
    TAIL,
    TEXTS,
    annual_premiums,
    insert_drivers,
    insert_holders,
    insert_vehicles,
    starts_of,
    vehicle_columns,
)

UPDATED = ("status", "is_group", *TEXTS, *PLAIN, *DATED)


def update_policies(
    ids: Sequence[int],
    key_ids: Sequence[int],
    chunk: Chunk,
    products: Sequence[tuple[int, str]],
    context: ImportContext,
) -> None:
    """Write what ``chunk`` says of policies ``ids`` inside the caller's transaction; unknown values change nothing.

    Vehicle and drivers are the source's own statement and are replaced by what it says now.
    """
    names = [name for name in UPDATED if chunk.has(name)]
    said: dict[str, Sequence[Any]] = {name: chunk.columns[name] for name in names}
    if chunk.has("premium") or chunk.has("annual_premium"):
        said["annual_premium"] = annual_premiums(chunk)
    if chunk.has("policy_no"):
        said["policy_no"] = chunk.columns["policy_no"]
    said["product_id"] = [product for product, _kind in products]
    said["kind"] = [kind for _product, kind in products]
    values = _merged(Policy.objects.filter(pk__in=ids), ids, said)
    if "policy_no" in values:
        values["policy_no_tail"] = [number[-TAIL:] for number in values["policy_no"]]
    if chunk.facts is not None:
        values["facts"] = _merged_facts(ids, chunk.facts)
    update(Policy, ids, {**values, "updated_at": Same(context.now)}, raised=("version",))
    update(PolicyKey, key_ids, {"fingerprint": chunk.prints})
    _replace_vehicles(ids, chunk)
    if any(key.startswith(prefix) for key in chunk.columns for prefix in DRIVERS.values()):
        Driver.objects.filter(policy_id__in=ids).delete()
        insert_drivers(ids, chunk)


def change_holders(
    ids: Sequence[int], holder_ids: Sequence[int | None], names: Sequence[str], chunk: Chunk, context: ImportContext
) -> list[int]:
    """Give policies to the holder that their source names now; return the customers who lost one."""
    before = dict(Policy.objects.filter(pk__in=ids).values_list("pk", "holder_id"))
    moved = [i for i, holder in enumerate(holder_ids) if holder is not None and holder != before[ids[i]]]
    if not moved:
        return []
    chosen = [ids[index] for index in moved]
    columns: dict[str, Column] = {
        "holder_id": [holder_ids[index] for index in moved],
        "holder_name": [names[index] for index in moved],
    }
    update(Policy, chosen, columns)
    roles = PolicyParty.objects.filter(policy_id__in=chosen, role=PolicyParty.Role.HOLDER, valid_until__isnull=True)
    roles.update(valid_until=context.now.date())
    starts = starts_of(chunk)
    insert_holders(chosen, [holder_ids[index] for index in moved], [starts[index] for index in moved])
    return [holder for index in moved if (holder := before[ids[index]]) is not None]


def _merged(queryset: "QuerySet[Any]", ids: Sequence[int], said: dict[str, Sequence[Any]]) -> dict[str, list[Any]]:
    """Return ``said`` with what stands there in the place of unknown values."""
    gaps = [name for name, values in said.items() if None in values]
    merged = {name: list(values) for name, values in said.items()}
    if gaps:
        there = {row[0]: row[1:] for row in queryset.values_list("pk", *gaps)}
        for place, name in enumerate(gaps):
            merged[name] = [
                there[pk][place] if value is None else value for pk, value in zip(ids, merged[name], strict=True)
            ]
    return merged


def _merged_facts(ids: Sequence[int], said: list[dict[str, str]]) -> list[str]:
    there = dict(Policy.objects.filter(pk__in=ids).values_list("pk", "facts"))
    return [json.dumps({**there[pk], **facts}, ensure_ascii=False) for pk, facts in zip(ids, said, strict=True)]


def _replace_vehicles(ids: Sequence[int], chunk: Chunk) -> None:
    columns = vehicle_columns(chunk)
    if not columns:
        return
    known = dict(Vehicle.objects.filter(policy_id__in=ids).values_list("policy_id", "pk"))
    there = [index for index, pk in enumerate(ids) if pk in known]
    chosen = {name: [values[index] for index in there] for name, values in columns.items()}
    update(Vehicle, [known[ids[index]] for index in there], chosen)
    missing = [index for index, pk in enumerate(ids) if pk not in known]
    insert_vehicles([ids[index] for index in missing], chunk.only(missing))
