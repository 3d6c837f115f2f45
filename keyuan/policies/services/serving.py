"""Who serves a policy: effective-dated, so that an orphan is visible, and with it who sees it (POL-1, decision 3)."""

from datetime import datetime

from django.db import transaction

from keyuan.kernel.actor import Actor
from keyuan.kernel.errors import Conflict, Refused
from keyuan.organisation.models import LEVEL_COLUMNS
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.events import emit
from keyuan.policies import permissions
from keyuan.policies.events import PoliciesChanged
from keyuan.policies.models import Policy, PolicyService
from keyuan.policies.selectors import access_policy
from keyuan.policies.selectors.agents import serving_agent
from keyuan.policies.services.recording import note_event, refresh_holders, touch

SERVICING = PolicyService.Duty.SERVICING


def change_servicing_agent(
    *, actor: Actor, policy_id: int, agent_id: int, reason: str, version: int, now: datetime
) -> Policy:
    """Hand a policy to another agent from today: the policy moves to the agent's team, its holder is shared with it.

    Who serves is our own record, so mirrored policies are handed over, too. Raises `Refused` policy.no_such_agent,
    policy.reason_missing, policy.same_agent, and `Conflict`.
    """
    actor.require(permissions.EDIT)
    if not reason.strip():
        raise Refused("policy.reason_missing", field="reason")
    agent = serving_agent(actor, agent_id, field="agent")
    with transaction.atomic():
        policy = access_policy(actor, policy_id, now=now, lock=True)
        if policy.version != version:
            raise Conflict("conflict", version=policy.version)
        if policy.servicing_agent_id == agent.pk:
            raise Refused("policy.same_agent", field="agent")
        before = policy.servicing_agent_id
        PolicyService.objects.filter(policy=policy, duty=SERVICING, valid_until__isnull=True).update(
            valid_until=now.date()
        )
        PolicyService.objects.create(policy=policy, agent=agent, duty=SERVICING, valid_from=now.date())
        for column in LEVEL_COLUMNS:
            setattr(policy, column, getattr(agent, column))
        policy.servicing_agent_id = agent.pk
        touch(policy, now, *LEVEL_COLUMNS, "servicing_agent_id")
        note_event(actor, policy, "SERVICE", now, reason=reason)
        record(
            actor,
            Action.UPDATE,
            Subject("policy", policy.pk),
            before={"servicing_agent_id": before},
            after={"servicing_agent_id": agent.pk},
            reason=reason,
            customer_id=policy.holder_id,
            now=now,
        )
        refresh_holders([policy.holder_id], now)
        emit(PoliciesChanged((policy.pk,), "SERVICE"))
    return policy
