"""Bringing about what fell due, many contracts in one transaction (POL-2)."""

import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from keyuan.kernel.actor import Actor
from keyuan.kernel.codes import PolicyStatus, TerminationReason
from keyuan.kernel.dates import add_months
from keyuan.platform.events import emit, in_events_of
from keyuan.platform.imports.bulk import Same, insert, next_ids, update
from keyuan.policies.events import PoliciesChanged
from keyuan.policies.models import ClockStep, Instalment, Payment, Policy, PolicyEvent, PolicyLoan
from keyuan.policies.rules.clocks import Facts, Rule, Step, apply, next_clock_on, steps_until
from keyuan.policies.rules.ledger import Account, EntryKind
from keyuan.policies.selectors.clock_facts import Clocked
from keyuan.policies.selectors.values.terms import terms_in_force
from keyuan.policies.services.ledger.many import Posting, post_many
from keyuan.policies.services.ledger.posting import Reference
from keyuan.policies.services.recording import share_holders
from keyuan.policies.services.summary import recompute

#: Facts that a night writes back under their own name.
WRITTEN = (
    "status", "in_cooling_off", "next_due_on", "next_due_amount", "grace_until", "in_grace", "suspended_on",
    "terminated_on",
)  # fmt: skip
#: What the holder's summary shows nothing of.
UNSEEN = frozenset({Rule.WAITING_OVER, Rule.RECEIPT_CHASE, Rule.REINSTATE_OVER})
#: How a payment out of the cash value is told apart from money that came in.
LOAN = "APL"
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a night does with one contract."""

    before: Clocked
    steps: tuple[Step, ...]
    after: Facts
    next_on: date | None


def plan(contracts: Sequence[Clocked], night: date) -> list[Plan]:
    """Return what ``night`` does with each contract; one that its source keeps is left alone for good."""
    found = []
    for one in contracts:
        if one.is_mirrored:
            found.append(Plan(one, (), one.facts, None))
            continue
        steps, after = steps_until(one.facts, night)
        found.append(Plan(one, tuple(steps), after, next_clock_on(after)))
    return found


def carry_out(plans: Sequence[Plan], run_id: int, actor: Actor, now: datetime) -> Counter[str]:
    """Write ``plans`` inside the caller's transaction; return the steps taken by rule.

    A contract that somebody changed since it was read is left for the next look.
    """
    ids = [one.before.pk for one in plans]
    locked = Policy.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    versions = dict(locked.values_list("pk", "version"))
    valid = [one for one in plans if versions.get(one.before.pk) == one.before.version]
    _write_contracts(valid, now)
    stepped = [one for one in valid if one.steps]
    _write_history(stepped, run_id, actor, now)
    _lapse_what_follows([one for one in stepped if one.after.terminated_on != one.before.facts.terminated_on])
    _write_loans([one for one in stepped if one.after.loans], actor, now)
    _tell(stepped, now)
    return Counter(step.rule.value for one in stepped for step in one.steps)


def _write_contracts(plans: Sequence[Plan], now: datetime) -> None:
    """Write the columns that change, grouped by which: a row stands in some thirty indexes."""
    groups: dict[tuple[bool, tuple[str, ...]], list[Plan]] = defaultdict(list)
    for one in plans:
        groups[bool(one.after.loans), _changed(one)].append(one)
    for (lent, names), some in groups.items():
        columns: dict[str, Any] = {name: [getattr(one.after, name) for one in some] for name in names}
        if "terminated_on" in names:
            columns["termination_reason"] = Same(TerminationReason.MATURED.value)
        if lent:
            columns["on_premium_loan"] = Same(True)
            columns["debt"] = [(one.before.debt or 0) + sum(due.left for due in one.after.loans) for one in some]
        columns |= {"next_clock_on": [one.next_on for one in some], "updated_at": Same(now)}
        update(Policy, [one.before.pk for one in some], columns, raised=("version",))


def _changed(one: Plan) -> tuple[str, ...]:
    return tuple(name for name in WRITTEN if getattr(one.after, name) != getattr(one.before.facts, name))


def _write_history(plans: Sequence[Plan], run_id: int, actor: Actor, now: datetime) -> None:
    rows = [(one, step, source, target) for one in plans for step, source, target in _told(one)]
    columns: dict[str, Any] = {
        "policy_id": [one.before.pk for one, *_ in rows],
        "kind": [step.rule.value for _, step, *_ in rows],
        "from_status": [source for _, _, source, _ in rows],
        "to_status": [target for *_, target in rows],
        "happened_on": [_happened(step) for _, step, *_ in rows],
        "recorded_at": Same(now),
        "actor_id": Same(None),
        "actor_name": Same(actor.name[:40]),
        "detail": [json.dumps({"clock": run_id})] * len(rows),
    }
    insert(PolicyEvent, columns, len(rows))
    steps: dict[str, Any] = {
        "policy_id": columns["policy_id"],
        "rule": columns["kind"],
        "due_on": [step.due_on for _, step, *_ in rows],
        "run_id": Same(run_id),
    }
    insert(ClockStep, steps, len(rows), unless_exists=True)


def _told(one: Plan) -> list[tuple[Step, str, str]]:
    """Return each step with the status before and behind it."""
    facts, told = one.before.facts, []
    for step in one.steps:
        following = apply(facts, step)
        told.append((step, facts.status, following.status))
        facts = following
    return told


def _happened(step: Step) -> date:
    """Return the day that history shows: cover that matures ends at 24:00 of its last day."""
    return step.due_on - ONE_DAY if step.rule is Rule.MATURE else step.due_on


def _lapse_what_follows(plans: Sequence[Plan]) -> None:
    """Take what would fall due behind the end from the schedule; arrears of the past stay as they were."""
    ends = {one.before.pk: one.after.terminated_on for one in plans}
    if not ends:
        return
    rows = Instalment.objects.filter(policy_id__in=ends, status=Instalment.Status.DUE)
    late = [pk for pk, policy, due in rows.values_list("pk", "policy_id", "due_on") if due >= (ends[policy] or due)]
    Instalment.objects.filter(pk__in=late).update(status=Instalment.Status.LAPSED)


def _write_loans(plans: Sequence[Plan], actor: Actor, now: datetime) -> None:
    """Settle the instalments that premium loans pay, and note the payments out of the cash value."""
    paid = [
        (one.before.pk, due, step.due_on)
        for one in plans
        for due, step in zip(one.after.loans, (step for step in one.steps if step.rule is Rule.APL_START), strict=True)
    ]
    if not paid:
        return
    wanted = {(pk, due.number): on for pk, due, on in paid}
    rows = Instalment.objects.filter(policy_id__in={pk for pk, _ in wanted}, number__in={n for _, n in wanted})
    found = [row for row in rows.values_list("pk", "policy_id", "number", "amount") if row[1:3] in wanted]
    settled: dict[str, Any] = {
        "paid_amount": [amount for *_, amount in found],
        "paid_on": [wanted[pk, number] for _, pk, number, _ in found],
        "status": Same(Instalment.Status.PAID.value),
    }
    update(Instalment, [row[0] for row in found], settled)
    columns: dict[str, Any] = {
        "policy_id": [pk for pk, *_ in paid],
        "instalment_number": [due.number for _, due, _ in paid],
        "paid_on": [on for *_, on in paid],
        "amount": [due.left for _, due, _ in paid],
        "reference": [f"{LOAN} {due.on.isoformat()}" for _, due, _ in paid],
        "result": Same(LOAN),
        "recorded_at": Same(now),
    }
    ids = next_ids(Payment, len(paid))
    insert(Payment, {"id": ids, **columns}, len(paid))
    lent = [
        Posting(pk, Reference("payment", payment), EntryKind.PREMIUM_LOAN, on, due.left)
        for payment, (pk, due, on) in zip(ids, paid, strict=True)
    ]
    post_many(actor, lent, credit=Account.PREMIUM, debit=Account.PREMIUM_LOAN, now=now)
    terms = terms_in_force()
    loans: dict[str, Any] = {
        "policy_id": columns["policy_id"],
        "kind": Same(PolicyLoan.Kind.PREMIUM.value),
        "lent_on": columns["paid_on"],
        "amount": columns["amount"],
        "principal": columns["amount"],
        "since": columns["paid_on"],
        "rate_bp": Same(terms.apl_rate_bp),
        "due_on": [add_months(on, terms.loan_months) for *_, on in paid],
        "instalment_number": columns["instalment_number"],
        "reference": columns["reference"],
    }
    insert(PolicyLoan, loans, len(paid), unless_exists=True)


def _tell(plans: Sequence[Plan], now: datetime) -> None:
    """Bring the holders' summaries up to date, and tell the contexts above."""
    seen = [one for one in plans if any(step.rule not in UNSEEN for step in one.steps)]
    holders = sorted({one.before.holder_id for one in seen if one.before.holder_id is not None})
    recompute(holders, now)
    moved = [one for one in seen if _in_force(one.before.facts) != _in_force(one.after)]
    share_holders(sorted({one.before.holder_id for one in moved if one.before.holder_id is not None}))
    by_rule: dict[str, list[int]] = defaultdict(list)
    for one in plans:
        for rule in {step.rule for step in one.steps}:
            by_rule[rule.value].append(one.before.pk)
    for kind, ids in by_rule.items():
        for some in in_events_of(ids):
            emit(PoliciesChanged(some, kind))


def _in_force(facts: Facts) -> bool:
    return facts.status == PolicyStatus.IN_FORCE.value
