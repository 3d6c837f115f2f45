"""What hangs on a policy: parties, covers, premiums, members, vehicle, history (POL-1 to POL-3)."""

from typing import Annotated, Any

from ninja import Query

from keyuan.api.kit.caller import ApiRequest
from keyuan.api.kit.fields import shown
from keyuan.api.kit.resource import LARGEST, Resource, RowId
from keyuan.api.v1.policies import reached
from keyuan.api.v1.policy_schemas import (
    Coverages,
    Events,
    GroupMembers,
    Instalments,
    Parties,
    Payments,
    ServicePeople,
    Steps,
    VehicleOut,
)
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound
from keyuan.platform import clock
from keyuan.platform.crypto.presenter import present
from keyuan.policies import permissions
from keyuan.policies.rules.transitions import SWITCHES, switches_for
from keyuan.policies.selectors import contract as reads
from keyuan.policies.selectors.faces import PersonRow, member_rows, party_rows
from keyuan.policies.services.transitions import legal_steps

router = Resource("Parts of a policy")
MOST = 400
MEMBERS = 500
PARTY = (
    "id", "role", "relation_to_insured", "benefit_type", "order", "share_bp", "is_statutory", "valid_from",
)  # fmt: skip
MEMBER = ("id", "member_no", "sum_insured", "premium", "joined_on", "left_on")
After = Annotated[int, Query(ge=0, le=LARGEST, description="`next_after` of the page before")]


def masked(actor: Actor, value: str, field_key: str) -> str | None:
    """Return a value as the pages show it, None where there is none."""
    return present(actor, value, field_key) if value else None


def person_out(person: PersonRow, columns: tuple[str, ...]) -> dict[str, Any]:
    """Return somebody in a contract; the name is masked for the caller already."""
    own = {name: getattr(person.row, name) for name in columns}
    return own | {"customer_id": person.customer_id, "name": person.name or None}


@router.get("/policies/{int:policy_id}/parties", permissions.VIEW, Parties)
def list_parties(request: ApiRequest, policy_id: RowId) -> Any:
    """List who has a role in a policy now."""
    people = party_rows(request.actor, reached(request, policy_id), now=clock.now())
    return {"rows": [person_out(person, PARTY) for person in people]}


@router.get("/policies/{int:policy_id}/coverages", permissions.VIEW, Coverages)
def list_coverages(request: ApiRequest, policy_id: RowId) -> Any:
    """List a policy's covers."""
    return {"rows": list(reads.covers_of(reached(request, policy_id)))}


@router.get("/policies/{int:policy_id}/instalments", permissions.VIEW, Instalments)
def list_instalments(request: ApiRequest, policy_id: RowId) -> Any:
    """List the premiums due under a policy."""
    schedule = reads.instalments_of(reached(request, policy_id), clock.today())
    return {"rows": [instalment for instalment, _state in schedule]}


@router.get("/policies/{int:policy_id}/payments", permissions.VIEW, Payments)
def list_payments(request: ApiRequest, policy_id: RowId) -> Any:
    """List the money received and refunded under a policy."""
    return {"rows": list(reads.payments_of(reached(request, policy_id))[:MOST])}


@router.get("/policies/{int:policy_id}/events", permissions.VIEW, Events)
def list_policy_events(request: ApiRequest, policy_id: RowId) -> Any:
    """List what happened to a contract."""
    return {"rows": list(reads.events_of(reached(request, policy_id))[:MOST])}


@router.get("/policies/{int:policy_id}/service-people", permissions.VIEW, ServicePeople)
def list_policy_service_people(request: ApiRequest, policy_id: RowId) -> Any:
    """List who sold and who serves a policy."""
    rows = reads.service_people_of(reached(request, policy_id))[:MOST]
    names = ("duty", "agent_id", "valid_from", "valid_until")
    return {"rows": [{name: getattr(row, name) for name in names} | {"agent": row.agent.name} for row in rows]}


@router.get("/policies/{int:policy_id}/members", permissions.VIEW, GroupMembers)
def list_group_members(request: ApiRequest, policy_id: RowId, after: After = 0) -> Any:
    """List the insured persons of a group contract, in the order in which they were entered."""
    policy = reached(request, policy_id)
    rows = list(reads.members_of(policy).filter(pk__gt=after).order_by("pk")[: MEMBERS + 1])
    people = member_rows(request.actor, rows[:MEMBERS], now=clock.now())
    return {
        "rows": [person_out(person, MEMBER) for person in people],
        "next_after": rows[MEMBERS - 1].pk if len(rows) > MEMBERS else None,
    }


@router.get("/policies/{int:policy_id}/vehicle", permissions.VIEW, VehicleOut)
def get_vehicle(request: ApiRequest, policy_id: RowId) -> Any:
    """Get the vehicle of a motor policy with its named drivers."""
    actor, policy = request.actor, reached(request, policy_id)
    vehicle = reads.vehicle_of(policy)
    if vehicle is None:
        raise NotFound("not_found")
    names = [name for name in VehicleOut.model_fields if name not in ("plate", "vin", "drivers")]
    driver_names = ("position", "sex", "age_years", "licence_years")
    return {name: getattr(vehicle, name) for name in names} | {
        "plate": masked(actor, vehicle.plate, "plate"),
        "vin": masked(actor, vehicle.vin, "vin"),
        "drivers": [
            {name: getattr(driver, name) for name in driver_names} | {"name": shown(actor, driver.name, "name")}
            for driver in reads.drivers_of(policy)
        ],
    }


@router.get("/policies/{int:policy_id}/steps", permissions.TRANSIT, Steps)
def list_steps(request: ApiRequest, policy_id: RowId) -> Any:
    """List what may be done with a policy's status today, and what forbids the rest."""
    policy = reached(request, policy_id)
    flags = {switch.column: getattr(policy, switch.column) for switch in SWITCHES}
    return {
        "rows": [
            {"kind": step.kind, "target": step.target, "asks_reason": step.asks_reason, "refusal": refusal}
            for step, refusal in legal_steps(policy, clock.today())
        ],
        "switches": [switch.kind for switch in switches_for(policy.status, flags)],
    }
