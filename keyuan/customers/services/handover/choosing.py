"""To whom things of a leaver go: one named person for a part, or the people nearby by rule (CUS-9)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import Q

from keyuan.customers.extensions import HandoverPart, Held
from keyuan.customers.rules.allocation.facts import Rule
from keyuan.customers.rules.allocation.planning import Planner
from keyuan.customers.selectors.allocation.facts import agent_facts, customer_facts, rules_for_planning
from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Refused
from keyuan.organisation.models import Agent
from keyuan.organisation.selectors import in_scope

#: Where no rule stands: the nearest person of the leaver's sub-branch with least to do.
NEARBY = Rule(id=0)
ANYBODY = Rule(id=0, same_channel=False, farthest="branch_id")


class Successors:
    """Chooses successors; the same for the same plan and facts."""

    def __init__(
        self,
        actor: Actor,
        leaver: Agent | None,
        plan: Mapping[str, Any],
        now: datetime,
        given: Mapping[int, int] | None = None,
    ) -> None:
        self._actor, self._leaver, self._plan, self._now = actor, leaver, plan, now
        self._given = given or {}
        self._planner: Planner | None = None

    def named(self, key: str) -> int | None:
        """Return the person named for a part, or for all of them; None where a rule chooses."""
        entry = self._plan.get(key) or self._plan.get("*") or {}
        return int(entry["agent_id"]) if entry.get("way") == "PERSON" and entry.get("agent_id") else None

    def require(self) -> None:
        """Refuse a plan that names somebody who cannot take over: gone, out of reach, or the leaver.

        Refuse as well when nothing is named for a leaver without an agent record: a rule has no place to look.
        """
        ids = {int(entry["agent_id"]) for entry in self._plan.values() if entry.get("agent_id")}
        if self._leaver is not None and self._leaver.pk in ids:
            raise Refused("handover.own_successor", field="agent")
        working = Agent.objects.filter(in_scope(self._actor), pk__in=ids, status=Agent.Status.ACTIVE)
        if working.count() != len(ids):
            raise Refused("handover.no_successor", field="agent")
        if self._leaver is None and self.named("*") is None:
            raise Refused("handover.name_somebody", field="agent")

    def choose(
        self, part: HandoverPart, things: Sequence[Held], known: Mapping[int, int | None]
    ) -> dict[int, int | None]:
        """Return the successor of each thing; what is about a customer who is handed over goes to the same person."""
        named = self.named(part.key)
        if part.key == "customers" and named is None:
            return self._by_rule([thing.object_id for thing in things])
        default = named if named is not None else self._default()
        return {
            thing.object_id: (known.get(thing.customer_id or 0) or default) if named is None else named
            for thing in things
        }

    def _by_rule(self, customer_ids: list[int]) -> dict[int, int | None]:
        today = self._now.date()
        facts = customer_facts(customer_ids, today=today)
        planner = self._ready()
        found: dict[int, int | None] = dict.fromkeys(customer_ids)
        for pk in sorted(facts, key=lambda key: (-facts[key].premium, key)):
            # Whoever served them leaves: that they were moved lately keeps nobody where they are.
            found[pk] = planner.place(replace(facts[pk], cools=False)).agent_id
        return found

    def _ready(self) -> Planner:
        if self._planner is None:
            leaver = self._leaver
            where = Q(branch_id=leaver.branch_id) if leaver is not None else Q(pk__in=())
            people = agent_facts(where & in_scope(self._actor), today=self._now.date())
            others = [one for one in people if leaver is None or one.id != leaver.pk]
            for one in others:
                one.load += self._given.get(one.id, 0)
                one.given += self._given.get(one.id, 0)
            self._planner = Planner([*rules_for_planning(), NEARBY, ANYBODY], others)
        return self._planner

    def _default(self) -> int | None:
        """Return who takes what is about nobody's customer: the person of the leaver's unit with least to do."""
        planner, leaver = self._ready(), self._leaver
        if leaver is None:
            return None
        for level in ("team_id", "section_id", "sub_branch_id", "branch_id"):
            unit_id = getattr(leaver, level)
            near = [one for one in planner.agents.values() if one.units.get(level) == unit_id and not one.blocked]
            if unit_id is not None and near:
                return min(near, key=lambda one: (one.load, one.id)).id
        return None
