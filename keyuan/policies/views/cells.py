"""Cells, filters and bulk actions that several lists of this context share."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from keyuan.customers import permissions as customer_permissions
from keyuan.customers.services import bulk
from keyuan.customers.views.bulk_actions import task_form
from keyuan.customers.views.lists import agent_choices, agent_word
from keyuan.kernel.actor import Actor
from keyuan.platform.crypto.presenter import present
from keyuan.platform.lists import BulkAction, Link, ListSpec, Reason, Toned, TypeaheadFilter, Verdict

#: Whom each row is about, where the actor reaches the row; None for rows about nobody we know.
People = Callable[[Actor, Sequence[int], datetime], Mapping[int, int | None]]
Check = Callable[[Actor, Sequence[int], datetime], Verdict]


@dataclass(frozen=True, slots=True)
class Extras:
    """What the columns need besides the rows: who asks, the day, the names of agents."""

    actor: Actor
    today: date
    agents: dict[int, str]


class Served(Protocol):
    """A row that somebody serves."""

    servicing_agent_id: int | None


def person_cell(actor: Actor, name: str, customer_id: int | None) -> Link | str | None:
    """Return the name as the actor may see it, leading to the person where we know them."""
    if not name:
        return None
    shown = present(actor, name, "name")
    return Link(shown, reverse("customers:customer", args=[customer_id])) if customer_id else shown


def agent_cell(row: Served, extras: Any) -> Any:
    """Return who serves the row; nobody stands out."""
    if row.servicing_agent_id is None:
        return Toned(str(_("Nobody")), "warn")
    return extras.agents.get(row.servicing_agent_id)


def agent_filter(**more: Any) -> TypeaheadFilter:
    """Return the filter by who serves the rows."""
    return TypeaheadFilter(
        key="agent", label=_("Served by"), field="servicing_agent_id", search=agent_choices, label_of=agent_word, **more
    )


def about_living(actor: Actor, ids: Sequence[int], people: Mapping[int, Any], why: str, now: datetime) -> Verdict:
    """Keep the rows about people in reach who live; the others are left out for the reason ``why``."""
    living = set(bulk.living(actor, sorted({pk for pk in people.values() if pk is not None}), now=now))
    fit = tuple(pk for pk in ids if people.get(pk) in living)
    rest = tuple(pk for pk in ids if people.get(pk) not in living)
    return Verdict(fit, (Reason(why, rest),) if rest else ())


def task_action(people: People, *, check: Check, consequence: Any) -> BulkAction:
    """Return the bulk action that makes one task for each of the ``people`` of the chosen rows; it can be undone."""

    def run(actor: Actor, ids: Sequence[int], data: Mapping[str, Any], now: datetime) -> list[int]:
        return bulk.create_tasks(
            actor=actor,
            customer_ids=sorted({pk for pk in people(actor, ids, now).values() if pk is not None}),
            title=data["title"],
            reason=data["reason"],
            due_at=datetime.fromisoformat(data["due_on"]),
            now=now,
        )

    def undo(actor: Actor, payload: list[int], now: datetime) -> int:
        return bulk.withdraw_tasks(actor=actor, task_ids=payload, now=now)

    return BulkAction(
        key="task", label=_("Make tasks"), icon="calendar", permission=customer_permissions.INTERACT, check=check,
        run=run, undo=undo, form=task_form, consequence=consequence,
    )  # fmt: skip


class WholePageList(ListSpec):
    """A list whose rows open their own pages: there is no side panel, and the columns get the actor."""

    def prepare(self, actor: Actor, _rows: Any, _context: Any) -> Any:
        """Give the columns the actor."""
        return actor

    def panel_url(self, _row: Any) -> str:
        """Open the page."""
        return ""
