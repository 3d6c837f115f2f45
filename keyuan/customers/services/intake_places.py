"""Where imported rows belong: the unit of the import, or the servicing agent that a row names."""

from collections.abc import Iterable, Sequence
from dataclasses import fields

from keyuan.customers.services.sharing import ServingPlace
from keyuan.organisation.models import LEVEL_COLUMNS, Agent
from keyuan.organisation.selectors import in_scope
from keyuan.platform.imports import ImportContext, RowIssue

PLACE_COLUMNS = tuple(field.name for field in fields(ServingPlace))


def default_place(context: ImportContext) -> ServingPlace:
    """Return the place of rows that name no agent."""
    return _place([context.levels.get(name) for name in LEVEL_COLUMNS], context.sales_channel, None)


def _place(levels: Sequence[int | None], sales_channel: str, agent_id: int | None) -> ServingPlace:
    head_office, branch, sub_branch, section, team = levels
    return ServingPlace(head_office, branch, sub_branch, section, team, sales_channel, agent_id)


def agent_places(numbers: Iterable[str | None], context: ImportContext) -> dict[str, tuple[ServingPlace, int]]:
    """Return place and unit of each agent number within the actor's reach; others are absent."""
    known: dict[str, tuple[ServingPlace, int]] = context.memory.setdefault("agents", {})
    asked: set[str] = context.memory.setdefault("agents_asked", set())
    wanted = {number for number in numbers if number} - asked
    if wanted:
        asked |= wanted
        agents = Agent.objects.filter(in_scope(context.actor), agent_no__in=wanted)
        columns = ("agent_no", "pk", "unit_id", "sales_channel", *LEVEL_COLUMNS)
        for agent_no, pk, unit_id, channel, *levels in agents.values_list(*columns):
            place = _place(levels, channel or context.sales_channel, pk)
            known[agent_no] = (place, unit_id)
    return known


def unknown_agents(numbers: Sequence[str | None], context: ImportContext, field: str = "agent_no") -> list[RowIssue]:
    """Return an issue for every row that names an agent who does not exist within the actor's reach."""
    known = agent_places(numbers, context)
    return [
        RowIssue(index, field, "import.agent_unknown")
        for index, number in enumerate(numbers)
        if number and number not in known
    ]


def places_of(numbers: Sequence[str | None], context: ImportContext) -> list[ServingPlace]:
    """Return the place of each row."""
    known, default = agent_places(numbers, context), default_place(context)
    return [known[number][0] if number else default for number in numbers]


def place_columns(places: Sequence[ServingPlace]) -> dict[str, list[int | str | None]]:
    """Return the level columns, channel and servicing agent of ``places`` by column."""
    return {name: [getattr(place, name) for place in places] for name in PLACE_COLUMNS}
