"""The policies a leaver serves, as a part of the hand-over (CUS-9)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from keyuan.customers.extensions import Held, Leaver
from keyuan.customers.services.allocation.placing import places_of_agents
from keyuan.kernel.actor import Actor
from keyuan.policies.models import Policy
from keyuan.policies.services.following import OVER, move_policies
from keyuan.policies.services.recording import share_holders


def held(leaver: Leaver, after: int, limit: int) -> list[Held]:
    """Return the policies that the leaver serves and that somebody has to go on serving."""
    if leaver.agent_id is None:
        return []
    rows = Policy.objects.filter(servicing_agent_id=leaver.agent_id, pk__gt=after).exclude(status__in=OVER)
    columns = ("pk", "holder_id", "annual_premium")
    return [Held(pk, holder, value or 0) for pk, holder, value in rows.order_by("pk").values_list(*columns)[:limit]]


def count(leaver: Leaver) -> int:
    """Return how many policies the leaver serves."""
    if leaver.agent_id is None:
        return 0
    return Policy.objects.filter(servicing_agent_id=leaver.agent_id).exclude(status__in=OVER).count()


def move(actor: Actor, leaver: Leaver, chosen: Mapping[int, int | None], now: datetime) -> set[int]:
    """Let successors serve those of the policies that the leaver still serves."""
    locked = Policy.objects.select_for_update().filter(pk__in=sorted(chosen), servicing_agent_id=leaver.agent_id)
    people = places_of_agents(agent for agent in chosen.values() if agent is not None)
    rows: list[Any] = [
        row
        for row in locked.order_by("pk").values_list("pk", "holder_id", "servicing_agent_id", "status")
        if chosen[row[0]] in people
    ]
    places = {row[0]: (people[chosen[row[0]] or 0].agent_id, *people[chosen[row[0]] or 0].where) for row in rows}
    move_policies(actor, rows, places, now)
    share_holders(sorted({row[1] for row in rows if row[1] is not None}))
    return {row[0] for row in rows}
