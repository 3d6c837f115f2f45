"""New policies in bulk: contract, key, holder's role, service people, vehicle, drivers (PLT-9, POL-9)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from keyuan.customers.services.intake_places import place_columns
from keyuan.customers.services.sharing import ServingPlace
from keyuan.kernel.codes import PayMode, PolicyStatus
from keyuan.platform.imports import Chunk, ImportContext
from keyuan.platform.imports.bulk import Column, Same, insert, next_ids
from keyuan.platform.numbers import allocate
from keyuan.policies.models import Driver, Policy, PolicyKey, PolicyParty, PolicyService, Vehicle

UNKNOWN_START, UNKNOWN_END = date(1, 1, 1), date(9999, 12, 31)
TEXTS = ("insurer_code", "application_no", "termination_reason", "pay_mode", "pay_term_unit", "cover_term_unit")
PLAIN = (
    "sum_insured", "premium", "pay_term", "cover_term", "applied_on", "issued_on", "terminated_on", "next_due_amount",
)  # fmt: skip
DATED = {"effective_on": UNKNOWN_START, "expires_on": UNKNOWN_END, "next_due_on": UNKNOWN_END}
VEHICLE = "vehicle."
VEHICLE_TEXTS = ("plate", "vin", "make", "model", "kind", "usage", "fuel", "region_code")
DRIVERS = {1: "driver1.", 2: "driver2."}
DRIVER_TEXTS = ("name", "sex")
TAIL = 6
NUMBER_LIMIT = 40


@dataclass(slots=True)
class PolicyRows:
    """Rows of policies with what was found out about each."""

    chunk: Chunk
    products: Sequence[tuple[int, str]]
    holder_ids: Sequence[int | None]
    holder_names: Sequence[str]
    places: Sequence[ServingPlace]
    sellers: Sequence[int | None]


def policy_numbers(chunk: Chunk, *, are_keyed: bool) -> list[str]:
    """Return each row's policy number: as stated, else the source's key, else one of our own."""
    usable = [key if are_keyed and len(key) <= NUMBER_LIMIT else None for key in chunk.keys]
    found = [number or key for number, key in zip(chunk.get("policy_no"), usable, strict=True)]
    missing = found.count(None)
    fresh = iter(allocate("policy", missing) if missing else ())
    return [number or next(fresh) for number in found]


def annual_premiums(chunk: Chunk) -> list[int | None]:
    """Return the premium over a year: as stated, else from a premium with a fixed interval, else unknown."""
    rows = zip(chunk.get("annual_premium"), chunk.get("premium"), chunk.get("pay_mode"), strict=True)
    return [stated if stated is not None else _over_a_year(premium, mode) for stated, premium, mode in rows]


def _over_a_year(premium: int | None, mode: str | None) -> int | None:
    months = PayMode(mode).months if premium is not None and mode else None
    return premium * (12 // months) if premium is not None and months else None


def policy_columns(chunk: Chunk, names: Sequence[str]) -> dict[str, Column]:
    """Return the columns of `Policy` that a chunk says, unknown values as the table has them."""
    columns: dict[str, Column] = {}
    for name in names:
        values = chunk.get(name)
        if name in TEXTS:
            columns[name] = [value or "" for value in values]
        elif name in DATED:
            columns[name] = [value or DATED[name] for value in values]
        else:
            columns[name] = values
    return columns


def insert_policies(rows: PolicyRows, context: ImportContext, *, are_keyed: bool) -> list[int]:
    """Insert ``rows`` inside the caller's transaction and return the policies' ids."""
    chunk, count = rows.chunk, len(rows.chunk)
    ids, numbers = next_ids(Policy, count), policy_numbers(chunk, are_keyed=are_keyed)
    mapped = [name for name in (*TEXTS, *PLAIN, *DATED) if chunk.has(name)]
    columns: dict[str, Column] = {
        "id": ids,
        "policy_no": numbers,
        "policy_no_tail": [number[-TAIL:] for number in numbers],
        "source": Same(Policy.Source.CORE.value),
        "source_name": Same(context.source),
        "product_id": [product for product, _kind in rows.products],
        "kind": [kind for _product, kind in rows.products],
        "holder_id": rows.holder_ids,
        "holder_name": rows.holder_names,
        "status": statuses(chunk),
        "is_group": [bool(value) for value in chunk.get("is_group")],
        "currency": Same(context.currency),
        "annual_premium": annual_premiums(chunk),
        "selling_agent_id": rows.sellers,
        "facts": facts_json(chunk),
        "created_at": Same(context.now),
        "updated_at": Same(context.now),
        **policy_columns(chunk, mapped),
        **place_columns(rows.places),
    }
    insert(Policy, columns, count)
    keys: dict[str, Column] = {
        "source": Same(context.source),
        "key": chunk.keys,
        "policy_id": ids,
        "fingerprint": chunk.prints,
    }
    insert(PolicyKey, keys, count)
    insert_holders(ids, rows.holder_ids, starts_of(chunk))
    _insert_service(ids, rows, context.now.date())
    insert_vehicles(ids, chunk)
    insert_drivers(ids, chunk)
    return ids


def statuses(chunk: Chunk) -> list[str]:
    """Return each row's status; a source that says nothing leaves it at "other"."""
    return [status or PolicyStatus.OTHER.value for status in chunk.get("status")]


