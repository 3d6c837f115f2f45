"""Noting what the bank paid out, and letting benefits follow their contract (POL-6)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from keyuan.kernel.codes import PolicyStatus, TerminationReason
from keyuan.platform.imports.bulk import Same, insert, update
from keyuan.policies.models import BenefitDue, BenefitEvent, Policy, Refund
from keyuan.policies.rules.benefits.states import STEPS
from keyuan.policies.selectors.benefits.candidates import PLACE
from keyuan.policies.selectors.benefits.payouts import benefit_of, payout_ids
from keyuan.policies.services.benefits.dividends import ACTOR
from keyuan.policies.services.ledger.posting import Reference

CHUNK = 1_000
State = BenefitDue.State


def waiting_payments(after: int) -> list[BenefitDue]:
    """Return approved benefits whose money is on its way, in the order of their keys."""
    rows = BenefitDue.objects.filter(state=State.APPROVED, pk__gt=after)
    return list(rows.order_by("pk")[:CHUNK])


def note_paid(rows: Sequence[BenefitDue], now: datetime) -> int:
    """Note of ``rows`` which ones the bank paid out, inside the caller's transaction; return how many."""
    ids = payout_ids([row.pk for row in rows])
    keys = {Reference("benefit", ids[row.pk]).key: row for row in rows}
    paid = Refund.objects.filter(key__in=keys, state=Refund.State.PAID).values_list("key", "paid_on", "refund_no")
    found = [(keys[key], on, number) for key, on, number in paid]
    columns: dict[str, Any] = {
        "state": Same(State.PAID.value),
        "settled_on": [on for _row, on, _number in found],
        "reference": [number for *_, number in found],
        "updated_at": Same(now),
    }
    update(BenefitDue, [row.pk for row, *_ in found], columns, raised=("version",))
    _note("PAY", [row for row, *_ in found], State.PAID, now)
    return len(found)


def refunds_paid(refund_ids: Sequence[int], now: datetime) -> int:
    """Note the benefits among refunds that the bank paid out; again changes nothing."""
    keys = Refund.objects.filter(pk__in=refund_ids, key__startswith="benefit:").values_list("key", flat=True)
    ids = [benefit_of(key) for key in keys]
    rows = BenefitDue.objects.select_for_update().filter(pk__in=ids, state=State.APPROVED)
    return note_paid(list(rows.order_by("pk")), now)


def follow_contracts(policy_ids: Sequence[int], now: datetime) -> int:
    """Let what waits follow its contract: to whoever serves it, and void what an early end takes away.

    Inside the caller's transaction; again changes nothing. Return how many changed.
    """
    rows = list(
        BenefitDue.objects.select_for_update(of=("self",))
        .filter(policy_id__in=policy_ids, state__in=(State.OPEN, State.CLAIMED, State.APPROVED))
        .select_related("policy")
        .order_by("pk")
    )
    moved = [row for row in rows if any(getattr(row, name) != getattr(row.policy, name) for name in PLACE)]
    place: dict[str, Any] = {name: [getattr(row.policy, name) for row in moved] for name in PLACE}
    update(BenefitDue, [row.pk for row in moved], place)
    gone = [row for row in rows if row.state in STEPS["VOID"][0] and _is_lost(row.policy, row)]
    columns: dict[str, Any] = {"state": Same(State.VOID.value), "next_prompt_on": Same(None), "updated_at": Same(now)}
    update(BenefitDue, [row.pk for row in gone], columns, raised=("version",))
    _note("VOID", gone, State.VOID, now)
    return len(moved) + len(gone)


def _is_lost(policy: Policy, row: BenefitDue) -> bool:
    """Tell whether the contract ended before the benefit fell due, other than by maturing."""
    ended = policy.terminated_on if policy.status == PolicyStatus.TERMINATED else None
    if ended is None or policy.termination_reason == TerminationReason.MATURED:
        return False
    return row.due_on > ended


def _note(act: str, rows: Sequence[BenefitDue], state: str, now: datetime) -> None:
    columns: dict[str, Any] = {
        "benefit_id": [row.pk for row in rows],
        "act": Same(act),
        "from_state": [str(row.state) for row in rows],
        "to_state": Same(str(state)),
        "at": Same(now),
        "actor_id": Same(None),
        "actor_name": Same(ACTOR.name[:40]),
    }
    insert(BenefitEvent, columns, len(rows))
