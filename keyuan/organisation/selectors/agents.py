"""Reads of the sales force: names for every page, choosing one by typing (PLT-3)."""

from collections.abc import Iterable

from django.db import connection
from django.db.models import Q, QuerySet

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound
from keyuan.organisation import permissions as p
from keyuan.organisation.models import Agent
from keyuan.organisation.selectors.names import NameMemory
from keyuan.organisation.selectors.scoping import in_scope

#: Behind every character that stands in a name.
LAST = "\U0010ffff"


def agents_visible_to(actor: Actor) -> QuerySet[Agent]:
    """Return the agents in the actor's scope."""
    if not actor.may(p.AGENTS_VIEW):
        return Agent.objects.none()
    return Agent.objects.filter(in_scope(actor))


def access_agent(actor: Actor, agent_id: int) -> Agent:
    """Return one agent in scope. Raises NotFound otherwise."""
    agent = agents_visible_to(actor).select_related("unit").filter(pk=agent_id).first()
    if agent is None:
        raise NotFound
    return agent


def begins(field: str, text: str) -> Q:
    """Return a filter for values of ``field`` that begin with ``text``, in the form that uses the index.

    SQLite's LIKE ignores case and with it the index; a range of values is the same and uses it.
    """
    if connection.vendor == "sqlite":
        return Q(**{f"{field}__gte": text, f"{field}__lt": text + LAST})
    return Q(**{f"{field}__startswith": text})


def agent_options(actor: Actor, text: str, *, limit: int = 20) -> list[Agent]:
    """Return working agents in scope whose number, name or spelling begins with ``text``, at most ``limit``."""
    typed = text.strip()
    agents = agents_visible_to(actor).filter(status=Agent.Status.ACTIVE)
    if not typed:
        return list(agents.order_by("agent_no", "id")[:limit])
    found: dict[int, Agent] = {}
    # One search a column: each has its index, and a joint condition would use none.
    for field, value in (("agent_no", typed.upper()), ("name", typed), ("name_pinyin", typed.lower())):
        if len(found) < limit:
            rows = agents.filter(begins(field, value)).order_by(field, "id")[:limit]
            found |= {agent.pk: agent for agent in rows if agent.pk not in found}
    return list(found.values())[:limit]


def _read_names(ids: set[int]) -> dict[int, str]:
    return dict(Agent.objects.filter(pk__in=ids).values_list("pk", "name"))


_names = NameMemory(_read_names)


def agent_names(ids: Iterable[int | None]) -> dict[int, str]:
    """Return the names of the agents ``ids``: who serves a visible record is no secret."""
    return _names.of(ids)


def forget_agent_names() -> None:
    """Forget the remembered names: an agent was renamed."""
    _names.forget()


def agent_labels(actor: Actor, ids: list[int]) -> dict[int, str]:
    """Return the names of those of ``ids`` that the actor may see."""
    return dict(agents_visible_to(actor).filter(pk__in=ids).values_list("pk", "name"))