def facts_json(chunk: Chunk) -> list[str]:
    """Return what is kept as stated, as JSON texts."""
    if chunk.facts is None:
        return ["{}"] * len(chunk)
    return [json.dumps(facts, ensure_ascii=False) for facts in chunk.facts]


def starts_of(chunk: Chunk) -> list[date | None]:
    """Return since when roles and services run: the start of cover, else the day of issue, else unknown."""
    return [start or issued for start, issued in zip(chunk.get("effective_on"), chunk.get("issued_on"), strict=True)]


def insert_holders(ids: Sequence[int], holder_ids: Sequence[int | None], starts: Sequence[date | None]) -> None:
    """Insert the holders' roles."""
    rows = [row for row in zip(ids, holder_ids, starts, strict=True) if row[1] is not None]
    if rows:
        policies, holders, since = zip(*rows, strict=True)
        columns: dict[str, Column] = {
            "policy_id": policies,
            "customer_id": holders,
            "role": Same(PolicyParty.Role.HOLDER.value),
            "valid_from": since,
        }
        insert(PolicyParty, columns, len(rows))


def _insert_service(ids: Sequence[int], rows: PolicyRows, today: date) -> None:
    starts = starts_of(rows.chunk)
    people = [
        (pk, agent, duty.value, start or today)
        for duty, agents in (
            (PolicyService.Duty.SERVICING, [place.servicing_agent_id for place in rows.places]),
            (PolicyService.Duty.SELLING, rows.sellers),
        )
        for pk, agent, start in zip(ids, agents, starts, strict=True)
        if agent is not None
    ]
    if people:
        policies, agents, duties, since = zip(*people, strict=True)
        columns = {"policy_id": policies, "agent_id": agents, "duty": duties, "valid_from": since}
        insert(PolicyService, columns, len(people))


def vehicle_columns(chunk: Chunk) -> dict[str, list[Any]]:
    """Return the mapped columns of the vehicles, by column of the table."""
    columns = {}
    for key, values in chunk.columns.items():
        if key.startswith(VEHICLE):
            name = key.removeprefix(VEHICLE)
            column = "bonus_malus_bp" if name == "bonus_malus" else name
            columns[column] = [value or "" for value in values] if name in VEHICLE_TEXTS else values
    return columns


def insert_vehicles(ids: Sequence[int], chunk: Chunk) -> None:
    """Insert a vehicle for each policy of which the source says anything about one."""
    columns = vehicle_columns(chunk)
    if not columns:
        return
    told = [
        index for index, row in enumerate(zip(*columns.values(), strict=True)) if any(v not in (None, "") for v in row)
    ]
    if told:
        chosen = {name: [values[index] for index in told] for name, values in columns.items()}
        insert(Vehicle, {"policy_id": [ids[index] for index in told], **chosen}, len(told))


def insert_drivers(ids: Sequence[int], chunk: Chunk) -> None:
    """Insert the drivers that the source names, by whatever it says of them."""
    for position, prefix in DRIVERS.items():
        columns = {key.removeprefix(prefix): chunk.columns[key] for key in chunk.columns if key.startswith(prefix)}
        if not columns:
            continue
        told = [
            index for index, row in enumerate(zip(*columns.values(), strict=True)) if any(v is not None for v in row)
        ]
        if not told:
            continue
        chosen: dict[str, Column] = {
            name: [(values[index] or "") if name in DRIVER_TEXTS else values[index] for index in told]
            for name, values in columns.items()
        }
        insert(Driver, {"policy_id": [ids[index] for index in told], "position": Same(position), **chosen}, len(told))
