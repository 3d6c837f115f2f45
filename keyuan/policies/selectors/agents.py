"""Salespeople whom an actor may put in charge of a policy."""

from keyuan.kernel.actor import Actor, reaches_whole_book
from keyuan.kernel.errors import Refused
from keyuan.organisation.models import Agent
from keyuan.organisation.selectors import in_scope
from keyuan.organisation.selectors.agents import agent_options


def serving_agent(actor: Actor, agent_id: int, *, field: str) -> Agent:
    """Return a working agent within the actor's reach; raises `Refused` policy.no_such_agent for ``field``."""
    agents = Agent.objects.filter(pk=agent_id, status=Agent.Status.ACTIVE)
    if not reaches_whole_book(actor):
        agents = agents.filter(in_scope(actor))
    agent = agents.first()
    if agent is None:
        raise Refused("policy.no_such_agent", field=field)
    return agent


def agents_like(actor: Actor, text: str) -> list[Agent]:
    """Return working agents within reach for a box in which somebody types."""
    return agent_options(actor, text, limit=8) if text.strip() else []
