"""People and vehicles of a policy as an actor may read them: every name, plate and VIN goes through the presenter."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from keyuan.customers.selectors.subjects import customer_label, customer_labels
from keyuan.kernel.actor import Actor
from keyuan.platform.crypto.presenter import present
from keyuan.policies.models import GroupMember, Policy, PolicyParty
from keyuan.policies.selectors.contract import drivers_of, parties_of, vehicle_of


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A party or member with its name as the actor reads it; ``customer_id`` only where the actor may open the page."""

    row: Any
    name: str
    customer_id: int | None


def party_rows(actor: Actor, policy: Policy, *, now: datetime) -> list[PersonRow]:
    """Return the present roles by role and order."""
    parties = parties_of(policy)
    reach = _in_reach(actor, parties, now)
    return [_person(actor, party, reach) for party in parties]


def member_rows(actor: Actor, members: Iterable[GroupMember], *, now: datetime) -> list[PersonRow]:
    """Return insured members of a group."""
    rows = list(members)
    reach = _in_reach(actor, rows, now)
    return [_person(actor, member, reach) for member in rows]


def _in_reach(actor: Actor, rows: Iterable[PolicyParty | GroupMember], now: datetime) -> set[int]:
    ids = [row.customer_id for row in rows if row.customer_id is not None]
    return set(customer_labels(actor, ids, now=now)) if ids else set()


def _person(actor: Actor, row: PolicyParty | GroupMember, reach: set[int]) -> PersonRow:
    name = customer_label(actor, row.customer) if row.customer is not None else present(actor, row.name, "name")
    return PersonRow(row, name, row.customer_id if row.customer_id in reach else None)


def vehicle_words(actor: Actor, policy: Policy) -> dict[str, Any]:
    """Return what the vehicle's part shows: the vehicle, its plate and VIN as masked, its drivers with their names."""
    vehicle = vehicle_of(policy)
    return {
        "vehicle": vehicle,
        "plate": present(actor, vehicle.plate if vehicle else None, "plate"),
        "vin": present(actor, vehicle.vin if vehicle else None, "vin"),
        "drivers": [(driver, present(actor, driver.name, "name")) for driver in drivers_of(policy)],
    }
