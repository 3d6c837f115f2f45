"""What is offered where a condition names an agent, a unit or another segment (CUS-6)."""

from datetime import date

from keyuan.customers.selectors.segments.reading import offered_segments
from keyuan.kernel.actor import Actor
from keyuan.organisation.selectors.agents import agent_options
from keyuan.organisation.selectors.units import unit_options

OFFERED = 20


def options(actor: Actor, kind: str, text: str, *, today: date) -> list[tuple[str, str]] | None:
    """Return codes and names that fit ``text``, at most 20; None for a kind that is not searched for."""
    if kind == "agent":
        return [(str(agent.pk), f"{agent.name} {agent.agent_no}") for agent in agent_options(actor, text)]
    if kind == "unit":
        return [(f"{unit.level}-{unit.pk}", unit.name) for unit in unit_options(actor, text)]
    if kind != "segment":
        return None
    wanted = text.strip().lower()
    found = [segment for segment in offered_segments(actor, today=today) if wanted in segment.name.lower()]
    return [(str(segment.pk), segment.name) for segment in found[:OFFERED]]
