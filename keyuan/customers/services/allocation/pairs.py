"""Whether one person may serve a customer: the constraints of an allocation, asked for a choice by hand (CUS-9)."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from django.db.models import Q

from keyuan.customers.rules.allocation.facts import AgentFacts, Rule
from keyuan.customers.rules.allocation.planning import against
from keyuan.customers.selectors.allocation.facts import agent_facts, customer_facts
from keyuan.kernel.errors import Refused
from keyuan.organisation.models import Agent

BY_HAND = Rule(id=0)


def require_pairs(customer_ids: Sequence[int], agent: Agent, *, today: date) -> None:
    """Refuse, for field ``agent``, when something stands between the person and any of the customers.

    Codes are `assignment.blocked.<code>`; one code with how many customers it concerns.
    """
    facts = agent_facts(Q(servicing_agent_id=agent.pk), today=today)
    one = facts[0] if facts else AgentFacts(agent.pk, agent.unit.level_ids(), blocked="LICENCE")
    if one.blocked:
        raise Refused(f"assignment.blocked.{one.blocked}", field="agent", agent=agent.name)
    found: Counter[str] = Counter()
    for customer in customer_facts(customer_ids, today=today).values():
        # What the customer wishes ends the cooling period.
        cools = customer.cools and one.id not in customer.preferred and not customer.unwanted
        code = "COOLING_CUSTOMER" if cools else against(BY_HAND, customer, one)
        if code:
            found[code] += 1
    if found:
        code, count = found.most_common(1)[0]
        raise Refused(f"assignment.blocked.{code}", field="agent", agent=agent.name, count=count)
