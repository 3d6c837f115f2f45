"""Who passes from the former contract to the new one (POL-4)."""

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Refused
from keyuan.policies.models import Policy, PolicyParty
from keyuan.policies.rules.drafts import PartyDraft
from keyuan.policies.selectors.agents import serving_agent


def people_in(policy: Policy, role: str) -> tuple[PartyDraft, ...]:
    """Return those who hold ``role`` in a contract now, in order, as a draft names them."""
    rows = PolicyParty.objects.filter(policy=policy, role=role, valid_until__isnull=True).order_by("order", "pk")
    return tuple(
        PartyDraft(
            customer_id=row.customer_id, name=row.name, relation_to_insured=row.relation_to_insured, order=row.order,
            share_bp=row.share_bp, benefit_type=row.benefit_type or "1", is_statutory=row.is_statutory,
        )
        for row in rows
    )  # fmt: skip


def agent_who_works(actor: Actor, agent_id: int | None) -> int | None:
    """Return an agent who still works and is within reach; else the contract goes to whoever serves its holder."""
    if agent_id is None:
        return None
    try:
        return serving_agent(actor, agent_id, field="agent").pk
    except Refused:
        return None
