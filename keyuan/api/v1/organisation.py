"""Units and the sales force (PLT-3)."""

from datetime import date
from typing import Annotated, Any

from pydantic import Field

from keyuan.api.kit.caller import ApiRequest
from keyuan.api.kit.fields import Number, OneOf
from keyuan.api.kit.paging import Page, parameters_of, read_list
from keyuan.api.kit.resource import In, Out, Resource, RowId
from keyuan.api.kit.tags import expected_version
from keyuan.api.v1.customer_schemas import Region, Text60
from keyuan.kernel.actor import UNIT_LEVELS
from keyuan.organisation import permissions as p
from keyuan.organisation.models import Agent, Unit
from keyuan.organisation.selectors.agents import access_agent, licences_of
from keyuan.organisation.selectors.labels import SALES_CHANNEL_LABELS
from keyuan.organisation.selectors.units import access_unit
from keyuan.organisation.services import units
from keyuan.organisation.services.provision import create_unit
from keyuan.platform import clock
from keyuan.platform.lists import lists

router = Resource("Organisation")
UNITS, AGENTS = lists["units"], lists["agents"]
Channel = Annotated[str, OneOf(SALES_CHANNEL_LABELS)]
UNIT_COLUMNS = (
    "id", "code", "name", "level", "parent_id", "sales_channel", "region_code", "phone", "opened_on", "closed_on",
    "version",
)  # fmt: skip
AGENT_COLUMNS = (
    "id", "agent_no", "name", "unit_id", "sales_channel", "status", "seller_rank", "joined_on", "left_on",
)  # fmt: skip


class UnitOut(Out):
    """A unit; ``level`` is 1 for the head office, 5 for a team."""

    id: int
    code: str
    name: str
    level: int
    parent_id: int | None
    sales_channel: str
    region_code: str
    phone: str
    opened_on: date | None
    closed_on: date | None
    version: int


class UnitIn(In):
    """A unit to add below another one."""

    code: Annotated[str, Field(min_length=1, max_length=20)]
    name: Annotated[str, Field(min_length=1, max_length=60)]
    parent_id: Number
    sales_channel: Channel = ""
    region_code: Region = ""


class UnitChange(In):
    """Fields to change; what is left out stays as it is."""

    name: Text60 = ""
    sales_channel: Channel = ""
    region_code: Region = ""
    phone: Annotated[str, Field(max_length=30)] = ""


class UnitMove(In):
    """The unit to stand under from now on."""

    target_id: Number


class MovedUnit(UnitOut):
    """A moved unit; its records follow in the job."""

    job_id: int


class LicenceOut(Out):
    """A practising registration."""

    licence_no: str
    valid_from: date
    valid_until: date | None


class AgentRow(Out):
    """A salesperson or service person."""

    id: int
    agent_no: str
    name: str
    unit_id: int
    unit: str
    sales_channel: str
    status: str
    seller_rank: int
    joined_on: date | None
    left_on: date | None


class AgentOut(AgentRow):
    """An agent with the line of units and the licences."""

    line: list[int] = Field(description="Ids of the units from the head office down")
    licences: list[LicenceOut]


def unit_out(request: ApiRequest, unit: Unit) -> dict[str, Any]:
    """Return a unit with its version."""
    request.record_version = unit.version
    return {name: getattr(unit, name) for name in UNIT_COLUMNS}


def agent_row(agent: Agent) -> dict[str, Any]:
    """Return an agent as lists show one."""
    return {name: getattr(agent, name) for name in AGENT_COLUMNS} | {"unit": agent.unit.name}


@router.get("/units", p.UNITS_VIEW, Page[UnitOut], parameters=parameters_of(UNITS))
def list_units(request: ApiRequest) -> Any:
    """List units in reach."""
    found = read_list(request, UNITS)
    return {"rows": list(found.records), **found.more}


@router.get("/units/{int:unit_id}", p.UNITS_VIEW, UnitOut, tagged=True)
def get_unit(request: ApiRequest, unit_id: RowId) -> Any:
    """Get a unit."""
    return unit_out(request, access_unit(request.actor, unit_id))


@router.post("/units", p.UNITS_EDIT, UnitOut, tagged=True)
def add_unit(request: ApiRequest, body: UnitIn) -> Any:
    """Add a unit below another one."""
    values = body.model_dump(exclude={"parent_id"})
    parent = access_unit(request.actor, body.parent_id)
    return unit_out(request, create_unit(actor=request.actor, parent=parent, opened_on=clock.today(), **values))


@router.patch("/units/{int:unit_id}", p.UNITS_EDIT, UnitOut, tagged=True)
def change_unit(request: ApiRequest, unit_id: RowId, body: UnitChange) -> Any:
    """Rename a unit or change its data."""
    unit = access_unit(request.actor, unit_id)
    version = expected_version(request, unit.version)
    kept = {name: getattr(unit, name) for name in UnitChange.model_fields}
    values = kept | body.model_dump(exclude_unset=True)
    changed = units.update_unit(actor=request.actor, unit_id=unit_id, version=version, now=clock.now(), **values)
    return unit_out(request, changed)


@router.post("/units/{int:unit_id}/move", p.UNITS_EDIT, MovedUnit, status=202, tagged=True)
def move_unit(request: ApiRequest, unit_id: RowId, body: UnitMove) -> Any:
    """Put a unit with everything below it under another one.

    Its records follow in a watched job, whose state stands under `/jobs/{job_id}`.
    """
    version = expected_version(request, access_unit(request.actor, unit_id).version)
    unit, job = units.move_tree(
        actor=request.actor, unit_id=unit_id, version=version, target_id=body.target_id, now=clock.now()
    )
    return unit_out(request, unit) | {"job_id": job.pk}


@router.post("/units/{int:unit_id}/close", p.UNITS_EDIT, UnitOut, status=200, tagged=True)
def close_unit(request: ApiRequest, unit_id: RowId) -> Any:
    """Close an empty unit from today."""
    version = expected_version(request, access_unit(request.actor, unit_id).version)
    closed = units.close_unit(
        actor=request.actor, unit_id=unit_id, version=version, closed_on=clock.today(), now=clock.now()
    )
    return unit_out(request, closed)


@router.get("/agents", p.AGENTS_VIEW, Page[AgentRow], parameters=parameters_of(AGENTS))
def list_agents(request: ApiRequest) -> Any:
    """List the sales force in reach."""
    found = read_list(request, AGENTS)
    return {"rows": [agent_row(agent) for agent in found.records], **found.more}


@router.get("/agents/{int:agent_id}", p.AGENTS_VIEW, AgentOut)
def get_agent(request: ApiRequest, agent_id: RowId) -> Any:
    """Get an agent with the licences."""
    agent = access_agent(request.actor, agent_id)
    line = [getattr(agent, f"{level}_id") for level in UNIT_LEVELS]
    return agent_row(agent) | {"line": [unit_id for unit_id in line if unit_id], "licences": licences_of(agent)}
