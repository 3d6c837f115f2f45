"""What service people are called on a customer's page."""

from keyuan.organisation.selectors.agents import agent_names


def agent_name(agent_id: int | None) -> str:
    """Return the name of a service person; empty when nobody serves."""
    return agent_names([agent_id]).get(agent_id, "") if agent_id else ""
