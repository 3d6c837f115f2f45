"""The supervisor's board: who is how late with what, from the branches down to one person (CUS-13)."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from keyuan.customers import permissions
from keyuan.customers.selectors.task_board import NEXT_LEVEL, BoardRow, team_board, unit_trail
from keyuan.kernel.actor import UNIT_LEVELS, Actor, Reach
from keyuan.kernel.errors import NotFound
from keyuan.organisation.models import Unit
from keyuan.organisation.selectors.units import access_unit
from keyuan.platform import clock
from keyuan.platform.http import StaffRequest, allow, page


@require_GET
@allow(permissions.TEAM_TASKS)
def team_tasks(request: StaffRequest) -> HttpResponse:
    """Show the board of the own reach, or of one unit in it (``?unit=``)."""
    actor, now = request.actor, clock.now()
    unit = chosen_unit(actor, request.GET.get("unit", ""))
    level = UNIT_LEVELS[unit.level - 1] if unit else own_level(actor)
    rows = team_board(actor, level=level, unit_id=unit.pk if unit else None, now=now)
    below = NEXT_LEVEL[level]
    context = {
        "unit": unit,
        "trail": trail_of(actor, unit),
        "rows": [row_of(row, below) for row in rows],
        "by_person": below == "agent_id",
        "total": {name: sum(getattr(row, name) for row in rows) for name in ("open", "overdue", "week_late", "stake")},
    }
    return page(request, "customers/agenda/team.html", context)


def own_level(actor: Actor) -> str:
    """Return the level of the tree at which the actor's reach begins."""
    if actor.scope.reach is Reach.SELF:
        return "team"
    return "" if actor.scope.reach is Reach.ALL else actor.scope.unit_level


def chosen_unit(actor: Actor, text: str) -> Unit | None:
    """Return the unit of the address, in scope. Raises NotFound for another's."""
    if not text:
        return None
    if not text.isdecimal() or len(text) > 9:
        raise NotFound("unit.not_found")
    return access_unit(actor, int(text))


def row_of(row: BoardRow, below: str) -> dict[str, Any]:
    """Return a row with where it leads: further down, or to the person's list."""
    home = reverse("customers:team-tasks")
    if below == "agent_id":
        url = f"{reverse('customers:task-list')}?{urlencode({'agent': row.key})}" if row.key else ""
    else:
        url = f"{home}?{urlencode({'unit': row.key})}" if row.key else ""
    name = row.name or (_("Nobody named") if below == "agent_id" else _("Served directly"))
    return {"row": row, "name": name, "url": url}


def trail_of(actor: Actor, unit: Unit | None) -> list[dict[str, str]]:
    """Return the way from the own reach to the unit."""
    if unit is None:
        return []
    ids = [getattr(unit, f"{level}_id") for level in UNIT_LEVELS[: unit.level - 1]]
    own = UNIT_LEVELS.index(own_level(actor)) if own_level(actor) else 0
    home = reverse("customers:team-tasks")
    return [{"name": name, "url": f"{home}?{urlencode({'unit': pk})}"} for pk, name in unit_trail(ids[own:])]
