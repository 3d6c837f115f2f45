"""The supervisor's board: open and overdue tasks by unit, and in a team by person (CUS-13)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q, Sum

from keyuan.customers.models import Task
from keyuan.kernel.actor import Actor
from keyuan.organisation.models import Unit
from keyuan.organisation.selectors import in_scope
from keyuan.organisation.selectors.agents import agent_names

#: A level has fewer units than this, a team fewer people.
MOST_ROWS = 500


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A unit or a person on the supervisor's board: how much is open, how late, what is at stake."""

    key: int | None
    name: str
    open: int
    overdue: int
    week_late: int
    stake: int
    oldest: datetime | None
    done: int = 0


#: Below which level of the tree each level's board shows which column; a team shows its people.
NEXT_LEVEL = {
    "": "branch_id", "head_office": "branch_id", "branch": "sub_branch_id", "sub_branch": "section_id",
    "section": "team_id", "team": "agent_id",
}  # fmt: skip
LONG_OVERDUE = timedelta(days=7)


def team_board(actor: Actor, *, level: str, unit_id: int | None, now: datetime) -> list[BoardRow]:
    """Return the board of a unit in scope (None: the actor's own reach), the latest first, over the partial index.

    ``level`` is the unit's own, one of `UNIT_LEVELS`; rows are the units below it or, in a team, its people.
    """
    column = NEXT_LEVEL[level]
    tasks = Task.objects.filter(in_scope(actor), closed_at__isnull=True)
    if unit_id is not None and level != "head_office":
        tasks = tasks.filter(**{f"{level}_id": unit_id})
    late = Q(due_at__lt=now)
    figures = {
        "open": Count("pk"),
        "overdue": Count("pk", filter=late),
        "week_late": Count("pk", filter=Q(due_at__lt=now - LONG_OVERDUE)),
        "at_stake": Sum("stake", filter=late),
        "oldest": Min("due_at"),
    }
    # Asked apart for those that lie in no unit below, SQLite walks the index of the units and sorts nothing.
    below, above = (tasks.filter(**{f"{column}__isnull": empty}).values(column) for empty in (False, True))
    rows = [*below.annotate(**figures).order_by(column), *above.annotate(**figures).order_by(column)]
    rows = sorted(rows, key=lambda row: (-row["overdue"], -row["open"], row[column] or 0))[:MOST_ROWS]
    keys = [row[column] for row in rows if row[column]]
    names = (
        agent_names(keys) if column == "agent_id" else dict(Unit.objects.filter(pk__in=keys).values_list("pk", "name"))
    )
    return [
        BoardRow(
            row[column], names.get(row[column] or 0, ""), row["open"], row["overdue"], row["week_late"],
            row["at_stake"] or 0, row["oldest"],
        )
        for row in rows
    ]  # fmt: skip


def unit_trail(unit_ids: Sequence[int | None]) -> list[tuple[int, str]]:
    """Return id and name of units from above to below; the caller sees the lowest, and so the way to it."""
    known = dict(Unit.objects.filter(pk__in=[pk for pk in unit_ids if pk]).values_list("pk", "name"))
    return [(pk, known[pk]) for pk in unit_ids if pk in known]
