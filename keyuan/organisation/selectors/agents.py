"""Reads of the sales force: names for every page, choosing one by typing (PLT-3)."""

from collections.abc import Iterable

from django.db.models import QuerySet

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import NotFound, Refused
from keyuan.organisation import permissions as p
from keyuan.organisation.models import Agent, Licence
from keyuan.organisation.selectors.names import NameMemory
from keyuan.organisation.selectors.scoping import in_scope
from keyuan.organisation.selectors.typing_ahead import begins


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


def access_agent_no(actor: Actor, agent_no: str) -> Agent:
    """Return the agent with a number, in scope. Raises Refused for the field of the form otherwise."""
    agent = agents_visible_to(actor).filter(agent_no=agent_no.strip().upper()).first()
    if agent is None:
        raise Refused("agent.unknown", field="agent_no", value=agent_no)
    return agent


def licences_of(agent: Agent) -> list[Licence]:
    """Return the registrations of an agent that the caller has access to, the latest first."""
    return list(Licence.objects.filter(agent=agent).order_by("-valid_from", "-id"))
