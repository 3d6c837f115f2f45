"""Changing a contract's status or a sub-state: legal steps only, each with date, person and reason (POL-2)."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Sum

from keyuan.customers.services.summary import refresh
from keyuan.kernel.actor import Actor
from keyuan.kernel.codes import PolicyStatus
from keyuan.kernel.errors import Conflict, Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.events import emit
from keyuan.policies import permissions
from keyuan.policies.events import PoliciesChanged
from keyuan.policies.extensions import claim_facts
from keyuan.policies.models import Instalment, Policy, PolicyEvent
from keyuan.policies.rules import transitions as rules
from keyuan.policies.selectors import access_policy

NOTHING_DUE = date(9999, 12, 31)


def standing_of(policy: Policy, on: date) -> rules.Standing:
    """Return what the guards look at."""
    open_ones = Instalment.objects.filter(policy=policy, due_on__lte=on, status__in=("DUE", "PART"))
    arrears = open_ones.aggregate(sum=Sum(F("amount") - F("paid_amount")))["sum"] or 0
    return rules.Standing(
        on=on,
        issued_on=policy.issued_on,
        effective_on=policy.effective_on,
        expires_on=policy.expires_on,
        receipt_signed_on=policy.receipt_signed_on,
        cooling_off_until=policy.cooling_off_until,
        grace_until=policy.grace_until,
        suspended_on=policy.suspended_on,
        arrears=arrears,
        claim_paid=any(facts.was_paid(policy.pk) for facts in claim_facts),
        is_frozen=policy.is_frozen,
    )


def legal_steps(policy: Policy, on: date) -> list[tuple[rules.Transition, str | None]]:
    """Return the steps out of the present status, each with the code of what forbids it on ``on``, or None."""
    standing = standing_of(policy, on)
    return [(step, step.guard(standing)) for step in rules.transitions_from(policy.status)]


def transit_policy(
    *,
    actor: Actor,
    policy_id: int,
    kind: str,
    on: date,
    now: datetime,
    reason: str = "",
    target: str = "",
    version: int | None = None,
) -> Policy:
    """Take the step ``kind`` on day ``on``. Raises `Refused` (illegal, guarded, mirrored, future) and `Conflict`."""
    actor.require(permissions.TRANSIT)
    if on > now.date():
        raise Refused("policy.date_in_future", field="on")
    with transaction.atomic():
        policy = _locked(actor, policy_id, version, now)
        step = rules.find_transition(kind, policy.status, target)
        rules.check(step, standing_of(policy, on), reason=reason)
        before = _facts(policy)
        _take(policy, step, on)
        _finish(actor, policy, step.kind, before, on, now, reason)
    return policy


def switch_policy(
    *, actor: Actor, policy_id: int, kind: str, on: date, now: datetime, reason: str, version: int | None = None
) -> Policy:
    """Turn a sub-state on or off. Raises `Refused` where that is not legal, and without a reason."""
    actor.require(permissions.TRANSIT)
    if not reason.strip():
        raise Refused("policy.reason_missing", field="reason")
    with transaction.atomic():
        policy = _locked(actor, policy_id, version, now)
        flags = {switch.column: getattr(policy, switch.column) for switch in rules.SWITCHES}
        legal = {switch.kind: switch for switch in rules.switches_for(policy.status, flags)}
        if kind not in legal:
            raise Refused("policy.no_such_transition", kind=kind, source=policy.status)
        before = _facts(policy)
        setattr(policy, legal[kind].column, legal[kind].on)
        _finish(actor, policy, kind, before, on, now, reason)
    return policy


def _locked(actor: Actor, policy_id: int, version: int | None, now: datetime) -> Policy:
    policy = access_policy(actor, policy_id, now=now, lock=True)
    if policy.source == Policy.Source.CORE:
        raise Refused("policy.mirrored")
    if version is not None and policy.version != version:
        raise Conflict("conflict", version=policy.version)
    return policy


def _take(policy: Policy, step: rules.Transition, on: date) -> None:
    """Apply what the step does to dates and sub-states (domain.md §A.2, A.5)."""
    policy.status = step.target
    if step.target == PolicyStatus.TERMINATED:
        policy.termination_reason = step.termination or ""
        policy.terminated_on = on
        policy.in_cooling_off = policy.in_grace = False
        policy.next_due_on, policy.next_due_amount, policy.next_clock_on = NOTHING_DUE, None, None
    elif step.target == PolicyStatus.SUSPENDED:
        policy.suspended_on, policy.in_grace = on, False
    elif step.kind == "REINSTATE":
        policy.suspended_on, policy.grace_until, policy.in_grace = None, None, False


def _facts(policy: Policy) -> dict[str, Any]:
    flags = {switch.column: getattr(policy, switch.column) for switch in rules.SWITCHES}
    return {"status": policy.status, "termination_reason": policy.termination_reason} | flags


def _finish(
    actor: Actor, policy: Policy, kind: str, before: dict[str, Any], on: date, now: datetime, reason: str
) -> None:
    policy.version += 1
    policy.updated_at = now
    policy.save()
    PolicyEvent.objects.create(
        policy=policy,
        kind=kind,
        from_status=before["status"],
        to_status=policy.status,
        happened_on=on,
        recorded_at=now,
        actor_id=actor.id,
        actor_name=actor.name[:40],
        reason=reason[:200],
    )
    record(
        actor,
        Action.UPDATE,
        Subject("policy", policy.pk),
        before=before,
        after=_facts(policy),
        reason=reason,
        customer_id=policy.holder_id,
        now=now,
    )
    if policy.holder_id is not None:
        refresh([policy.holder_id], now)
    emit(PoliciesChanged((policy.pk,), kind))
