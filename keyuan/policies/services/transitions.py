"""Changing a contract's status or a sub-state: legal steps only, each with date, person and reason (POL-2)."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Max, Sum

from keyuan.kernel.actor import Actor
from keyuan.kernel.codes import PolicyStatus
from keyuan.kernel.errors import Refused
from keyuan.platform.audit import Action, Subject, record
from keyuan.platform.events import emit
from keyuan.policies import permissions
from keyuan.policies.events import PoliciesChanged
from keyuan.policies.extensions import claim_facts
from keyuan.policies.models import Instalment, Policy, PolicyEvent, PolicyParty
from keyuan.policies.rules import transitions as rules
from keyuan.policies.rules.dates import waiting_end
from keyuan.policies.services.monitoring import ask_monitoring, note_monitoring
from keyuan.policies.services.payments import NOTHING_DUE, OPEN, refresh_due
from keyuan.policies.services.recording import editable_policy, note_event, refresh_holders, touch
from keyuan.policies.services.refunds.owing import owe_at_end

#: What a step or switch may write.
COLUMNS = (
    "status", "termination_reason", "terminated_on", "issued_on", "suspended_on", "in_cooling_off", "in_grace",
    "grace_until", "next_due_on", "next_due_amount", "reinstated_on", "waiting_until",
    *sorted({switch.column for switch in rules.SWITCHES}),
)  # fmt: skip


def standing_of(policy: Policy, on: date, known_on: date | None = None) -> rules.Standing:
    """Return what the guards look at; ``known_on``: since when the reason for rescinding is known."""
    open_ones = Instalment.objects.filter(policy=policy, due_on__lte=on, status__in=OPEN)
    arrears = open_ones.aggregate(sum=Sum(F("amount") - F("paid_amount")))["sum"] or 0
    return rules.Standing(
        on=on,
        issued_on=policy.issued_on,
        effective_on=policy.effective_on,
        expires_on=policy.expires_on,
        receipt_signed_on=policy.receipt_signed_on,
        cooling_off_until=policy.cooling_off_until,
        has_cooling_off=policy.product.cooling_off_days > 0,
        grace_until=policy.grace_until,
        suspended_on=policy.suspended_on,
        last_step_on=_last_step_on(policy),
        arrears=arrears,
        claim_paid=any(facts.was_paid(policy.pk) for facts in claim_facts),
        is_frozen=policy.is_frozen,
        known_on=known_on,
    )


def _last_step_on(policy: Policy) -> date | None:
    """Return the day of the last change of status, or the day of issue."""
    steps = PolicyEvent.objects.filter(policy=policy).exclude(from_status="").exclude(from_status=F("to_status"))
    last: date | None = steps.aggregate(last=Max("happened_on"))["last"]
    return max((day for day in (last, policy.issued_on) if day is not None), default=None)


def legal_steps(policy: Policy, on: date) -> list[tuple[rules.Transition, str | None]]:
    """Return the steps out of the present status, each with the code of what forbids it on ``on``, or None."""
    standing = standing_of(policy, on)
    return [(step, step.guard(standing)) for step in rules.transitions_from(policy.status)]


def people_of(policy: Policy) -> list[int | None]:
    """Return whom the risk is about: the policyholder and the insured of today."""
    insured = PolicyParty.objects.filter(policy=policy, role=PolicyParty.Role.INSURED, valid_until__isnull=True)
    return [policy.holder_id, *insured.values_list("customer_id", flat=True)]


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
    monitored: str = "",
    known_on: date | None = None,
) -> Policy:
    """Take the step ``kind`` on day ``on``. Raises `Refused` (illegal, guarded, mirrored, future) and `Conflict`.

    ``monitored`` says what was checked where a party is under monitoring (CUS-10), else `Refused` policy.monitored.
    ``known_on`` is the day on which the reason for rescinding was learnt (保险法 16).
    """
    actor.require(permissions.TRANSIT)
    if on > now.date():
        raise Refused("policy.date_in_future", field="on")
    with transaction.atomic():
        policy = editable_policy(actor, policy_id, version=version, now=now)
        before = _facts(policy)
        step = step_locked(policy, kind, on, now.date(), reason=reason, target=target, known_on=known_on)
        listings = ask_monitoring(actor, people_of(policy), step.kind, monitored)
        _finish(actor, policy, step.kind, before, on, now, reason)
        note_monitoring(actor, policy, listings, step.kind, monitored, now)
        if step.target == PolicyStatus.TERMINATED:
            owe_at_end(actor=actor, policy=policy, reason=policy.termination_reason, on=on, now=now)
    return policy


def switch_policy(
    *, actor: Actor, policy_id: int, kind: str, on: date, now: datetime, reason: str, version: int | None = None
) -> Policy:
    """Turn a sub-state on or off; premiums waived or no longer due leave the schedule.

    Raises `Refused` where that is not legal, for a day to come or before the last step, without a reason, and
    policy.premiums_open for "paid up" while instalments are open.
    """
    actor.require(permissions.TRANSIT)
    if on > now.date():
        raise Refused("policy.date_in_future", field="on")
    if not reason.strip():
        raise Refused("policy.reason_missing", field="reason")
    with transaction.atomic():
        policy = editable_policy(actor, policy_id, version=version, now=now)
        before = _facts(policy)
        switch_locked(policy, kind, on, now.date())
        _finish(actor, policy, kind, before, on, now, reason)
    return policy


def step_locked(
    policy: Policy, kind: str, on: date, today: date, *, reason: str = "", target: str = "",
    known_on: date | None = None,
) -> rules.Transition:  # fmt: skip
    """Take the step ``kind`` on a contract that the caller has locked; the caller saves `COLUMNS` and keeps the trail.

    Raises `Refused` where the step is illegal or its guard forbids it.
    """
    step = rules.find_transition(kind, policy.status, target)
    rules.check(step, standing_of(policy, on, known_on), reason=reason)
    _take(policy, step, on, today)
    return step


def switch_locked(policy: Policy, kind: str, on: date, today: date) -> None:
    """Turn a sub-state of a contract that the caller has locked; the caller saves `COLUMNS` and keeps the trail.

    Raises `Refused` where the switch is not legal now or would be dated before the last step.
    """
    flags = {switch.column: getattr(policy, switch.column) for switch in rules.SWITCHES}
    legal = {switch.kind: switch for switch in rules.switches_for(policy.status, flags)}
    if kind not in legal:
        raise Refused("policy.no_such_transition", kind=kind, source=policy.status)
    rules.check_order(standing_of(policy, on))
    setattr(policy, legal[kind].column, legal[kind].on)
    _stop_premiums(policy, kind, on, today)


def _stop_premiums(policy: Policy, kind: str, on: date, today: date) -> None:
    open_ones = Instalment.objects.filter(policy=policy, status__in=OPEN)
    if kind == "PAID_UP":
        if open_ones.exists():
            raise Refused("policy.premiums_open")
    elif kind == "WAIVER":
        open_ones.filter(due_on__gte=on).update(status=Instalment.Status.WAIVED)
    elif kind == "REDUCED_PAID_UP":
        open_ones.update(status=Instalment.Status.LAPSED)
    else:
        return
    refresh_due(policy, today)


def _take(policy: Policy, step: rules.Transition, on: date, today: date) -> None:
    """Apply what the step does to dates and sub-states (domain.md §A.2, A.5)."""
    if policy.status == PolicyStatus.PENDING and step.target != PolicyStatus.TERMINATED:
        policy.issued_on = policy.issued_on or on
        policy.waiting_until = waiting_end(policy.effective_on, policy.product.waiting_days)
    policy.status = step.target
    if step.target == PolicyStatus.TERMINATED:
        policy.termination_reason = step.termination or ""
        policy.terminated_on = on
        policy.in_cooling_off = policy.in_grace = False
        policy.next_due_on, policy.next_due_amount = NOTHING_DUE, None
        policy.grace_until = None
        # What would have fallen due later is owed no more; arrears of the past stay as they were.
        Instalment.objects.filter(policy=policy, status=Instalment.Status.DUE, due_on__gte=on).update(
            status=Instalment.Status.LAPSED
        )
    elif step.target == PolicyStatus.SUSPENDED:
        policy.suspended_on, policy.in_grace = on, False
    elif step.kind == "REINSTATE":
        policy.suspended_on, policy.reinstated_on = None, on
        # Cover begins anew: so do the waiting period and the two years of the suicide clause (domain.md §A.5).
        policy.waiting_until = waiting_end(on, policy.product.waiting_days)
        refresh_due(policy, today)


def _facts(policy: Policy) -> dict[str, Any]:
    flags = {switch.column: getattr(policy, switch.column) for switch in rules.SWITCHES}
    return {"status": policy.status, "termination_reason": policy.termination_reason} | flags


def _finish(
    actor: Actor, policy: Policy, kind: str, before: dict[str, Any], on: date, now: datetime, reason: str
) -> None:
    touch(policy, now, *COLUMNS)
    note_event(actor, policy, kind, now, on=on, from_status=before["status"], reason=reason)
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
    refresh_holders([policy.holder_id], now)
    emit(PoliciesChanged((policy.pk,), kind))
