"""Sharing out customers under the constraints of domain.md §A.9, the same for the same facts.

Customers come in the order given (the most valuable first is the caller's choice). Each goes to the nearest circle of
people its rule names, there to whoever has least, as long as nothing stands against the pair.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush

from keyuan.customers.rules.allocation.facts import AgentFacts, CustomerFacts, Rule, fits, levels_of

#: Why nobody takes a customer, from the most to the least hopeless: the last one met is what is told.
CODES = (
    "NO_RULE", "NO_CANDIDATE", "LICENCE", "PAUSED", "COMPLAINT", "SKILL", "LANGUAGE", "GRADE", "LOAD_CAP", "QUOTA",
    "COOLING", "RELATIVE", "CHOICE",
)  # fmt: skip
RANK = {code: place for place, code in enumerate(CODES)}
#: People tried for one customer in one circle; beyond that the circle is taken for exhausted.
TRIES = 200
Heap = list[tuple[int, int, int]]


@dataclass(frozen=True, slots=True)
class Placement:
    """To whom a customer goes by which rule, or the code of why nobody takes it."""

    agent_id: int | None = None
    backup_id: int | None = None
    rule_id: int | None = None
    code: str = ""


@dataclass(slots=True)
class _Circle:
    """People of one unit whom one rule may choose from, the one with least on top; ``why`` nobody is in it."""

    heap: Heap = field(default_factory=list)
    why: str = "NO_CANDIDATE"


class Planner:
    """Places customers one after the other and remembers what everybody got."""

    def __init__(self, rules: Iterable[Rule], agents: Iterable[AgentFacts]) -> None:
        self.rules = list(rules)
        self.agents: dict[int, AgentFacts] = {agent.id: agent for agent in sorted(agents, key=lambda one: one.id)}
        self.asked: set[int] = set()
        self._by_unit: dict[tuple[str, int], list[AgentFacts]] = {}
        for agent in self.agents.values():
            for level, unit_id in agent.units.items():
                if unit_id is not None:
                    self._by_unit.setdefault((level, unit_id), []).append(agent)
        self._circles: dict[tuple[int, str, int, str, str, str], _Circle] = {}

    def place(self, customer: CustomerFacts) -> Placement:
        """Return where ``customer`` goes; counts it at once."""
        if customer.cools:
            return Placement(code="COOLING")
        worst = "NO_RULE"
        for rule in self.rules:
            if not fits(rule, customer):
                continue
            agent, code, circle = self._search(rule, customer)
            if agent is not None:
                backup = self._backup(rule, customer, circle, agent) if customer.is_key else None
                self._give(agent, customer)
                return Placement(agent.id, backup, rule.id)
            worst = max(worst, code, key=RANK.__getitem__)
        return Placement(code=worst)

    def _search(self, rule: Rule, customer: CustomerFacts) -> tuple[AgentFacts | None, str, _Circle]:
        chosen = self._wished(rule, customer)
        worst, circle = "NO_CANDIDATE", _Circle()
        for level, unit_id in _units(rule, customer):
            circle = self._circle(rule, level, unit_id, customer)
            if chosen is not None:
                return chosen, "", circle
            agent, code = self._take(rule, customer, circle)
            if agent is not None:
                return agent, "", circle
            worst = max(worst, code, key=RANK.__getitem__)
        return chosen, worst, circle

    def _wished(self, rule: Rule, customer: CustomerFacts) -> AgentFacts | None:
        """Return the person the customer chose, where nothing else stands against it (customer's choice)."""
        places = _units(rule, customer)
        for agent_id in sorted(customer.preferred):
            agent = self.agents.get(agent_id)
            if agent is None or agent.blocked or not any(agent.units.get(level) == unit for level, unit in places):
                continue
            if not against(rule, customer, agent):
                return agent
        return None

    def _circle(self, rule: Rule, level: str, unit_id: int, customer: CustomerFacts) -> _Circle:
        channel = customer.channel if rule.same_channel else ""
        language = customer.language if rule.speaks_language else ""
        district = customer.region_code if rule.method == "BY_DISTRICT" else ""
        key = (rule.id, level, unit_id, channel, language, district)
        if key not in self._circles:
            self._circles[key] = self._draw(rule, (level, unit_id), channel, language, district)
        return self._circles[key]

    def _draw(self, rule: Rule, unit: tuple[str, int], channel: str, language: str, district: str) -> _Circle:
        circle, near = _Circle(), list[AgentFacts]()
        for agent in self._by_unit.get(unit, ()):
            if channel and agent.channel != channel:
                continue
            code = _unfit(rule, agent, language)
            if code:
                circle.why = max(circle.why, code, key=RANK.__getitem__)
            else:
                near.append(agent)
        here = [agent for agent in near if agent.districts and district.startswith(agent.districts)] if district else []
        people = here or near
        self.asked.update(agent.id for agent in people)
        circle.heap = [_entry(rule, agent) for agent in people]
        heapify(circle.heap)
        return circle

    def _take(self, rule: Rule, customer: CustomerFacts, circle: _Circle) -> tuple[AgentFacts | None, str]:
        """Return whoever has least and may take the customer, or why nobody may."""
        passed: Heap = []
        found, worst = None, circle.why
        while circle.heap and len(passed) < TRIES and found is None:
            entry = heappop(circle.heap)
            agent = self.agents[entry[2]]
            present = _entry(rule, agent)
            if present != entry:
                # Got somebody through another circle since: back to the place that is due.
                heappush(circle.heap, present)
                continue
            code = against(rule, customer, agent)
            if not code:
                found = agent
            worst = max(worst, code or worst, key=RANK.__getitem__)
            if code not in ("LOAD_CAP", "QUOTA"):
                passed.append(entry)
        for entry in passed:
            heappush(circle.heap, entry)
        return found, worst

    def _backup(self, rule: Rule, customer: CustomerFacts, circle: _Circle, first: AgentFacts) -> int | None:
        """Return a second contact from the same circle for a key customer, without counting it as load."""
        for _load, _given, agent_id in sorted(circle.heap)[:TRIES]:
            agent = self.agents[agent_id]
            if agent is not first and against(rule, customer, agent) in ("", "QUOTA"):
                return agent.id
        return None

    def _give(self, agent: AgentFacts, customer: CustomerFacts) -> None:
        self.asked.add(agent.id)
        agent.load += 1
        agent.given += 1
        agent.value += customer.premium


def against(rule: Rule, customer: CustomerFacts, agent: AgentFacts) -> str:
    """Return the code of what stands between one customer and one person under ``rule``, else nothing."""
    pair: Mapping[str, bool] = {
        "CHOICE": agent.id in customer.unwanted,
        "RELATIVE": agent.id in customer.relatives,
        "COOLING": agent.id in customer.former and agent.id not in customer.preferred,
        "GRADE": agent.rank < customer.grade,
        "LOAD_CAP": _is_full(rule, agent),
        "QUOTA": bool(rule.quota) and agent.given >= rule.quota,
    }
    return next((code for code, stands in pair.items() if stands), "")


def _is_full(rule: Rule, agent: AgentFacts) -> bool:
    limits = [limit for limit in (agent.cap, rule.cap) if limit]
    return bool(limits) and agent.load >= min(limits)


def _unfit(rule: Rule, agent: AgentFacts, language: str) -> str:
    if agent.blocked:
        return agent.blocked
    if rule.skill and rule.skill not in agent.skills:
        return "SKILL"
    return "LANGUAGE" if language and language not in agent.languages else ""


def _entry(rule: Rule, agent: AgentFacts) -> tuple[int, int, int]:
    return (agent.value if rule.method == "EVEN_VALUE" else agent.load, agent.given, agent.id)


def _units(rule: Rule, customer: CustomerFacts) -> list[tuple[str, int]]:
    if rule.unit_id:
        return [(rule.unit_level, rule.unit_id)]
    found = ((level, customer.units.get(level)) for level in levels_of(rule))
    return [(level, unit_id) for level, unit_id in found if unit_id is not None]
